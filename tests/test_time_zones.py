"""Pure code knows no time zone but that of `now`: not the one of the process."""

from __future__ import annotations

import ast
import datetime as dt
import re
from datetime import UTC, datetime, timedelta, timezone
from unittest.mock import patch

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.core import playbook
from tests.core.playbook import NOON, Playbook
from tests.coverage_rule import ROOT, modules
from tests.replay.recording import WORDS, clickable, offered, process_zone
from tests.replay.walk import Walk
from tray.core.commands import ReadUsage, Snooze, SnoozeUntil
from tray.core.events import CommandReceived
from tray.core.model import GatewayUp, Now, PastNotification, QuotaCrossed
from tray.core.notifications.delivery import MORNING, quiet_until
from tray.core.prompts.placeholders import fill
from tray.core.update import update
from tray.protocol.usage import Quota, SessionsUsage, UsageCost
from tray.settings.quiet_hours import QuietHours
from tray.settings.settings import Settings
from tray.values import replace
from tray.view.menu import notifications
from tray.view.menu.menu import menu
from tray.view.notifications import render_notification
from tray.view.panel import notifications as past_notifications
from tray.view.panel import usage as usage_page
from tray.view.reports import status, usage
from tray.view.tray_view import view

WALKS = settings(max_examples=5, phases=[Phase.generate])  # no seed is simpler than another
PROCESS_ZONES = ("UTC0", "<+14>-14", "CET-1CEST,M3.5.0,M10.5.0/3")
CLOCK_READERS = {"now", "today", "utcnow"}
TOMORROW = Snooze(SnoozeUntil.TOMORROW)
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def asks_the_process(tree):
    """Return the lines of a module that read the clock, or convert a time to the zone of the process."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _asks(node)
    ]


def _asks(call):
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    zones = {"astimezone": arguments, "fromtimestamp": arguments[1:]}.get(call.func.attr)
    if zones is None:
        return call.func.attr in CLOCK_READERS
    return not zones or any(isinstance(zone, ast.Constant) and zone.value is None for zone in zones)


def test_no_pure_module_asks_the_process_for_time_or_zone():
    trees = {path: ast.parse((ROOT / path).read_text(encoding="utf-8")) for path in modules()}
    assert {path: lines for path, tree in trees.items() if (lines := asks_the_process(tree))} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "at.astimezone()",
        "at.astimezone(None)",
        "at.astimezone(tz=None)",
        "datetime.now()",
        "datetime.datetime.now(UTC)",
        "date.today()",
        "datetime.utcnow()",
        "datetime.fromtimestamp(at_ms / 1000)",
        "datetime.fromtimestamp(at_ms / 1000, tz=None)",
        "date.fromtimestamp(at)",
    ],
)
def test_what_asks_the_process_is_found(planted):
    assert asks_the_process(ast.parse(f"def local(at):\n    return f'{{{planted}:%H:%M}}'")) == [2]


@pytest.mark.parametrize(
    "allowed", ["at.astimezone(now.wall.tzinfo)", "datetime.fromtimestamp(at, tz=zone)", "now.today"]
)
def test_what_names_a_zone_is_allowed(allowed):
    assert asks_the_process(ast.parse(allowed)) == []


class Witness:
    """Stands in for `update` in playbooks; keeps what it does, and what can be seen then, as text."""

    def __init__(self):
        self.effects, self.lines = [], []

    def __call__(self, state, event, now):
        state, effects = update(state, event, now)
        self.effects += effects
        self.lines += (repr(value) for value in (state, *effects, view(state, now, WORDS)))
        if len(self.lines) % 5 == 0:
            self.lines += seen(state, now)
        return state, effects


def seen(state, now):
    """Return all that the menu, the windows and the console say."""

    def whole(path):
        for item in menu(state, path, now, WORDS):
            yield repr(item)
            if item.path is not None:
                yield from whole(item.path)

    yield from whole(())
    yield repr(past_notifications.cards(state, now, WORDS))
    yield repr(usage_page.cards(state, now, WORDS))
    yield repr(status.status(state, now, WORDS))
    yield status.status_text(state, now, WORDS)
    yield repr(usage.usage(state, 7, now, WORDS))
    yield from (repr(render_notification(past.alert, state, now, WORDS)) for past in state.process.recent)


def walk(seed, zone, *, without=None):
    """Take a random walk with a wall clock in this zone, and without a command."""
    witness = Witness()

    def choices(play):
        return [each for each in clickable(offered(play.state, play.now)) if each != without]

    with patch.object(playbook, "update", witness):
        walked = Walk(seed, witness, choices)
        walked.play.wall = NOON.astimezone(zone)
        for _ in range(40):
            walked.step()
    Playbook.opened.clear()
    return witness.lines


def without_zone(line):
    """Make instants those of UTC, and take out the zone that usage is asked for, and shown times of day."""

    def utc(found):
        text = found[0]
        at = eval(text, {"datetime": dt}) if text.startswith("d") else datetime.fromisoformat(text)
        return repr(at.astimezone(UTC))

    line = re.sub(r"datetime\.datetime\([^()]*(\([^()]*\([^()]*\)\))?\)", utc, line)
    line = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", utc, line)  # of the saved state
    return re.sub(r"utc_offset_minutes=-?\d+|\b(\d{4}-\d\d-\d\d )?\d\d:\d\d\b", "local", line)


def first_difference(walks):
    """Return the first line in which walks differ, of each of them; pytest would compare them for minutes."""
    return [set(lines) for lines in zip(*walks, strict=True) if len(set(lines)) > 1][:1]


@WALKS
@given(seed=st.integers(0, 2**32), zone=ZONES)
def test_the_zone_of_the_process_changes_nothing(seed, zone):
    walks = []
    for process in PROCESS_ZONES:
        with process_zone(process):
            walks.append(walk(seed, zone))
    assert first_difference(walks) == []


@WALKS
@given(seed=st.integers(0, 2**32))
def test_the_same_day_in_another_zone_differs_in_local_times_only(seed):
    zones = [timezone(timedelta(hours=hours)) for hours in (-9.5, 0, 9)]
    walks = [list(map(without_zone, walk(seed, zone, without=TOMORROW))) for zone in zones]
    assert first_difference(walks) == []


@given(at=INSTANTS, zone=ZONES, process=st.sampled_from(PROCESS_ZONES))
def test_days_and_times_of_day_are_those_of_now(at, zone, process):
    offset = zone.utcoffset(None)
    now, local = Now(0.0, at.astimezone(zone)), (at + offset).replace(tzinfo=None)
    tomorrow = local.date() + timedelta(days=1)
    play = Playbook().up()
    play.wall, play.spends, state = now.wall, True, play.state
    with process_zone(process):
        assert now.today == local.date()
        play >> CommandReceived(ReadUsage())
        for request in (play.pending(UsageCost), play.pending(SessionsUsage)):
            days = request.request.days
            assert (days.last, days.utc_offset_minutes) == (local.date(), offset / timedelta(minutes=1))
        play.skip()

        play >> CommandReceived(TOMORROW)
        assert play.state.process.snoozed_until == datetime.combine(tomorrow, MORNING, zone)
        remembered = replace(
            state,
            process=replace(state.process, snoozed_until=play.state.process.snoozed_until.astimezone(UTC)),
        )
        assert notifications.line(remembered, now, WORDS).endswith("\tsnoozed until tomorrow 08:00")

        hour = local.replace(minute=0, second=0, microsecond=0)
        end = hour + timedelta(hours=1)
        quiet = Settings(quiet_hours=QuietHours(hour.time(), end.time()))
        assert quiet_until(replace(state, settings=quiet), now) == end.replace(tzinfo=zone)

        assert fill("{date} {time}", "", "", now) == f"{local:%Y-%m-%d %H:%M}"
        recent = (PastNotification(GatewayUp(60.0), at, deferred=False),)
        recent_state = replace(state, process=replace(state.process, recent=recent))
        assert past_notifications.cards(recent_state, now, WORDS)[1].entries[0].end == f"{local:%H:%M}"
        quota = Quota("anthropic", "Claude", "5h", 91.0, now.ms)
        body = render_notification(QuotaCrossed(quota, 1), state, now, WORDS).body
        assert body == f"It resets at {local:%Y-%m-%d %H:%M}."
    Playbook.opened.clear()
