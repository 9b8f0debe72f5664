from __future__ import annotations

import pytest

from tray.core.keys import canonical, is_own, short_name


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
