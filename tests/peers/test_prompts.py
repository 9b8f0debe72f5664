"""Prompts as the tray sends them: several under way at once, each in its own session, and each run once."""

from __future__ import annotations

import pytest

from tests.drills.subject import Subject, user
from tray.core.commands import Ask, AskInWindow, OpenPanel, StopPrompt
from tray.core.model import Page, PromptStatus

SIDE = "agent:main:tray"


@pytest.fixture
def subject(gateway, tmp_path):
    with user(gateway.home, str(tmp_path / "own"), DISPLAY=""), Subject() as running:
        running.until(lambda state: state.connected and state.gateway.models is not None)
        yield running


def sent(subject, command):
    """Send it: a function that gives the prompt as it stands."""
    known = {prompt.id for prompt in subject.state.profile.prompts}
    subject.click(command)
    subject.until(lambda state: any(prompt.id not in known for prompt in state.profile.prompts))
    (identity,) = {prompt.id for prompt in subject.state.profile.prompts} - known
    return lambda: subject.prompt(identity)


def test_several_are_under_way_at_once_and_one_of_them_is_stopped(gateway, subject, key, marker):
    other = f"{key}-other"
    slow = sent(subject, Ask(f"{marker}-slow [[words:300]] [[slow:60]]", key))
    quick = sent(subject, Ask(f"{marker}-quick [[say:done]]", other))

    subject.until(lambda _: quick().state is PromptStatus.ANSWERED)
    assert quick().answer == "done"
    subject.until(lambda _: slow().answer != "")
    assert not slow().state.ended

    subject.click(StopPrompt(slow().id))
    subject.until(lambda _: slow().state.ended)
    assert slow().state is PromptStatus.STOPPED
    assert len(gateway.provider.completions(f"{marker}-slow")) == 1
    assert len(gateway.provider.completions(f"{marker}-quick")) == 1


def test_a_prompt_of_the_settings_has_its_own_model_and_touches_no_other_session(
    gateway, client, subject, key, marker
):
    client.run(key, "hello")
    before = client.session(key)["model"]

    prompt = sent(subject, Ask(marker, None, "fake/beta", preset="Short"))
    subject.until(lambda _: prompt().state.ended)

    assert prompt().state is PromptStatus.ANSWERED
    assert prompt().key == SIDE
    assert [c.model for c in gateway.provider.completions(marker)] == ["beta"]
    assert client.session(key)["model"] == before
    subject.until(lambda _: subject.notifications)
    assert subject.notifications[-1].title == "Short"


def test_what_is_typed_into_the_panel_is_answered_there(gateway, subject, marker):
    subject.click(OpenPanel(Page.ASK))
    subject.until(lambda state: any(window.page is Page.ASK for window in state.process.windows))

    prompt = sent(subject, AskInWindow(f"{marker} [[say:**four** and two]]"))
    subject.until(lambda _: prompt().state.ended)

    assert prompt().answer == "**four** and two"
    assert len(gateway.provider.completions(marker)) == 1
