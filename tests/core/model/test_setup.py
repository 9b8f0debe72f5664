from __future__ import annotations

import pytest

from tray.core.model import ConnectionFailure, FailureKind, Setup, Trial
from tray.protocol.handshake import Generation, Hello

HELLO = Hello(4, "2026.9.6", Generation.OPENCLAW, None, frozenset(), 30.0, "agent:main:main", "main")


def failed(kind, **more):
    return Trial("default", saves=True, failure=ConnectionFailure(kind, **more))


@pytest.mark.parametrize("kind", [FailureKind.TOKEN_WRONG, FailureKind.PASSWORD_MISSING])
def test_what_another_secret_would_help(kind):
    assert failed(kind).is_about_secret
    assert not failed(kind).is_usable
    assert not failed(FailureKind.NOT_RUNNING).is_about_secret
    assert not Trial("default", saves=True).is_about_secret
    assert Trial("default", saves=True, in_secret=True).is_about_secret


def test_what_is_right_though_the_gateway_wants_more():
    assert Trial("default", saves=True, hello=HELLO).is_usable
    assert failed(FailureKind.PAIRING).is_usable
    assert failed(FailureKind.TLS, fingerprint="ab" * 32).is_usable
    assert failed(FailureKind.OTHER_USER, user="1001").is_usable
    assert not failed(FailureKind.TLS).is_usable
    assert not failed(FailureKind.OTHER_USER, user="").is_usable
    assert not Trial("default", saves=True, running=True).is_usable


def test_the_welcome_waits_for_the_icon_and_comes_once():
    assert not Setup().awaits_welcome
    assert Setup(icon_shown=True).awaits_welcome
    assert not Setup(icon_shown=True, welcomed=True).awaits_welcome
