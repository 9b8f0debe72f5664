import uuid

from tests.steer import MAIN
from tests.windows.desk import ICON
from tray.view.icon import Situation


def test_icon_follows_a_real_gateway_until_it_is_killed_and_after_it_is_back(real_gateway, start):
    marker = uuid.uuid4().hex
    with real_gateway.connect() as client:
        client.run(MAIN, f"{marker} [[usage:30000,10]]")
        tray = start(real_gateway)
        tray.shows(Situation.CALM, "green")
        client.run(MAIN, f"{marker} [[usage:160000,10]]")
        tray.shows(Situation.WARNING, "amber")
        client.run(MAIN, f"{marker} [[usage:185000,10]]")
        tray.shows(Situation.CRITICAL, "red")
    real_gateway.kill()
    tray.shows(Situation.DOWN, "grey")
    tray.desk.keep("real-gateway-killed", ICON)
    real_gateway.start()
    tray.shows(Situation.CRITICAL, "red")
    # Watching cost nothing: the provider has seen the three prompts, and no more.
    assert len(real_gateway.provider.completions(marker)) == 3
