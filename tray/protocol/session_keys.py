"""Session keys: canonical and short, what a session is for, and which are ClawTray's own."""

from enum import Enum, auto

OWN_SESSION = "tray"
"""The last part of the key of ClawTray's own session, where prompts go by default."""


def canonical(key: str, agent_id: str) -> str:
    """Return `main` as `agent:main:main`: 2026.1 loses a model override under any other spelling."""
    return key if key.startswith("agent:") or key in ("global", "unknown") else f"agent:{agent_id}:{key}"


def short_name(key: str, agent_id: str) -> str:
    """Return a key without the prefix of the default agent: `agent:main:work` is `work`."""
    parts = key.split(":", 2)
    if parts[0] != "agent" or len(parts) < 3:  # noqa: PLR2004 - agent, its id, the rest
        return key
    return parts[2] if parts[1] == agent_id else f"{parts[1]}/{parts[2]}"


def is_own(key: str) -> bool:
    """Return whether ClawTray created this session."""
    if OWN_SESSION not in key:  # as in most
        return False
    name = key.split(":", 2)[-1]
    return name == OWN_SESSION or name.startswith(f"{OWN_SESSION}-")


class Kind(Enum):
    """What a session is for, apart from the main conversation, which the gateway names itself."""

    DIRECT = auto()  # one user
    GROUP = auto()  # several users
    CRON = auto()  # a scheduled job
    SUBAGENT = auto()  # work delegated by another session
    PROGRAM = auto()  # started by the gateway or by another program: heartbeat, hook, dreaming and the like
    SHARED = auto()


BACKGROUND = Kind.CRON, Kind.SUBAGENT, Kind.PROGRAM, Kind.SHARED
"""The kinds of sessions that programs use, not users."""

_PROGRAMS = ("acp:", "boot:", "dreaming:", "dreaming-narrative-", "harness:", "heartbeat:", "hook:")
_PROGRAM_NAMES = ("boot", "dreaming", "heartbeat")
_PROGRAM_PARTS = (":active-memory:", ":skill-harness:")


def kind_of(key: str, *, group: bool = False) -> Kind:
    """Return the kind by the key, as older releases tell nothing else; `group` is the gateway's own flag."""
    if key in ("global", "unknown"):
        return Kind.SHARED
    parts = key.lower().split(":", 2)
    name = parts[-1] if parts[0] == "agent" else key.lower()
    if name.startswith("subagent:") or ":subagent:" in name:
        return Kind.SUBAGENT
    if name.startswith("cron:"):
        return Kind.CRON
    if _is_of_program(name):
        return Kind.PROGRAM
    return Kind.GROUP if group or ":group:" in key or ":channel:" in key else Kind.DIRECT


def _is_of_program(name: str) -> bool:
    # An isolated heartbeat has the key of the session that it belongs to, with this end.
    return (
        name.startswith(_PROGRAMS)
        or name in _PROGRAM_NAMES
        or name.endswith(":heartbeat")
        or any(part in name for part in _PROGRAM_PARTS)
    )
