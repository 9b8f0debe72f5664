from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts import having
from tray.core.model import (
    ActionError,
    Confidence,
    ContextUsage,
    Focus,
    Phase,
    Prompt,
    PromptStatus,
    StaleReason,
    TurnsLeft,
)
from tray.protocol.handshake import Generation
from tray.settings.settings import Level
from tray.values import replace
from tray.view.text import formatting

NASTY = "a{0}{why!r}\tb & c\u202ed\u200fe\r\nf\x1b[31mg{"
"""Braces, a tab, an ampersand, marks that turn the direction of writing, a line break, an escape."""


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# ---- names ----


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("agent:main:main", "the long talk"),
        ("main", "the long talk"),
        ("agent:main:tray", "tray"),
        ("agent:work:x", "work/x"),
        ("agent:main:\u202e", "?"),
        (None, ""),
        ("", "?"),
    ],
)
def test_a_session_has_one_name_whether_it_is_listed_or_not(make, key, name):
    state = make.connected(make.session("the long talk", key="agent:main:main"))
    assert formatting.name_of(key, state) == name


@pytest.mark.parametrize(
    ("pinned", "unread", "text"),
    [
        (None, (), "No session to show"),
        (None, ("agent:main:main",), "main: not read"),
        ("agent:main:bee", (), "bee: not there"),
        ("agent:main:bee", ("agent:main:bee", "agent:main:main"), "bee: not read"),
        ("agent:main:bee", ("agent:main:main",), "bee: not there"),
    ],
)
def test_why_no_session_is_shown(make, words, pinned, unread, text):
    state = make.connected(make.session("job", key="agent:main:cron:1", background=True))
    state = having(
        state,
        focus=Focus(pinned, pinned),
        snapshot=replace(state.gateway.snapshot, unread=frozenset(unread)),
    )
    assert formatting.not_shown(state, words) == text


def test_without_sessions_there_are_none_yet(make, words):
    assert formatting.not_shown(make.connected(), words) == "No sessions yet"


# ---- cutting and cleaning ----


@given(text=st.text(st.characters(exclude_categories=())), room=st.integers(1, 40))
def test_a_clipped_text_fits_and_no_pair_is_broken(text, room):
    clipped = formatting.clip(text, room)
    assert units(clipped) <= room
    if units(text) <= room:
        assert clipped == text
    else:
        assert clipped.endswith("…")
        assert text.startswith(clipped.removesuffix("…"))


@pytest.mark.parametrize(
    ("text", "room", "clipped"),
    [
        ("", 1, ""),
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abc…"),
        ("ab cde", 4, "ab…"),
        ("🐾🐾", 4, "🐾🐾"),
        ("🐾🐾🐾", 4, "🐾…"),
        ("🐾🐾🐾", 5, "🐾🐾…"),
        ("🐾🐾🐾", 1, "…"),
    ],
)
def test_clip(text, room, clipped):
    assert formatting.clip(text, room) == clipped


@given(text=st.text(st.characters(exclude_categories=())), longest=st.integers(1, 80))
def test_a_clean_text_is_one_printable_line_of_bounded_length(text, longest):
    cleaned = formatting.clean(text, longest)
    assert len(cleaned) <= longest
    assert cleaned.isprintable()
    assert cleaned == cleaned.strip()
    assert not any(unicodedata.category(character).startswith("C") for character in cleaned)
    assert formatting.clean(cleaned, longest) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("\u202eevil\u202c", "evil"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
        ("👨\u200d👩\u200d👧 family", "👨👩👧 family"),
        ("a\x00\x1b[31m\x7fb", "a [31m b"),
        ("wide\u3000blank\u2028line", "wide blank line"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("한글 이름", "한글 이름"),
        ("\u200b", ""),
        ("x" * 61, "x" * 59 + "…"),
    ],
)
def test_clean(text, cleaned):
    assert formatting.clean(text) == cleaned


def test_cleaning_looks_only_at_the_beginning_of_a_long_text():
    assert formatting.clean("\u200b" * 800 + "late", 60) == ""


def test_a_text_for_the_terminal_keeps_its_lines_and_nothing_that_steers():
    assert formatting.printable("one\r\n\ttwo\x1b]0;title\x07 \u202ethree") == "one\n\ttwo]0;title three"


@pytest.mark.parametrize(
    ("name", "key", "shown"),
    [
        ("Launch", "agent:main:main", "Launch"),
        ("\u200f", "agent:ops:main", "agent:ops:main"),
        ("\u200f", "\u200f", "?"),
        ("a" * 40, "agent:main:main", "a" * 29 + "…"),
    ],
)
def test_a_session_always_has_a_name(make, name, key, shown):
    assert formatting.session_name(make.session(name, key=key)) == shown


