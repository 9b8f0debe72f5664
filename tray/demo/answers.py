"""What the simulated agent says: a short, friendly text about the prompt's subject. No model is asked."""

import re
import zlib

_OPENERS = re.compile(
    r"^(?:please|what|who|where|when|why|how|which|is|are|was|does|do|did|can|could|would|should|you|i|we|me|us"
    r"|tell|explain|describe|about|to)\b\s*",
    re.IGNORECASE,
)
_LONGEST_SUBJECT = 60
_ANSWERS = (
    "A good question. About {subject}: start with what matters most today, and look again tomorrow.",
    "Happy to help with {subject}. Write down what is known, try the simplest thing, keep what worked.",
    "On {subject}: it looks fine from here. I would only check twice what nobody has touched for long.",
)
_HONEST = "(This is the demo speaking: no model was asked and no token was spent.)"


def answer(prompt: str) -> str:
    """Return the answer to a prompt; the same prompt always has the same one."""
    chosen = _ANSWERS[zlib.crc32(prompt.encode()) % len(_ANSWERS)]
    return f"{chosen.format(subject=subject(prompt))} {_HONEST}"


def subject(prompt: str) -> str:
    """Return what a prompt is about: its first sentence without question words, in one short line."""
    words = re.split(r"[.?!]", " ".join(prompt.split()), maxsplit=1)[0]
    while opener := _OPENERS.match(words):
        words = words[opener.end() :]
    if len(words) > _LONGEST_SUBJECT:
        words = words[:_LONGEST_SUBJECT].rsplit(" ", 1)[0] + "…"
    return f"“{words}”" if words else "that"
