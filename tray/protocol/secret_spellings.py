"""How a secret may be written in JSON, so that it is found however a gateway spells it."""

import re

_BACKSLASHES = r"\\{1,8}"
"""Before an escape; there are more than one where JSON is quoted in JSON, as in a log line."""
_SHORT = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}


def spellings(secret: str) -> str:
    r"""Return a regular expression that matches a secret in any spelling, such as S, \u0053 or \\u0053."""
    return "".join(f"(?:{'|'.join(_alternatives(character))})" for character in secret)


def _alternatives(character: str) -> list[str]:
    # What cannot be encoded is sent as a question mark.
    plain = re.escape(character.encode(errors="replace").decode())
    units = character.encode("utf-16-be", "surrogatepass").hex()
    pairs = (units[at : at + 4] for at in range(0, len(units), 4))
    found = [plain, "".join(f"{_BACKSLASHES}(?i:u{unit})" for unit in pairs)]
    if character in '"\\/':
        found.append(f"{_BACKSLASHES}{plain}")
    if character in _SHORT:
        found.append(f"{_BACKSLASHES}{_SHORT[character]}")
    return found
