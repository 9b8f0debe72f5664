from __future__ import annotations

import pytest

from tray.protocol.session_keys import Kind, canonical, is_own, kind_of, short_name


@pytest.mark.parametrize(
    ("key", "full"),
    [
        ("main", "agent:work:main"),
        ("agent:main:main", "agent:main:main"),
        ("global", "global"),
        ("unknown", "unknown"),
        ("slack:channel:c1", "agent:work:slack:channel:c1"),
    ],
)
def test_keys_are_canonical(key, full):
    assert canonical(key, "work") == full


@pytest.mark.parametrize(
    ("key", "short"),
    [
        ("agent:work:slack:channel:c1", "slack:channel:c1"),
        ("agent:main:main", "main/main"),
        ("global", "global"),
        ("agent:odd", "agent:odd"),
    ],
)
def test_what_all_keys_share_goes_without_saying(key, short):
    assert short_name(key, "work") == short


@pytest.mark.parametrize(
    ("key", "own"),
    [
        ("agent:main:tray", True),
        ("agent:work:tray-summaries", True),
        ("tray", True),
        ("agent:main:main", False),
        ("agent:main:trays", False),
        ("agent:tray:main", False),
    ],
)
def test_which_sessions_are_our_own(key, own):
    assert is_own(key) is own


@pytest.mark.parametrize(
    ("key", "group", "kind"),
    [
        ("agent:main:main", False, Kind.DIRECT),
        ("agent:main:notes", False, Kind.DIRECT),
        ("agent:main:notes", True, Kind.GROUP),
        ("agent:main:slack:channel:c1", False, Kind.GROUP),
        ("agent:main:whatsapp:group:g@g.us", False, Kind.GROUP),
        ("agent:main:cron:job", False, Kind.CRON),
        ("agent:main:cron:job:subagent:1", False, Kind.SUBAGENT),
        ("agent:main:subagent:1", True, Kind.SUBAGENT),
        ("subagent:1", False, Kind.SUBAGENT),
        ("cron:daily", False, Kind.CRON),
        ("agent:main:main:heartbeat", False, Kind.PROGRAM),
        ("agent:main:telegram:direct:1:Heartbeat", False, Kind.PROGRAM),
        ("agent:work:heartbeat", False, Kind.PROGRAM),
        ("agent:main:hook:gmail:17", False, Kind.PROGRAM),
        ("hook:5f0c", True, Kind.PROGRAM),
        ("agent:main:acp:5f0c", False, Kind.PROGRAM),
        ("agent:main:harness:codex:thread-1", False, Kind.PROGRAM),
        ("agent:main:direct:1:skill-harness:hint", False, Kind.PROGRAM),
        ("agent:main:direct:1:active-memory:worker", False, Kind.PROGRAM),
        ("agent:main:dreaming-narrative-light-17", False, Kind.PROGRAM),
        ("agent:main:boot", False, Kind.PROGRAM),
        ("agent:heartbeat:main", False, Kind.DIRECT),
        ("agent:main:hooks", False, Kind.DIRECT),
        ("agent:main:bootcamp", False, Kind.DIRECT),
        ("agent:main:acp", False, Kind.DIRECT),
        ("global", False, Kind.SHARED),
        ("unknown", False, Kind.SHARED),
        ("", False, Kind.DIRECT),
    ],
)
def test_sessions_are_distinguished(key, group, kind):
    assert kind_of(key, group=group) is kind
