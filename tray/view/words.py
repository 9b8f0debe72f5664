"""Every word that a person reads: message ids in English, and the sentences made of them.

A catalogue is a mapping from message id to translation, loaded by a shell; what it lacks stays English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tray.config.settings import Level
from tray.core.state import Confidence, PromptState, State, Usage
from tray.core.trouble import Cause, Doubt, Fault, Phase, Trouble
from tray.wire.handshake import Generation

ELLIPSIS = "…"
TOOLTIP_UNITS, TITLE_UNITS, BODY_UNITS = 127, 63, 255
"""What the Windows shell takes, in UTF-16 units without the closing zero."""


@dataclass(frozen=True, slots=True)
class Words:
    """A language. Called with a message id and its values it gives the sentence."""

    catalogue: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language; untrusted values cannot add placeholders of their own."""
        return self.catalogue.get(message, message).format(**values)


def clip(text: str, units: int) -> str:
    """The text cut to so many UTF-16 units, never through a surrogate pair, with an ellipsis if cut."""
    if len(text.encode("utf-16-le", "replace")) // 2 <= units:
        return text
    kept, room = [], units - 1
    for character in text:
        room -= 2 if ord(character) > 0xFFFF else 1  # noqa: PLR2004 - beyond the basic plane: a pair
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + ELLIPSIS


def clean(text: str, longest: int = 60) -> str:
    """A name from outside as one line: no control or direction-changing characters, bounded length."""
    line = " ".join(
        "".join(c if c.isprintable() or c in "\t\n" else " " for c in text[: longest * 8]).split()
    )
    return line if len(line) <= longest else line[: longest - 1].rstrip() + ELLIPSIS


def tokens(count: int) -> str:
    """A number of tokens as people say it: 950, 31k, 200k, 1M, 1.5M."""
    if count < 1_000:  # noqa: PLR2004 - a thousand
        return str(count)
    if count < 1_000_000:  # noqa: PLR2004 - a million
        return f"{count // 1_000}k"
    millions = count // 100_000 / 10
    return f"{millions:.0f}M" if millions == int(millions) else f"{millions:.1f}M"


def percent(usage: Usage) -> str:
    """Rounded down, so that 100 % is never said too early; a doubtful figure wears a tilde."""
    if usage.percent is None or usage.confidence is Confidence.UNKNOWN:
        return "?"
    return f"{'~' if usage.confidence is Confidence.STALE else ''}{int(usage.percent)} %"


def usage_line(usage: Usage, words: Words) -> str:
    """`62 % of 200k`, or what is missing."""
    if usage.percent is not None and usage.window is not None:
        return words("{percent} of {window}", percent=percent(usage), window=tokens(usage.window))
    if usage.window is not None:
        return words("? of {window}", window=tokens(usage.window))
    return words("context unknown")