# ---- numbers ----


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (31_999, "31k"),
        (200_000, "200k"),
        (999_999, "999k"),
        (1_000_000, "1M"),
        (1_048_576, "1M"),
        (1_500_000, "1.5M"),
        (1_999_999, "1.9M"),
        (10_000_000, "10M"),
    ],
)
def test_tokens(count, text):
    assert formatting.tokens(count) == text


@pytest.mark.parametrize(
    ("used", "window", "confidence", "text"),
    [
        (124_000, 200_000, Confidence.FRESH, "62%"),
        (58_000, 200_000, Confidence.FRESH, "29%"),  # 28.999999999999996 in binary fractions
        (199_999, 200_000, Confidence.FRESH, "99%"),
        (200_000, 200_000, Confidence.FRESH, "100%"),
        (2**53 - 1, 2**53, Confidence.FRESH, "99%"),
        (300_000, 200_000, Confidence.STALE, "~150%"),
        (0, 200_000, Confidence.FRESH, "0%"),
        (None, 200_000, Confidence.UNKNOWN, "?"),
        (100_000, 200_000, Confidence.UNKNOWN, "?"),
        (100_000, None, Confidence.STALE, "?"),
        (100_000, 0, Confidence.STALE, "?"),
    ],
)
def test_percent(make, used, window, confidence, text):
    assert formatting.percent(make.usage(used, window, confidence)) == text


@given(used=st.integers(0, 2**53), window=st.integers(1, 2**53))
def test_percent_is_rounded_down_and_never_says_full_too_early(make, used, window):
    whole = formatting.whole_percent(make.usage(used, window))
    assert whole is not None
    assert whole * window <= used * 100 < (whole + 1) * window
    assert (whole >= 100) == (used >= window)


@pytest.mark.parametrize(
    ("used", "window", "confidence", "text"),
    [
        (124_000, 200_000, Confidence.FRESH, "62% of 200k"),
        (124_000, 1_000_000, Confidence.STALE, "~12% of 1M"),
        (None, 200_000, Confidence.UNKNOWN, "? of 200k"),
        (None, None, Confidence.UNKNOWN, "context unknown"),
    ],
)
def test_usage_line(make, words, used, window, confidence, text):
    assert formatting.usage_line(make.usage(used, window, confidence), words) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-90, "just now"),
        (0, "just now"),
        (59.9, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (47.9 * 3600, "47 h ago"),
        (48 * 3600, "2 days ago"),
        (400 * 24 * 3600, "400 days ago"),
    ],
)
def test_age(words, seconds, text):
    assert formatting.age(timedelta(seconds=seconds), words) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (90_000, "25 h"),
    ],
)
def test_duration(words, seconds, text):
    assert formatting.duration(seconds, words) == text


# ---- names ----


def test_every_generation_has_a_name():
    assert {formatting.generation(value) for value in Generation} == {
        "Clawdbot",
        "Moltbot",
        "OpenClaw",
        "Gateway",
    }


@pytest.mark.parametrize(
    ("model", "short"),
    [
        (None, ""),
        ("anthropic/claude-opus-4-5", "claude-opus-4-5"),
        ("openrouter/vendor/model", "model"),
        ("bare", "bare"),
        ("p/" + "m" * 50, "m" * 39 + "…"),
        ("p/a\nb", "a b"),
    ],
)
def test_short_model(model, short):
    assert formatting.short_model(model) == short


def test_every_phase_has_its_own_words(words):
    said = {formatting.phase(value, words) for value in Phase}
    assert len(said) == len(Phase)
    assert all(said)


# ---- doubts, faults, endings ----


def test_every_stale_reason_has_its_own_words(words):
    said = {formatting.stale_reason(value, words) for value in StaleReason}
    assert len(said) == len(StaleReason)
    assert all(line and line.isprintable() and not line.endswith(".") for line in said)


def test_figures_that_contradict_each_other_are_both_named(words):
    beyond = ContextUsage(None, 1_000_000, Confidence.UNKNOWN, StaleReason.TOO_LARGE, (1_900_000, 1_000_000))
    assert formatting.stale(beyond, words) == "Unknown: the gateway reports 1.9M tokens for a 1M limit"
    assert formatting.usage_line(beyond, words) == "? of 1M"
    room = ContextUsage(20_000, 64_000, Confidence.STALE, StaleReason.MUST_COMPACT, (46_000, 44_000))
    assert formatting.stale(room, words) == (
        "Doubtful: the gateway compacts before the next run: it expects 46k tokens, and 44k fit"
    )
    limits = ContextUsage(130_000, 200_000, Confidence.STALE, StaleReason.LIMITS_DIFFER, (1_000_000, 200_000))
    assert formatting.stale(limits, words) == (
        "Doubtful: the gateway gives the session a limit of 1M, its model one of 200k"
    )


