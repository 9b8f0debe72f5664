from __future__ import annotations

import pytest

from tray.core.connection.device_token import is_chosen, login_refused
from tray.core.effects import ForgetDeviceToken
from tray.core.events import TargetResolved
from tray.core.model import Connection, FailureKind
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
    "cause", [FailureKind.TOKEN_WRONG, FailureKind.PASSWORD_WRONG, FailureKind.TOKEN_MISSING]
)
def test_a_shared_secret_that_is_refused_gives_way_at_once(cause):
    link = Connection(device_token=True, origin=FOUND)
    assert login_refused(link, cause) == (
        Connection(device_token=True, origin=FOUND, uses_device_token=True),
        (),
        True,
    )


@pytest.mark.parametrize("origin", [None, FOUND])
def test_a_revoked_token_is_forgotten(origin):
    link = Connection(device_token=True, uses_device_token=True, origin=origin)
    left = Connection(origin=origin)
    assert login_refused(link, FailureKind.TOKEN_WRONG) == (left, (ForgetDeviceToken(),), origin is None)


@pytest.mark.parametrize(
    ("link", "cause"),
    [
        (Connection(origin=FOUND), FailureKind.TOKEN_WRONG),
        (Connection(device_token=True), FailureKind.PAIRING),
        (Connection(device_token=True, uses_device_token=True), FailureKind.RATE_LIMITED),
    ],
)
def test_any_other_refusal_is_no_matter_of_secrets(link, cause):
    assert login_refused(link, cause) == (link, (), False)
