"""The least that such a program needs: our libraries, and with `icon` an icon with ten rows. It waits."""

import sys
import threading

import msgspec
import platformdirs
import websocket
from nacl.signing import SigningKey

LIBRARIES = (msgspec, platformdirs, websocket, SigningKey)


def show_icon():
    import pystray  # noqa: PLC0415 - without an icon it is not needed
    from PIL import Image  # noqa: PLC0415 - as above

    picture = Image.new("RGBA", (22, 22), "green")
    rows = [pystray.MenuItem(f"Row {number}", lambda: None) for number in range(10)]
    pystray.Icon("floor", picture, "Floor", pystray.Menu(*rows)).run()


if __name__ == "__main__":
    if "icon" in sys.argv:
        show_icon()
    threading.Event().wait()
