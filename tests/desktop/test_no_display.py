import os
import signal
import subprocess
import sys
import threading

import pytest

from tests.desktop.screen import until


@pytest.mark.parametrize("display", [None, ":4095"])
def test_without_a_display_it_says_so_in_one_line_and_watches(ground, demo, tmp_path, display):
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(tmp_path),
        "CLAWTRAY_URL": demo.url,
        "CLAWTRAY_TOKEN": demo.token,
        "CLAWTRAY_HOME": str(tmp_path / "clawtray"),
    }
    if display is not None:
        environment["DISPLAY"] = display
    with subprocess.Popen(
        [sys.executable, "-m", "tray"],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said = []
        reader = threading.Thread(target=lambda: said.extend(process.stdout), daemon=True)
        reader.start()
        try:
            until(lambda: any("38%" in line for line in said), "it watches")
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130
        finally:
            process.kill()
        reader.join(30)
        complaints = process.stderr.read().splitlines()
    assert complaints == ["clawtray: There is no system tray here. Watching in the terminal instead."]
