from __future__ import annotations

import pytest

from tray.core.connection.device_token import is_chosen, login_refused
from tray.core.effects import ForgetDeviceToken
from tray.core.events import TargetResolved
from tray.core.model import Connection
from tray.protocol.handshake import Refusal
from tray.settings.target import SecretOrigin, SecretSource

FOUND = SecretOrigin(SecretSource.ENVIRONMENT, "CLAWTRAY_TOKEN")


@pytest.mark.parametrize(
    ("origin", "kept", "uses_device_token", "revision", "chosen"),
    [
        (None, True, False, 1, True),
        (None, False, False, 1, False),
        (FOUND, True, False, 1, False),
        (FOUND, True, True, 1, True),
        (FOUND, True, True, 2, False),
        (FOUND, False, True, 1, False),
    ],
)
def test_the_shared_secret_comes_first_until_it_was_refused(
    origin, kept, uses_device_token, revision, chosen
):
    event = TargetResolved(None, revision, origin=origin, device_token=kept)
    assert is_chosen(Connection(revision=1, uses_device_token=uses_device_token), event) is chosen


@pytest.mark.parametrize(
    "cause",
    [Refusal.TOKEN_WRONG, Refusal.PASSWORD_WRONG, Refusal.TOKEN_MISSING, Refusal.DEVICE_TOKEN],
)
def test_a_shared_secret_that_is_refused_gives_way_at_once(cause):
    link = Connection(device_token=True, origin=FOUND)
    assert login_refused(link, cause) == (
        Connection(device_token=True, origin=FOUND, uses_device_token=True),
        (),
        True,
    )


@pytest.mark.parametrize("cause", [Refusal.TOKEN_WRONG, Refusal.DEVICE_TOKEN])
@pytest.mark.parametrize("origin", [None, FOUND])
def test_a_revoked_token_is_forgotten(origin, cause):
    link = Connection(device_token=True, uses_device_token=True, origin=origin)
    left = Connection(origin=origin)
    assert login_refused(link, cause) == (left, (ForgetDeviceToken(),), origin is None)


@pytest.mark.parametrize(
    ("link", "cause"),
    [
        (Connection(origin=FOUND), Refusal.TOKEN_WRONG),
        (Connection(device_token=True), Refusal.PAIRING),
        (Connection(device_token=True, origin=FOUND), Refusal.DEVICE_TOKEN_SCOPES),
        (Connection(device_token=True, uses_device_token=True, origin=FOUND), Refusal.DEVICE_TOKEN_SCOPES),
        (Connection(device_token=True, uses_device_token=True), Refusal.RATE_LIMITED),
    ],
)
def test_any_other_refusal_is_no_matter_of_secrets(link, cause):
    assert login_refused(link, cause) == (link, (), False)


def test_a_token_that_allows_too_little_is_kept_and_once_not_used():
    link = Connection(device_token=True, uses_device_token=True, revision=1)
    without, effects, again = login_refused(link, Refusal.DEVICE_TOKEN_SCOPES)
    assert (effects, again) == ((), True)
    event = TargetResolved(None, 1, device_token=True)
    assert not is_chosen(without, event)
    for refusal in (Refusal.PAIRING, Refusal.TOKEN_MISSING):
        after, effects, again = login_refused(without, refusal)
        assert (effects, again) == ((), False)
        assert is_chosen(after, event)