def age(span: timedelta, words: Words) -> str:
    """How long ago, coarse enough not to change while somebody looks."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return words("just now")
    if minutes < 60:  # noqa: PLR2004 - an hour
        return words("{n} min ago", n=minutes)
    if minutes < 48 * 60:
        return words("{n} h ago", n=minutes // 60)
    return words("{n} days ago", n=minutes // (24 * 60))


def duration(seconds: float, words: Words) -> str:
    """A length of time: `40 s`, `4 min`, `3 h`."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return words("{n} s", n=int(seconds))
    if seconds < 3600:  # noqa: PLR2004 - an hour
        return words("{n} min", n=int(seconds // 60))
    return words("{n} h", n=int(seconds // 3600))


def generation(value: Generation) -> str:
    """The name that users know a gateway by."""
    names = {
        Generation.CLAWDBOT: "Clawdbot",
        Generation.MOLTBOT: "Moltbot",
        Generation.OPENCLAW: "OpenClaw",
        Generation.UNKNOWN: "Gateway",
    }
    return names[value]


def short_model(model: str | None) -> str:
    """A model without its provider, for places where room is short."""
    return "" if model is None else clean(model.rsplit("/", 1)[-1], 40)


def phase(value: Phase, words: Words) -> str:
    """The connection in one word or two."""
    match value:
        case Phase.NOT_SET_UP:
            return words("no gateway found")
        case Phase.CONNECTING:
            return words("connecting")
        case Phase.CONNECTED:
            return words("connected")
        case Phase.DOWN:
            return words("gateway down")
        case Phase.REFUSED:
            return words("cannot log in")


def why(trouble: Trouble, state: State, words: Words) -> str:
    """Why there is no connection: one sentence, and one safe thing to do."""
    return " ".join((_cause(trouble, state, words), _cure(trouble, state, words))).strip()


def _cause(trouble: Trouble, state: State, words: Words) -> str:
    where = host(state)
    detail = clean(trouble.detail, 200)
    match trouble.cause:
        case Cause.NOT_FOUND:
            return words("No gateway was found on this computer.")
        case Cause.ADDRESS:
            return detail
        case Cause.INSECURE:
            return words(
                "{where} is another computer, and ws:// would send the token there in clear.", where=where
            )
        case Cause.NOT_RUNNING:
            return words("Nothing is listening at {where}: the gateway is not running.", where=where)
        case Cause.FOREIGN:
            return words("Something answers at {where}, but it is not a gateway.", where=where)
        case Cause.UNREACHABLE:
            return words("{where} cannot be reached.", where=where)
        case Cause.TLS:
            return words("The encrypted connection to {where} failed: {detail}.", where=where, detail=detail)
        case Cause.STARTING:
            return words("The gateway is starting.")
        case Cause.RESTARTING:
            return words("The gateway announced a restart.")
        case Cause.STOPPED:
            return words("The gateway was stopped.")
        case Cause.SILENT:
            return words("The gateway stopped answering.")
        case Cause.LOST:
            return words("The connection to the gateway broke.")
        case Cause.TOKEN_MISSING:
            return words("The gateway wants a token, and none was found.")
        case Cause.TOKEN_WRONG:
            return words("The gateway does not accept the token.")
        case Cause.PASSWORD_MISSING:
            return words("The gateway wants a password, and none was found.")
        case Cause.PASSWORD_WRONG:
            return words("The gateway does not accept the password.")
        case Cause.PAIRING:
            return words("The gateway wants this computer to be approved first.")
        case Cause.CLOCK:
            return words("The clocks of this computer and the gateway differ by minutes.")
        case Cause.DEVICE:
            return words(
                "The gateway does not accept this computer's key: {detail}.", detail=detail.rstrip(".")
            )
        case Cause.ORIGIN:
            return words(
                "The gateway refuses where the connection comes from: {detail}.", detail=detail.rstrip(".")
            )
        case Cause.PROTOCOL:
            return words("The gateway speaks protocol {n}, and ClawTray speaks 3 and 4.", n=detail or "?")
        case Cause.RATE_LIMITED:
            return words("Too many failed logins: the gateway makes everybody wait.")
        case Cause.SCOPE:
            return words("The gateway lets ClawTray in, but does not let it read.")
        case Cause.REFUSED:
            return words("The gateway refuses the login: {detail}.", detail=detail.rstrip("."))


def _cure(trouble: Trouble, state: State, words: Words) -> str:
    cli = (
        "clawdbot" if state.link.hello and state.link.hello.generation is Generation.CLAWDBOT else "openclaw"
    )
    match trouble.cause:
        case Cause.NOT_FOUND:
            return words("Start one, or give its address: clawtray --url ws://HOST:PORT.")
        case Cause.INSECURE:
            return words("Use wss://, or set allow_plain for this profile.")
        case Cause.NOT_RUNNING | Cause.STOPPED:
            return words("Start it with: {cli} gateway start.", cli=cli)
        case Cause.FOREIGN:
            return words("Check the port in the address.")
        case Cause.UNREACHABLE:
            return words("Check the address and the network.")
        case Cause.TLS:
            return words("Check the certificate.")
        case Cause.STARTING | Cause.RESTARTING | Cause.SILENT | Cause.LOST:
            return words("ClawTray reconnects by itself.")
        case Cause.TOKEN_MISSING | Cause.TOKEN_WRONG:
            return words("Set CLAWTRAY_TOKEN, or correct gateway.auth.token in the gateway's settings.")
        case Cause.PASSWORD_MISSING | Cause.PASSWORD_WRONG:
            return words("Set CLAWTRAY_PASSWORD, or correct gateway.auth.password in the gateway's settings.")
        case Cause.PAIRING:
            if trouble.request_id is None:
                return words("On the gateway's computer run: {cli} devices list.", cli=cli)
            request = clean(trouble.request_id, 80)
            return words("On the gateway's computer run: {cli} devices approve {id}.", cli=cli, id=request)
        case Cause.CLOCK:
            return words("Set this computer's clock.")
        case Cause.PROTOCOL:
            return words("Update ClawTray or the gateway.")
        case Cause.RATE_LIMITED:
            span = duration(trouble.retry_after or 60.0, words)
            return words("ClawTray tries again in {span}.", span=span)
        case Cause.SCOPE:
            return words("Approve this computer there: {cli} devices list.", cli=cli)
        case Cause.ADDRESS | Cause.DEVICE | Cause.ORIGIN | Cause.REFUSED:
            return ""


def host(state: State) -> str:
    """The gateway's address without the scheme."""
    target = state.link.target
    return "" if target is None else clean(target.url.split("://", 1)[-1], 80)


def doubt(value: Doubt, words: Words) -> str:
    """Why a context figure is not to be trusted."""
    match value:
        case Doubt.NEVER_USED:
            return words("this session has not been used yet")
        case Doubt.NO_FIGURE:
            return words("the gateway gives no figure, as after a compaction; the next run will")
        case Doubt.NO_WINDOW:
            return words("the gateway does not say how large the context window is")
        case Doubt.OLD:
            return words("the gateway says that the figure is out of date")
        case Doubt.TOO_LARGE:
            return words("the figure is larger than the context window")
        case Doubt.UNCHANGED:
            return words("the last run did not report its usage")
        case Doubt.COMPACTED:
            return words("just compacted; the next run brings the figure")


def fault(value: Fault, detail: str, level: Level, words: Words) -> str:
    """Why a prompt or a switch did not succeed, and what to do."""
    said = clean(detail, 300)
    match value:
        case Fault.GATEWAY:
            return words("The gateway says: {reason}", reason=said or words("it failed, without a reason"))
        case Fault.OFFLINE:
            return words("There is no connection to the gateway.")
        case Fault.LEVEL:
            return words(
                "The trust level is {level}, which does not allow it. Raise it in the settings: level.",
                level=level.value,
            )
        case Fault.SCOPE:
            return words("The gateway did not grant ClawTray the right to do this.")
        case Fault.NO_SESSION:
            return words("There is no such session.")
        case Fault.NOT_OURS:
            return words("A model can be forced only on ClawTray's own sessions. For this one: clawtray use.")
        case Fault.TOO_LONG:
            return words("The prompt is longer than gateways take. Shorten it to 400,000 bytes.")
        case Fault.EMPTY:
            return words("The prompt is empty.")
        case Fault.TIMED_OUT:
            return words("The run took too long, and the gateway ended it.")
        case Fault.NO_REPLY:
            return words("The gateway did not reply.")
        case Fault.OTHER_MODEL:
            return words("The gateway chose {model} instead.", model=said or "?")


def ending(state: PromptState, words: Words) -> str:
    """How a prompt ended, as a title."""
    match state:
        case PromptState.ANSWERED:
            return words("answered")
        case PromptState.STOPPED:
            return words("stopped")
        case PromptState.UNKNOWN:
            return words("The gateway went away; the prompt may have run.")
        case _:
            return words("failed")
