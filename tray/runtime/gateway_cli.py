"""Starts or restarts a gateway by its own command line, for releases without a request for that.

Nothing is done unless the process that listens at the port is the gateway that the command line manages: a
tunnel to another computer looks like a gateway of this one.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tray.core.events import GatewayCliFinished
from tray.core.model import ActionError, GatewayControlKind
from tray.i18n.words import message
from tray.settings.target import Target
from tray.storage import processes

TIMEOUT = 120.0
"""Seconds for one command: on a busy computer `status` takes ten, and a restart twenty."""
_SUCCESS = {
    GatewayControlKind.START: ("started", "already-running"),
    GatewayControlKind.RESTART: ("restarted",),
}
"""The values of `result` that mean success; neither the exit code nor `ok` does."""
_GATEWAY = re.compile(r"(openclaw|clawdbot|moltbot)\b.*gatewa|^(openclaw|clawdbot|moltbot)$", re.IGNORECASE)
"""Process names of gateways, of which some systems show only 15 characters. 2026.5.7 uses the bare name."""


def run(
    kind: GatewayControlKind, target: Target, command: str, environ: Mapping[str, str]
) -> GatewayCliFinished:
    """Start or restart the gateway. Takes seconds; errors are in the result, in words.

    Args:
        kind: Start or restart.
        target: The gateway.
        command: The name of the command line.
        environ: The environment, for its `PATH` and the variables that the command line reads.
    """
    program = processes.find_program(command, environ)
    if program is None:
        return GatewayCliFinished(ActionError.NO_CLI, command)
    try:
        status = _run(program, "status", environ)
        if not _manages(status, target, running=kind is GatewayControlKind.RESTART):
            return GatewayCliFinished(ActionError.OTHER_GATEWAY, command)
        answer = _run(program, kind.value, environ)
    except subprocess.TimeoutExpired:
        late = message("{command} gave no answer within {n} s", command=command, n=int(TIMEOUT))
        return GatewayCliFinished(ActionError.CLI_FAILED, late)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        unreadable = message("{command} gave no answer that can be read", command=command)
        return GatewayCliFinished(ActionError.CLI_FAILED, said or unreadable)
    if answer.get("result") in _SUCCESS[kind]:
        return GatewayCliFinished(None, _text(answer))
    return GatewayCliFinished(ActionError.CLI_FAILED, _text(answer))


def _run(program: str, verb: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """Run a command and return the object that it prints, skipping warnings before it.

    Raises:
        OSError: It cannot be run.
        ValueError: It prints no object.
        subprocess.TimeoutExpired: It does not end.
    """
    done = subprocess.run(  # noqa: S603 - found on the user's own PATH, with fixed arguments
        [program, "gateway", verb, "--json"],
        cwd=processes.folder(),
        env=_environment(environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
        creationflags=processes.NO_CONSOLE,
    )
    text = done.stdout.decode("utf-8", "replace")
    value, _ = json.JSONDecoder().raw_decode(text, text.index("{"))
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 - what it printed is wrong
    return value


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what is ours alone; its own secrets the command line needs."""
    own = {name: value for name, value in environ.items() if not name.upper().startswith("CLAWTRAY_")}
    return processes.on_absolute_path(own)


def _manages(status: Mapping[str, Any], target: Target, *, running: bool) -> bool:
    """Return whether the command line manages the gateway at this address, and that is what listens there."""
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


def _text(answer: Mapping[str, Any]) -> str:
    """Return what the command line says: the error, its message and its hints."""
    error = answer.get("error")
    texts = [_record(error).get("message") if isinstance(error, Mapping) else error, answer.get("message")]
    hints = answer.get("hints")
    texts += hints if isinstance(hints, list) else []
    return " ".join(text for text in texts if isinstance(text, str) and text)[:600]
