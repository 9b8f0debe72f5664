"""Which session is shown: by one rule for the live view and for one look."""

from __future__ import annotations

import time

from tests.blackbox.fake_gateway import FakeGateway, listing

WARNING = 10


def sessions(**percents):
    """Sessions of the default agent that were used just now, each so full."""
    rows = (
        {
            "key": f"agent:main:{name}",
            "label": name,
            "isMain": name == "main",
            "totalTokens": percent * 2_000,
            "updatedAt": int(time.time() * 1000),
        }
        for name, percent in percents.items()
    )
    return listing(*rows)


def showing(name, percent):
    """Recognize the line that begins with this session and its figure."""
    return lambda line: line.replace(" %", "%").startswith(f"{name}  {percent}%")


def test_a_session_over_the_threshold_is_shown_at_once(clawtray):
    with FakeGateway(sessions__list=sessions(main=74, bee=60)) as gateway:
        watch = clawtray(gateway, "watch")
        watch.until(showing("main", 74))
        gateway.answers["sessions.list"] = sessions(main=74, bee=76)
        gateway.push("sessions.changed", sessionKey="agent:main:bee", reason="message")
        watch.until(showing("bee", 76))
        status = clawtray(gateway, "status")
        status.until(showing("bee", 76))
        assert status.code() == WARNING


def test_inside_a_band_the_live_view_stays_and_one_look_shows_the_fullest(clawtray):
    with FakeGateway(sessions__list=sessions(main=60, bee=50)) as gateway:
        watch = clawtray(gateway, "watch")
        watch.until(showing("main", 60))
        gateway.answers["sessions.list"] = sessions(main=61, bee=64)
        gateway.push("sessions.changed", sessionKey="agent:main:bee", reason="message")
        watch.until(showing("main", 61))
        clawtray(gateway, "status").until(showing("bee", 64))
