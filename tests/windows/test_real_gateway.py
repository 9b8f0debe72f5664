"""The program before a real gateway: its icon tells the truth, and what is clicked in its menu is done."""

import uuid

from tests.desktop.screen import until
from tests.stage import Stage
from tests.steer import MAIN
from tests.windows.desk import ICON, line_box
from tray.i18n.words import Words
from tray.runtime.clock import now
from tray.settings.parse import parse_settings
from tray.values import replace
from tray.view.icon.model import Situation
from tray.view.menu.menu import menu


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


def test_model_prompt_and_stop_by_mouse(real_gateway, start):
    marker = uuid.uuid4().hex
    settings = f"""
        [[presets]]
        name = "Count"
        text = "{marker} [[words:100]] [[slow:60]] [[usage:32000,10]]"
        session = "main"
    """
    with real_gateway.connect() as client:
        client.request("sessions.patch", {"key": MAIN, "model": None})
        client.run(MAIN, "[[usage:30000,10]]")
        tray = start(real_gateway, settings=settings).calm()

        choose(tray, real_gateway, settings, "Model", "beta")
        until(lambda: client.session(MAIN)["model"] == "beta", "the model is switched")

        choose(tray, real_gateway, settings, "Prompts", "Count")
        until(lambda: len(real_gateway.provider.completions(marker)) == 1, "the prompt has arrived")
        until(lambda: (icon := tray.desk.icon()) is not None and icon.running, "the icon shows the run")

        choose(tray, real_gateway, settings, "Sessions", "main", "Stop run")
        until(lambda: (icon := tray.desk.icon()) is not None and not icon.running, "it runs no more")
        history = str(client.request("chat.history", {"sessionKey": MAIN}))
        client.request("sessions.patch", {"key": MAIN, "model": None})
    assert [each.model for each in real_gateway.provider.completions(marker)] == ["beta"]
    assert "word100" not in history


def test_a_command_that_waits_is_seen_on_the_icon_and_allowed_by_mouse(real_gateway, start):
    proof = real_gateway.home / f"proof-{uuid.uuid4().hex}"
    with real_gateway.connect() as client:
        client.run(MAIN, "[[usage:30000,10]]")
        tray = start(real_gateway).calm()
        call = {"sessionKey": MAIN, "message": f"[[run:touch {proof}]]", "idempotencyKey": uuid.uuid4().hex}
        client.request("chat.send", call)
        until(lambda: (icon := tray.desk.icon()) is not None and icon.waiting, "the icon has a badge", 30.0)
        tray.desk.keep("approval-waiting", ICON)
        assert not proof.exists()

        choose(tray, real_gateway, "", "Approvals", "Run: touch", "Allow once")
        until(proof.exists, "the command has run", 30.0)
        until(lambda: (icon := tray.desk.icon()) is not None and not icon.waiting, "the badge is gone", 30.0)


def choose(tray, gateway, settings, *texts):
    """Open the menu and click a line of it, then one of the level below, and so on."""
    read, _ = parse_settings(settings)
    with Stage(gateway.url, gateway.token, presets=read.presets) as stage:
        stage.until_up()
        state = replace(stage.state, process=replace(stage.state.process, autostart=False))
    path, boxes = (), [tray.desk.open_menu()]
    for depth, text in enumerate(texts, start=1):
        lines = menu(state, path, now(), Words())
        tray.desk.click(line_box(boxes[-1], lines, text))
        path = next(line.path for line in lines if line.text.startswith(text))
        if path is not None:
            boxes = tray.desk.until_levels(depth + 1)
    tray.desk.until_levels(0)
