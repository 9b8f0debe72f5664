from __future__ import annotations

import pytest

from tray.core.connection.device_token import declined, is_chosen
from tray.core.effects import ForgetDeviceToken
from tray.core.errors import Cause
from tray.core.events import Configured
from tray.core.model.connection import Link
from tray.settings.target import Keeper, Origin

FOUND = Origin(Keeper.ENVIRONMENT, "CLAWTRAY_TOKEN")


@pytest.mark.parametrize(
    ("origin", "kept", "by_device", "revision", "chosen"),
    [
        (None, True, False, 1, True),
        (None, False, False, 1, False),
        (FOUND, True, False, 1, False),
        (FOUND, True, True, 1, True),
        (FOUND, True, True, 2, False),
        (FOUND, False, True, 1, False),
    ],
)
def test_the_shared_secret_comes_first_until_it_was_refused(origin, kept, by_device, revision, chosen):
    event = Configured(None, revision, origin=origin, device_token=kept)
    assert is_chosen(Link(revision=1, by_device=by_device), event) is chosen


@pytest.mark.parametrize("cause", [Cause.TOKEN_WRONG, Cause.PASSWORD_WRONG, Cause.TOKEN_MISSING])
def test_a_shared_secret_that_is_refused_gives_way_at_once(cause):
    link = Link(device_token=True, origin=FOUND)
    assert declined(link, cause) == (Link(device_token=True, origin=FOUND, by_device=True), (), True)


@pytest.mark.parametrize("origin", [None, FOUND])
def test_a_token_that_was_taken_back_is_forgotten(origin):
    link = Link(device_token=True, by_device=True, origin=origin)
    left = Link(origin=origin)
    assert declined(link, Cause.TOKEN_WRONG) == (left, (ForgetDeviceToken(),), origin is None)


@pytest.mark.parametrize(
    ("link", "cause"),
    [
        (Link(origin=FOUND), Cause.TOKEN_WRONG),
        (Link(device_token=True), Cause.PAIRING),
        (Link(device_token=True, by_device=True), Cause.RATE_LIMITED),
    ],
)
def test_any_other_refusal_is_no_matter_of_secrets(link, cause):
    assert declined(link, cause) == (link, (), False)
