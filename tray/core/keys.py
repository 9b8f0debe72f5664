"""The keys of sessions: in full, in short, and which are of ClawTray's own making."""

from __future__ import annotations

OWN_SESSION = "tray"
"""The last part of the key of ClawTray's own side session, where prompts go unless told otherwise."""


def canonical(key: str, agent_id: str) -> str:
    """`main` as `agent:main:main`: 2026.1 loses a model override under any other spelling."""
    return key if key.startswith("agent:") or key in ("global", "unknown") else f"agent:{agent_id}:{key}"


def short_name(key: str, agent_id: str) -> str:
    """A key without what all keys of the default agent share: `agent:main:work` is `work`."""
    parts = key.split(":", 2)
    if parts[0] != "agent" or len(parts) < 3:  # noqa: PLR2004 - agent, its id, the rest
        return key
    return parts[2] if parts[1] == agent_id else f"{parts[1]}/{parts[2]}"


def is_own(key: str) -> bool:
    """Whether ClawTray made this session."""
    name = key.split(":", 2)[-1]
    return name == OWN_SESSION or name.startswith(f"{OWN_SESSION}-")
