"""Figures, names and errors as users read them."""

import unicodedata
from datetime import timedelta

from tray.core.model import (
    MAX_PROMPT_BYTES,
    ActionError,
    Confidence,
    ContextUsage,
    Now,
    Phase,
    Prompt,
    PromptStatus,
    Session,
    StaleReason,
    TurnsLeft,
)
from tray.core.state import State
from tray.i18n.words import Message, Words
from tray.protocol.handshake import Generation
from tray.protocol.session_keys import short_name
from tray.settings.settings import Level

ELLIPSIS = "…"
MANY_TURNS = 99
"""A greater number of turns is not shown."""
TOOLTIP_UNITS, TITLE_UNITS, BODY_UNITS = 127, 63, 255
"""Limits of the Windows shell, in UTF-16 units without the closing zero."""


def clip(text: str, units: int) -> str:
    """Cut a text to so many UTF-16 units, never through a surrogate pair, with an ellipsis if cut."""
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
    """Return a text from outside as one line of at most so many characters.

    Unprintable characters become blanks. Invisible format characters, which can change the text direction,
    are removed: a blank in their place would break a word or an emoji apart.
    """
    beginning = text[: longest * 8]
    if not beginning.isprintable():  # most are, and every view calls this for every name
        visible = (c for c in beginning if unicodedata.category(c) != "Cf")
        beginning = "".join(c if c.isprintable() else " " for c in visible)
    line = " ".join(beginning.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + ELLIPSIS


def session_name(session: Session, longest: int = 30) -> str:
    """Return the session's name, else its key; never empty."""
    return clean(session.name, longest) or clean(session.key, longest) or "?"


def name_of(key: str | None, state: State, longest: int = 30) -> str:
    """Return the name of the session with this key, listed or not; empty without a key."""
    if key is None:
        return ""
    key = state.canonical(key)
    session = state.gateway.snapshot.find(key)
    if session is not None:
        return session_name(session, longest)
    return clean(short_name(key, state.agent_id), longest) or "?"


def not_shown(state: State, words: Words) -> str:
    """Return why no session is shown: the one to show is not there or was not read, or there is none."""
    snapshot, pinned = state.gateway.snapshot, state.gateway.focus.pinned
    unread = [key for key in state.watched if key in snapshot.unread]
    if unread and pinned in (None, unread[0]):
        return words("{name}: not read", name=name_of(unread[0], state))
    if pinned is not None:
        return words("{name}: not there", name=name_of(pinned, state))
    return words("No session to show") if snapshot.sessions else words("No sessions yet")


def printable(text: str) -> str:
    """Return a text safe for a terminal: control characters are removed, line ends and tabs stay."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t")


def tokens(count: int) -> str:
    """Return a short number of tokens: 950, 31k, 200k, 1M, 1.5M."""
    if count < 1_000:  # noqa: PLR2004 - a thousand
        return str(count)
    if count < 1_000_000:  # noqa: PLR2004 - a million
        return f"{count // 1_000}k"
    millions = count // 100_000 / 10
    return f"{millions:.0f}M" if millions == int(millions) else f"{millions:.1f}M"


def whole_percent(usage: ContextUsage) -> int | None:
    """Return the usage in percent, rounded down so that 100% never comes too early; None if unknown."""
    if usage.used is None or not usage.context_limit or usage.confidence is Confidence.UNKNOWN:
        return None
    return usage.used * 100 // usage.context_limit


def percent(usage: ContextUsage) -> str:
    """Return `62%`, `~62%` if stale, or `?` if unknown."""
    whole = whole_percent(usage)
    if whole is None:
        return "?"
    return f"{'~' if usage.confidence is Confidence.STALE else ''}{whole}%"


def usage_line(usage: ContextUsage, words: Words) -> str:
    """Return `62% of 200k`, or that the context is unknown."""
    if not usage.context_limit:
        return words("context unknown")
    return words("{percent} of {window}", percent=percent(usage), window=tokens(usage.context_limit))


def age(span: timedelta, words: Words) -> str:
    """Return how long ago, in coarse steps; `just now` for the future, if a clock runs ahead."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return words("just now")
    if minutes < 60:  # noqa: PLR2004 - an hour
        return words("{n} min ago", n=minutes)
    if minutes < 48 * 60:
        return words("{n} h ago", n=minutes // 60)
    return words.plural("{n} day ago", "{n} days ago", minutes // (24 * 60))


def duration(seconds: float, words: Words) -> str:
    """Return a duration as `40 s`, `4 min` or `3 h`; negative ones, after a clock change, as `0 s`."""
    seconds = max(0.0, seconds)
    if seconds < 60:  # noqa: PLR2004 - a minute
        return words("{n} s", n=int(seconds))
    if seconds < 3600:  # noqa: PLR2004 - an hour
        return words("{n} min", n=int(seconds // 60))
    return words("{n} h", n=int(seconds // 3600))


def generation(value: Generation) -> str:
    """Return the product name of a gateway generation."""
    names = {
        Generation.CLAWDBOT: "Clawdbot",
        Generation.MOLTBOT: "Moltbot",
        Generation.OPENCLAW: "OpenClaw",
        Generation.UNKNOWN: "Gateway",
    }
    return names[value]


def short_model(model: str | None) -> str:
    """Return a model's name without its provider."""
    return "" if model is None else clean(model.rsplit("/", 1)[-1], 40)


def phase(value: Phase, words: Words) -> str:
    """Return the connection phase in a word or two."""
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


def stale_reason(value: StaleReason, words: Words, figures: tuple[int, int] | None = None) -> str:
    """Return why a context figure is stale or unknown, with the figures that contradict each other."""
    one, other = map(tokens, figures or (0, 0))
    match value:
        case StaleReason.NEVER_USED:
            return words("this session has not been used yet")
        case StaleReason.NOT_REPORTED:
            return words("the gateway reports no figure until the next run")
        case StaleReason.NO_CONTEXT_LIMIT:
            return words("the gateway does not report the context limit")
        case StaleReason.REPORTED_STALE:
            return words("the gateway marks the figure as out of date")
        case StaleReason.OUTDATED:
            return words("the gateway has not answered for a while")
        case StaleReason.TOO_LARGE:
            return words("the gateway reports {used} tokens for a {limit} limit", used=one, limit=other)
        case StaleReason.LIMITS_DIFFER:
            return words(
                "the gateway gives the session a limit of {limit}, its model one of {other}",
                limit=one,
                other=other,
            )
        case StaleReason.MUST_COMPACT if figures is None:
            return words("the gateway compacts before the next run")
        case StaleReason.MUST_COMPACT:
            return words(
                "the gateway compacts before the next run: it expects {used} tokens, and {limit} fit",
                used=one,
                limit=other,
            )
        case StaleReason.UNCHANGED:
            return words("the last run did not report its usage")
        case StaleReason.COMPACTED:
            return words("just compacted; the next run shows the new figure")


def turns_left(turns: TurnsLeft | None, words: Words) -> str:
    """Return `about 6 turns left (4 to 9)`; empty if unknown."""
    if turns is None:
        return ""
    if turns.high < 1:
        return words("no room for another turn like the last ones")
    if turns.high > MANY_TURNS:  # the middle of so wide a range says little
        return words("more than {n} turns left", n=min(turns.low, MANY_TURNS))
    if turns.low == turns.high:
        return words.plural("about {n} turn left", "about {n} turns left", turns.about)
    return words.plural(
        "about {n} turn left ({low} to {high})",
        "about {n} turns left ({low} to {high})",
        turns.about,
        low=turns.low,
        high=turns.high,
    )


def stale(usage: ContextUsage, words: Words) -> str:
    """Return `Doubtful: …` or `Unknown: …` with the reason; empty for a fresh figure."""
    if usage.stale_reason is None:
        return ""
    reason = stale_reason(usage.stale_reason, words, usage.figures)
    if usage.confidence is Confidence.UNKNOWN:
        return words("Unknown: {reason}", reason=reason)
    return words("Doubtful: {reason}", reason=reason)


def action_error(value: ActionError, detail: Message | str, level: Level, words: Words) -> str:
    """Return why a prompt, a model switch or a session action failed, and what to do."""
    reason = clean(words.render(detail), 300)
    match value:
        case ActionError.GATEWAY:
            return words("Gateway error: {reason}", reason=reason or words("no reason given"))
        case ActionError.OFFLINE:
            return words("Not connected to the gateway.")
        case ActionError.GATEWAY_CHANGED:
            return words("ClawTray now watches another gateway, so this was not sent.")
        case ActionError.LEVEL:
            return words(
                "The trust level “{level}” does not allow this. Change it in Settings.", level=level.value
            )
        case ActionError.SCOPE:
            return words("The gateway did not give ClawTray permission for this.")
        case ActionError.NOT_OWN_SESSION:
            return words("A prompt can set a model only in ClawTray's own or new sessions.")
        case ActionError.TOO_LONG:
            return words("The prompt is too long. Keep it under {n} bytes.", n=f"{MAX_PROMPT_BYTES:,}")
        case ActionError.EMPTY:
            return words("The prompt is empty.")
        case ActionError.NO_CLIPBOARD:
            return words("The clipboard has no text. Copy some and choose the prompt again.")
        case ActionError.TIMED_OUT:
            return words("The gateway ended the run because it took too long.")
        case ActionError.NOT_OFFERED:
            return words("This cannot be decided here: use the gateway's own page.")
        case ActionError.NO_REPLY:
            return words("The gateway did not reply.")
        case ActionError.UNCONFIRMED:
            return words("The gateway did not confirm the switch. Check the session's model.")
        case ActionError.OTHER_MODEL:
            return words("The gateway chose {model} instead.", model=reason or words("another model"))
        case ActionError.ONLY_TRUNCATES:
            return words("This gateway cannot summarise: it would cut the history off.")
        case ActionError.BUSY:
            return words("A run is in progress in this session. Stop it or wait until it ends.")
        case ActionError.NO_RUN:
            return words("No run is in progress.")
        case ActionError.NO_THINKING_LEVELS:
            return words("The gateway offers no thinking levels for this session.")
        case ActionError.NO_SUCH_APPROVAL:
            return words("Nothing waits under the id {id}; see clawtray approvals.", id=reason)
        case ActionError.QUESTION:
            return words("This is a question. Answer it in the dashboard.")
        case ActionError.BLANK_COMMAND:
            return words("The command is blank, so it can only be denied.")
        case ActionError.DID_NOT_COME_UP:
            return words("The gateway did not come up in time. Check its log.")
        case ActionError.NOT_DOWN:
            return words("As far as ClawTray can tell, the gateway is not down.")
        case ActionError.OTHER_COMPUTER:
            return words("This gateway runs on another computer. Do this on that computer.")
        case ActionError.NO_CLI:
            return words("The command {name} was not found on this computer.", name=reason)
        case ActionError.OTHER_GATEWAY:
            return words(
                "The program at the gateway's port is not the gateway that {name} manages.", name=reason
            )
        case ActionError.CLI_FAILED:
            return words("The gateway's command failed: {reason}", reason=reason or words("no reason given"))
        case ActionError.UNREADABLE:
            return words("The gateway's answer cannot be read. Check the session before you send it again.")
        case ActionError.STILL_RUNNING:
            return words("The gateway has not confirmed that the run stopped.")


def prompt_result(prompt: Prompt, words: Words) -> str:
    """Return how a prompt ended, as a sentence."""
    match prompt.state:
        case PromptStatus.ANSWERED:
            return words("The prompt was answered.")
        case PromptStatus.STOPPED:
            return words("The prompt was stopped.")
        case PromptStatus.FAILED:
            return words("The prompt failed.")
        case PromptStatus.UNKNOWN if prompt.abandoned:
            return words("The prompt may have run on the previous gateway.")
        case PromptStatus.UNKNOWN:
            return words(
                "The connection broke and the prompt may have run. Check the session before you send "
                "it again."
            )
        case _:
            return words("The prompt has not ended yet.")


def added(before: str, text: str) -> str:
    """Return what a growing text adds to the one before it, or all of it on a new line if it begins again."""
    if text.startswith(before):
        return text[len(before) :]
    return "" if text.strip() == before.strip() else f"\n{text}"


def last_run(session: Session, words: Words) -> str:
    """Return that the last run of a session failed; empty if it did not."""
    return words("the last run failed") if session.row.failed else ""


def updated(session: Session, now: Now, words: Words) -> str:
    """Return how long ago the gateway changed this session; empty if it does not report it."""
    at_ms = session.row.updated_ms
    return "" if at_ms is None else age(timedelta(milliseconds=now.ms - at_ms), words)
