"""Fields to fill in, and what a window sends once they are."""

from typing import ClassVar

import msgspec

from tray.values import PrivateStruct


class TryGateway(PrivateStruct, frozen=True, tag=True):
    """Test an address and a secret.

    It is no command of the core, which must not see the secret: the process of the icon takes it from the
    window, tests it, and reports a `Trial`.

    Attributes:
        profile: The profile that they are for.
        url: The address as typed; empty to find this computer's gateway.
        secret: A token or a password; empty to log in with what is found otherwise.
        saves: Save both if they work, and connect.
        fingerprint: SHA-256 of the certificate, as typed.
        allow_plain: Unencrypted ws:// may be used beyond this computer.
        id: What the window knows the result by.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"secret"})

    profile: str
    url: str
    secret: str
    saves: bool
    fingerprint: str = ""
    allow_plain: bool = False
    id: str = ""


class Result(msgspec.Struct, frozen=True):
    """How a test ended.

    Attributes:
        id: As the window named it.
        running: It has not ended.
        works: It could log in, or only the gateway's approval is missing.
        text: The result in a sentence; empty while it runs.
        in_secret: The secret is wrong, not the address.
    """

    id: str
    running: bool
    works: bool
    text: str
    in_secret: bool


class Login(msgspec.Struct, frozen=True):
    """What the Settings window says about logging in.

    Attributes:
        secret: Which secret the gateway that is watched gets, in words.
        store: The name of the store that keeps secrets; empty for none.
        result: How the last test of what was typed ended; None if there was none.
    """

    secret: str = ""
    store: str = ""
    result: Result | None = None


class Field(msgspec.Struct, frozen=True):
    """A line to type in.

    Attributes:
        label: Its name.
        text: What stands in it at first.
        hint: What can be typed.
        error: What is wrong with it, in place of the hint.
        masked: What is typed is not shown.
    """

    label: str
    text: str = ""
    hint: str = ""
    error: str = ""
    masked: bool = False
