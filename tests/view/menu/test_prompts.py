from __future__ import annotations

import pytest

from tests.parts import having
from tests.view.lines import find, texts
from tray.core.commands import (
    Ask,
    AskAgain,
    OpenPanel,
    OpenSettings,
    SendDraft,
    StopPrompt,
)
from tray.core.model import ActionError, Confidence, FailureKind, Page, PromptStatus
from tray.core.model import Prompt as Asked
from tray.protocol.requests import READ
from tray.settings.settings import Level, Preset, Settings
from tray.values import replace
from tray.view.menu.item import Item

STALE, UNKNOWN = Confidence.STALE, Confidence.UNKNOWN
LEVEL = "The trust level “{}” does not allow this. Change it in Settings."
OFFLINE = "Not connected to the gateway."
NOT_GRANTED = "The gateway did not give ClawTray permission for this."
COST = "Each prompt spends tokens: 8,000 to 14,000 even for a short one"
OPUS, SONNET = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5"


def test_presets_are_commands_in_their_order(make, level):
    presets = (Preset("One", "first", "side"), Preset("Two", "second", None, OPUS))
    items = level(make.connected(settings=Settings(presets=presets)), "prompts")
    assert texts(items) == ["One", "Two", "───", COST]
    assert items[0].command == Ask("first", "side", None, "One")
    assert items[1].command == Ask("second", None, OPUS, "Two")
    assert items[0].enabled
    assert items[1].enabled


def test_a_preset_that_only_looks_empty_has_a_line_to_click(make, level):
    state = make.connected(settings=Settings(presets=(Preset("\u200b", "text"),)))
    assert level(state, "prompts")[0].text == "?"


def test_without_presets_the_settings_are_offered(make, level):
    items = level(make.connected(settings=Settings(presets=())), "prompts")
    assert texts(items) == ["No saved prompts. Add some in Settings", "Settings…"]
    assert [item.command for item in items] == [OpenSettings()] * 2


@pytest.mark.parametrize(
    ("trust", "granted", "note"),
    [
        (Level.WATCH, None, LEVEL.format("watch")),
        (Level.ASK, None, COST),
        (Level.CONTROL, None, COST),
        (Level.CONTROL, {READ}, NOT_GRANTED),
    ],
)
def test_prompts_are_disabled_with_the_reason(make, level, trust, granted, note):
    items = level(make.connected(level=trust, granted=granted), "prompts")
    assert texts(items)[-2:] == ["───", note]
    assert [item.enabled for item in items[:2]] == [note == COST] * 2


def test_offline_no_prompt_can_be_sent(make, level):
    items = level(make.troubled(FailureKind.CONNECTION_LOST), "prompts")
    assert texts(items)[-1] == OFFLINE
    assert not any(item.enabled for item in items if isinstance(item.command, Ask))


def test_a_preset_that_could_only_fail_is_disabled(make, level):
    presets = (
        Preset("Plain", "text"),
        Preset("Own model", "text", None, OPUS),
        Preset("Own session", "text", "agent:main:tray-notes", OPUS),
        Preset("Foreign session", "text", "agent:main:main", "fake/other"),
    )
    for trust, enabled, notes in (
        (
            Level.CONTROL,
            [True, True, True, False],
            ["A prompt can set a model only in ClawTray's own or new sessions.", COST],
        ),
        (
            Level.ASK,
            [True, False, False, False],
            [LEVEL.format("ask"), "A prompt can set a model only in ClawTray's own or new sessions.", COST],
        ),
        (Level.WATCH, [False] * 4, [LEVEL.format("watch")]),
    ):
        items = level(make.connected(level=trust, settings=make.settings(trust, presets=presets)), "prompts")
        assert [item.enabled for item in items[:4]] == enabled
        assert texts(items)[5:] == notes


def result(number, end, **rest) -> Asked:
    """A prompt of ours that ended."""
    return Asked(
        str(number), "agent:main:tray", "text", preset=rest.pop("preset", "Sum up"), state=end, **rest
    )


@pytest.mark.parametrize(
    ("prompt", "line"),
    [
        (result(1, PromptStatus.ANSWERED, answer="All\n done."), "Sum up: All done."),
        (result(1, PromptStatus.ANSWERED, answer=" \u200b"), "Sum up: The answer is empty."),
        (result(1, PromptStatus.ANSWERED, answer="word " * 50), f"Sum up: {'word ' * 10}w…"),
        (result(1, PromptStatus.STOPPED), "Sum up: stopped"),
        (
            result(1, PromptStatus.FAILED, error=ActionError.GATEWAY, detail="overloaded"),
            "Sum up: failed: Gateway error: overloaded",
        ),
        (result(1, PromptStatus.FAILED), "Sum up: failed: Gateway error: no reason given"),
        (result(1, PromptStatus.STOPPED, preset=None), "text: stopped"),
        (replace(result(1, PromptStatus.STOPPED, preset=None), key="agent:main:main"), "main: stopped"),
        (result(1, PromptStatus.STOPPED, preset="x" * 60), f"{'x' * 29}…: stopped"),
    ],
)
def test_how_a_prompt_ended_stays_in_the_menu(make, level, prompt, line):
    items = level(make.connected(prompts=(prompt,)), "prompts")
    assert texts(items)[-2:] == ["───", line]
    assert items[-1].command == OpenPanel(Page.ASK, "1")


