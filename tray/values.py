"""Base of the frozen values: a checked `replace`, and a repr without private fields."""

import sys
from typing import ClassVar

import msgspec

if sys.version_info >= (3, 13):
    from copy import replace  # mypy checks its keywords, field by field
else:
    from msgspec.structs import replace

__all__ = ["PrivateStruct", "replace"]


class PrivateStruct(msgspec.Struct, frozen=True):
    """A frozen value whose repr leaves out `private_fields`.

    msgspec has no `repr=False` for a single field (jcrist/msgspec#492).
    """

    private_fields: ClassVar[frozenset[str]]
    """Fields that hold a secret or the user's own text."""

    def __repr__(self) -> str:
        shown = (name for name in self.__struct_fields__ if name not in self.private_fields)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"
