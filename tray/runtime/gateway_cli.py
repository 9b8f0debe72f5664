"""The gateway's own command line, which starts it and restarts it where its release cannot be asked.

It is found, never guessed; and nothing is done unless what listens at the port is the gateway that it knows:
a tunnel to another computer looks like a gateway of this one.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tray.core.errors import ActionError
from tray.core.events import GatewayCliFinished
from tray.core.model.gateway_control import GatewayControlKind
from tray.i18n.message import message
from tray.settings.target import Target
from tray.storage.processes import NO_CONSOLE

PATIENCE = 120.0
"""Seconds for one command: on a busy computer `status` takes ten, and a restart twenty."""
_DONE = {GatewayControlKind.START: ("started", "already-running"), GatewayControlKind.RESTART: ("restarted",)}
"""What `result` says of success; neither the exit code nor `ok` does."""
_GATEWAY = re.compile(r"(openclaw|clawdbot|moltbot)\b.*gatewa|^(openclaw|clawdbot|moltbot)$", re.IGNORECASE)
"""How the process of a gateway is called, at most 15 characters of it where the system cuts it off. That
of 2026.5.7 bears the bare name."""


def run(
    kind: GatewayControlKind, target: Target, command: str, environ: Mapping[str, str]
) -> GatewayCliFinished:
    """Have it done. Takes seconds; whatever goes wrong is in the result, in words.

    Args:
        kind: Start or restart.
        target: The gateway that is meant.
        command: The name of the command line.
        environ: The environment, for its `PATH`, and what tells the command line where its files are.
    """
    program = shutil.which(command, path=environ.get("PATH"))
    if program is None:
        return GatewayCliFinished(ActionError.NO_CLI, command)
    try:
        known = _asked(program, "status", environ)
        if not _is_meant(known, target, running=kind is GatewayControlKind.RESTART):
            return GatewayCliFinished(ActionError.OTHER_GATEWAY, command)
        answer = _asked(program, kind.value, environ)
    except subprocess.TimeoutExpired:
        late = message("{command} gave no answer within {n} s", command=command, n=int(PATIENCE))
        return GatewayCliFinished(ActionError.CLI_FAILED, late)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        unreadable = message("{command} gave no answer that can be read", command=command)
        return GatewayCliFinished(ActionError.CLI_FAILED, said or unreadable)
    if answer.get("result") in _DONE[kind]:
        return GatewayCliFinished(None, _words(answer))
    return GatewayCliFinished(ActionError.CLI_FAILED, _words(answer))


def _asked(program: str, verb: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """Run it, and read the object that it prints, after whatever warnings.

    Raises:
        OSError: It cannot be run.
        ValueError: It prints no object.
        subprocess.TimeoutExpired: It does not end.
    """
    done = subprocess.run(  # noqa: S603 - found on the user's own PATH, with words of ours alone
        [program, "gateway", verb, "--json"],
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        creationflags=NO_CONSOLE,
    )
    text = done.stdout.decode("utf-8", "replace")
    value, _ = json.JSONDecoder().raw_decode(text, text.index("{"))
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 - what it printed is wrong
    return value


def _is_meant(status: Mapping[str, Any], target: Target, *, running: bool) -> bool:
    """Whether the gateway that the command line knows is at this address, and it is that which listens."""
    port = _record(status.get("port"))
    if _record(status.get("gateway")).get("port") != (urlsplit(target.url).port or 443):
        return False
    listeners = [_record(each) for each in port.get("listeners") or ()]
    if not running:
        return not listeners
    service = _record(_record(_record(status.get("service")).get("runtime"))).get("pid")
    return bool(listeners) and all(
        (service is not None and each.get("pid") == service)
        or any(_GATEWAY.search(str(each.get(name) or "")) for name in ("commandLine", "command"))
        for each in listeners
    )


def _record(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _words(answer: Mapping[str, Any]) -> str:
    """What it says itself: the error, its message and its hints."""
    error = answer.get("error")
    said = [_record(error).get("message") if isinstance(error, Mapping) else error, answer.get("message")]
    hints = answer.get("hints")
    said += hints if isinstance(hints, list) else []
    return " ".join(text for text in said if isinstance(text, str) and text)[:600]