def test_a_prompt_that_may_have_run_can_be_sent_again_as_a_new_run(make, level):
    prompt = result(7, PromptStatus.UNKNOWN)
    again = level(make.connected(prompts=(prompt,)), "prompts")[-1]
    assert again == Item("Sum up: may have run. Send again as a new run", AskAgain("7"))
    for state in (
        having(make.troubled(FailureKind.CONNECTION_LOST), prompts=(prompt,)),
        make.connected(level=Level.WATCH, prompts=(prompt,)),
        make.connected(level=Level.ASK, prompts=(replace(prompt, model=OPUS),)),
    ):
        assert level(state, "prompts")[-1] == replace(again, command=OpenPanel(Page.ASK, "7"))
    assert level(make.connected(level=Level.ASK, prompts=(prompt,)), "prompts")[-1] == again


def test_a_prompt_that_may_have_run_at_another_gateway_is_not_sent_to_this_one(make, level):
    prompt = replace(result(7, PromptStatus.UNKNOWN), abandoned=True)
    line = level(make.connected(prompts=(prompt,)), "prompts")[-1]
    assert line == Item("Sum up: may have run on the previous gateway", OpenPanel(Page.ASK, "7"))


def test_the_last_five_results_stay_the_newest_first(make, level):
    ended = [result(number, PromptStatus.ANSWERED, answer=f"answer {number}") for number in range(7)]
    running = replace(ended[0], id="9", state=PromptStatus.RUNNING)
    state = make.connected(prompts=(*ended, running), settings=Settings(presets=()))
    assert texts(level(state, "prompts"))[2:] == [
        "───",
        "Sum up: running",
        *(f"Sum up: answer {number}" for number in (6, 5, 4, 3, 2)),
    ]


# ---- under way ----


def test_prompts_under_way_are_those_that_have_not_ended(make, level):
    asked = tuple(result(number, status) for number, status in enumerate(PromptStatus))
    assert "Prompts (6 running)" in texts(level(make.connected(prompts=asked)))
    ended = tuple(prompt for prompt in asked if prompt.state.ended)
    assert "Prompts" in texts(level(make.connected(prompts=ended)))


def under_way(make, state=PromptStatus.RUNNING, **more):
    prompt = Asked("1", "agent:main:tray", "x" * 8_000, preset="Explain", state=state, **more)
    return make.connected(prompts=(prompt,), settings=Settings(presets=()))


def test_a_prompt_under_way_can_be_stopped(make, level):
    state = under_way(make)
    assert find(level(state, "prompts"), "Explain: running").path == ("prompts", "1")
    items = level(state, "prompts", "1")
    assert texts(items) == ["To: tray", "───", "Stop"]
    assert find(items, "Stop").command == StopPrompt("1")
    assert not find(level(under_way(make, stopping=True), "prompts", "1"), "Stop").enabled


def test_the_reason_it_cannot_be_stopped_is_shown(make, level):
    state = under_way(make)
    offline = make.troubled(FailureKind.NOT_RUNNING)
    items = level(replace(state, connection=offline.connection), "prompts", "1")
    assert not find(items, "Stop").enabled
    assert texts(items)[-1] == OFFLINE
    waiting = under_way(make, PromptStatus.WAITING)
    assert find(level(replace(waiting, connection=offline.connection), "prompts", "1"), "Stop").enabled


def test_a_draft_shows_its_size_and_how_to_send_it(make, level):
    state = under_way(make, PromptStatus.DRAFT)
    assert find(level(state, "prompts"), "Explain: send it?").path == ("prompts", "1")
    items = level(state, "prompts", "1")
    assert texts(items) == [
        "To: tray",
        "With the clipboard text: 8,000 characters, about 2k tokens.",
        "───",
        "Send",
        "Discard",
    ]
    assert find(items, "Send").command == SendDraft("1")
    assert find(items, "Discard").command == StopPrompt("1")


def test_what_has_ended_meanwhile_says_so(make, level):
    assert texts(level(make.connected(), "prompts", "1")) == ["This prompt has ended."]
