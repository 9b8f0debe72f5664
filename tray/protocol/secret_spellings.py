"""How a secret may be written in JSON, so that it is found however a gateway spells it."""

import re

_BACKSLASHES = r"\\{1,8}"
"""Before an escape; there are more than one where JSON is quoted in JSON, as in a log line."""
_BEGINNING = r"(?!(?<=\\)\\)"
"""Not at a backslash that comes after another."""
_SHORT = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}


def spellings(secret: str) -> str:
    r"""Return a regular expression that matches a secret in any spelling, such as S, \u0053 or \\u0053.

    Among many backslashes it begins at the first alone: else a search would take seconds for a large message.
    """
    first = _BEGINNING + _any_of(_alternatives(secret[0], r"\\+")) if secret[:1] not in ("", "\\") else ""
    rest = secret[1:] if first else secret
    return first + "".join(_any_of(_alternatives(character)) for character in rest)


def _any_of(alternatives: list[str]) -> str:
    return f"(?:{'|'.join(alternatives)})"


def _alternatives(character: str, backslashes: str = _BACKSLASHES) -> list[str]:
    # What cannot be encoded is sent as a question mark.
    plain = re.escape(character.encode(errors="replace").decode())
    units = character.encode("utf-16-be", "surrogatepass").hex()
    pairs = (units[at : at + 4] for at in range(0, len(units), 4))
    found = [plain, "".join(f"{backslashes}(?i:u{unit})" for unit in pairs)]
    if character in '"\\/':
        found.append(f"{backslashes}{plain}")
    if character in _SHORT:
        found.append(f"{backslashes}{_SHORT[character]}")
    return found