def test_only_stale_and_unknown_figures_have_a_reason(make, words):
    lines = {
        (Confidence.FRESH, None): "",
        (
            Confidence.STALE,
            StaleReason.REPORTED_STALE,
        ): "Doubtful: the gateway marks the figure as out of date",
        (Confidence.UNKNOWN, StaleReason.NEVER_USED): "Unknown: this session has not been used yet",
    }
    for (confidence, stale_reason), line in lines.items():
        assert formatting.stale(make.usage(1, 2, confidence, stale_reason), words) == line


def test_every_error_is_its_own_sentence(words):
    said = {formatting.action_error(value, "said so.", Level.WATCH, words) for value in ActionError}
    assert len(said) == len(ActionError)
    assert all(line[0].isupper() and line.endswith(".") for line in said)


@pytest.mark.parametrize("value", ActionError)
def test_an_error_with_a_hostile_detail_is_one_line(words, value):
    said = formatting.action_error(value, NASTY * 100, Level.ASK, words)
    assert said.isprintable()
    assert len(said) < 400


def test_an_error_gives_its_detail(words):
    assert (
        formatting.action_error(ActionError.GATEWAY, "", Level.WATCH, words)
        == "Gateway error: no reason given"
    )
    assert formatting.action_error(ActionError.GATEWAY, "model not allowed", Level.WATCH, words).endswith(
        ": model not allowed"
    )
    assert formatting.action_error(ActionError.TOO_LONG, "", Level.ASK, words).endswith(
        "Keep it under 400,000 bytes."
    )
    assert "“ask”" in formatting.action_error(ActionError.LEVEL, "", Level.ASK, words)
    assert (
        formatting.action_error(ActionError.OTHER_MODEL, "p/m", Level.ASK, words)
        == "The gateway chose p/m instead."
    )
    assert (
        formatting.action_error(ActionError.OTHER_MODEL, "", Level.ASK, words)
        == "The gateway chose another model instead."
    )


def prompt(state):
    return Prompt("p", "agent:main:tray", "text", state=state)


def test_every_result_of_a_prompt_has_its_own_sentence(words):
    ends = [state for state in PromptStatus if state.ended]
    said = {formatting.prompt_result(prompt(state), words) for state in ends}
    assert len(said) == len(ends) == 4
    assert formatting.prompt_result(replace(prompt(PromptStatus.UNKNOWN), abandoned=True), words) not in said
    going_on = {formatting.prompt_result(prompt(state), words) for state in PromptStatus if not state.ended}
    assert going_on == {"The prompt has not ended yet."}
    assert not going_on & said


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (None, ""),
        (TurnsLeft(6, 4, 9), "about 6 turns left (4 to 9)"),
        (TurnsLeft(6, 6, 6), "about 6 turns left"),
        (TurnsLeft(0, 0, 1), "about 0 turns left (0 to 1)"),
        (TurnsLeft(0, 0, 0), "no room for another turn like the last ones"),
        (TurnsLeft(99, 58, 140), "more than 58 turns left"),
        (TurnsLeft(120, 90, 500), "more than 90 turns left"),
        (TurnsLeft(200, 150, 500), "more than 99 turns left"),
    ],
)
def test_turns_left(words, turns, said):
    assert formatting.turns_left(turns, words) == said


def test_a_session_that_does_not_say_when_it_changed_has_no_age(make, words):
    assert formatting.updated(make.session(ago=None), make.now(), words) == ""
    assert formatting.updated(make.session(ago=3600), make.now(), words) == "1 h ago"
    assert formatting.updated(make.session(ago=-1e9), make.now(), words) == "just now"


@pytest.mark.parametrize(("failed", "said"), [(True, "the last run failed"), (False, "")])
def test_a_run_that_failed_is_named(make, words, failed, said):
    assert formatting.last_run(make.session(failed=failed), words) == said


@pytest.mark.parametrize(
    ("before", "text", "new"),
    [
        ("", "one", "one"),
        ("one", "one two", " two"),
        ("one", "two", "\ntwo"),
        ("one ", "one", ""),
        ("one", "one", ""),
    ],
)
def test_what_a_growing_answer_adds(before, text, new):
    assert formatting.added(before, text) == new
