import time

import pytest

from tests.windows.conftest import ENDS
from tests.windows.program import QUIT
from tray.view.icon.model import Situation

WM_CLOSE, WM_QUERYENDSESSION, WM_ENDSESSION = 0x10, 0x11, 0x16
SECONDS = 30.0


def ends(tray, how, taken):
    """See it end by itself, with its memory saved and its icon taken away."""
    asked_at = time.monotonic()
    how()
    assert tray.process.wait(SECONDS) == 0
    taken.append(time.monotonic() - asked_at)
    assert "agent:main:main" in tray.memory
    assert not tray.desk.icons()


@pytest.fixture
def taken(pytestconfig):
    """Seconds from each request to the end."""
    return pytestconfig.stash.setdefault(ENDS, [])


@pytest.fixture
def remembering(tray, fill):
    """The program, with something to remember: that it has notified of a threshold."""
    fill(82)
    tray.shows(Situation.WARNING, "amber")
    return tray


def test_the_end_of_the_session_is_agreed_to_and_ends_it(remembering, taken):
    assert set(remembering.desk.ask("send", WM_QUERYENDSESSION)) == {1}
    assert not remembering.ended
    ends(remembering, lambda: remembering.desk.ask("send", WM_ENDSESSION, 1), taken)


def test_a_session_that_goes_on_after_all_leaves_it_alone(remembering):
    remembering.desk.ask("send", WM_QUERYENDSESSION)
    remembering.desk.ask("send", WM_ENDSESSION, 0)
    remembering.shows(Situation.WARNING, "amber")
    assert not remembering.ended


def test_a_request_to_close_ends_it(remembering, taken):
    ends(remembering, lambda: remembering.desk.ask("send", WM_CLOSE), taken)


def test_what_the_installer_sends_ends_it(remembering, taken):
    ends(remembering, lambda: remembering.desk.ask("broadcast", QUIT), taken)


def test_what_the_installer_sends_ends_it_while_its_menu_is_open(remembering, taken):
    remembering.desk.open_menu()
    ends(remembering, lambda: remembering.desk.ask("broadcast", QUIT), taken)
    remembering.desk.until_levels(0)
