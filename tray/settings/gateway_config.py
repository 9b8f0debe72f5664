"""A gateway's own configuration: what a client needs of openclaw.json and older files, and of .env.

It only parses texts; which of several files wins is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Literal

from tray.i18n.words import Message, message
from tray.settings.address import normalise_fingerprint, parse_port
from tray.settings.includes import Reader, expand, load
from tray.values import PrivateStruct

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_VARIABLE = re.compile(r"\$(?P<escaped>\$?)\{(?P<name>[A-Z_][A-Z0-9_]*)\}")
_DOTENV_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[\w.-]+)[ \t]*=[ \t]*
    (?:'(?P<single>[^']*)' | "(?P<double>[^"]*)" | `(?P<back>[^`]*)` | (?P<bare>[^#\r\n]*))""",
    re.MULTILINE | re.VERBOSE,
)


class GatewayConfig(PrivateStruct, frozen=True):
    """The part of a gateway's configuration that a client needs.

    Attributes:
        port: ``gateway.port``; None where it is not set.
        mode: ``gateway.mode``: the gateway runs here, or elsewhere.
        token: ``gateway.auth.token``.
        password: ``gateway.auth.password``.
        remote_url: ``gateway.remote.url`` as written.
        remote_token: ``gateway.remote.token``.
        remote_password: ``gateway.remote.password``.
        bind: ``gateway.bind`` as written: at which addresses the gateway that runs here listens.
        bind_host: ``gateway.customBindHost`` as written, for the bind ``custom``.
        base_path: ``gateway.controlUi.basePath``: where its dashboard is, such as ``/ui``; else empty.
        tls: The gateway that runs here speaks wss.
        tls_cert_path: ``gateway.tls.certPath`` as written.
        tls_fingerprint: ``gateway.remote.tlsFingerprint`` as 64 lower-case hex digits; empty if the written
            one is invalid.
        valid: The text could be read at all; if not, everything above is unset.
        problems: What could not be used, in words that repeat no value.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset(
        {"token", "password", "remote_url", "remote_token", "remote_password"}
    )

    port: int | None = None
    mode: Literal["local", "remote"] | None = None
    token: str | None = None
    password: str | None = None
    remote_url: str | None = None
    remote_token: str | None = None
    remote_password: str | None = None
    bind: str | None = None
    bind_host: str | None = None
    base_path: str = ""
    tls: bool = False
    tls_cert_path: str | None = None
    tls_fingerprint: str | None = None
    valid: bool = True
    problems: tuple[Message, ...] = ()


def _follow_nothing(_written: str, _file: str) -> Message:
    return message("included files are not read")


def parse_gateway_config(
    text: str, environ: Mapping[str, str], read: Reader = _follow_nothing
) -> GatewayConfig:
    """Parse a gateway's JSON5 configuration. Never raises: what cannot be used is listed in `problems`.

    ``${NAME}`` is taken from `environ`, else from the configuration's own ``env``; ``$${NAME}`` is a literal
    ``${NAME}``, as on the releases up to 2026.2. Secrets may refer to the environment (from 2026.5 on);
    references to files and programs are not followed. Included files are read by `read`.
    """
    document = load(text)
    try:
        document, found = (
            expand(document, ("env", "gateway"), read) if isinstance(document, dict) else (None, ())
        )
    except RecursionError:
        document = None
    if document is None:
        return GatewayConfig(valid=False, problems=(message("it is not valid JSON5; nothing of it is used"),))
    problems = list(found)
    gateway = _Section("", document, {**_own_variables(document), **environ}, problems).section("gateway")
    auth, remote, tls = gateway.section("auth"), gateway.section("remote"), gateway.section("tls")
    return GatewayConfig(
        port=gateway.port("port"),
        mode=gateway.mode("mode"),
        token=auth.secret("token"),
        password=auth.secret("password"),
        remote_url=remote.text("url"),
        remote_token=remote.secret("token"),
        remote_password=remote.secret("password"),
        bind=gateway.text("bind"),
        bind_host=gateway.text("customBindHost"),
        base_path=gateway.section("controlUi").path("basePath"),
        tls=tls.flag("enabled"),
        tls_cert_path=tls.text("certPath"),
        tls_fingerprint=remote.fingerprint("tlsFingerprint"),
        problems=tuple(problems),
    )


def parse_dotenv(text: str) -> dict[str, str]:
    r"""Parse a ``.env`` file as a gateway does: quotes go, ``\n`` counts in double quotes, the last wins."""
    variables = {}
    for found in _DOTENV_LINE.finditer(text.removeprefix("\ufeff")):
        if found["double"] is not None:
            value = found["double"].replace("\\n", "\n").replace("\\r", "\r")
        else:
            value = found["single"] or found["back"] or (found["bare"] or "").strip()
        variables[found["name"]] = value
    return variables


def _own_variables(document: Mapping[str, object]) -> dict[str, str]:
    env = document.get("env")
    outer = env if isinstance(env, dict) else {}
    inner = outer.get("vars")
    both = {**outer, **(inner if isinstance(inner, dict) else {})}
    return {name: value for name, value in both.items() if isinstance(value, str)}


class _Section:
    """One object of the configuration while it is read."""

    def __init__(
        self, path: str, values: Mapping[str, object], variables: Mapping[str, str], problems: list[Message]
    ) -> None:
        self._path = path
        self._values = values
        self._variables = variables
        self._problems = problems

    def _at(self, key: str) -> str:
        return f"{self._path}{key}"

    def section(self, key: str) -> _Section:
        value = self._values.get(key)
        if not isinstance(value, dict):
            if value is not None:
                self._problems.append(message("{key} is no object; it is ignored", key=self._at(key)))
            value = {}
        return _Section(f"{self._path}{key}.", value, self._variables, self._problems)

    def text(self, key: str) -> str | None:
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            value = self._substitute(key, value).strip()
            if value.isprintable():
                return value or None
        self._problems.append(message("{key} is no text that can be used; it is ignored", key=self._at(key)))
        return None

    def path(self, key: str) -> str:
        """Return a URL's path with a slash before each part and none at the end."""
        return "".join(f"/{part}" for part in (self.text(key) or "").split("/") if part)

    def secret(self, key: str) -> str | None:
        value = self._values.get(key)
        if not isinstance(value, dict):
            return self.text(key)
        name = value.get("id")
        if value.get("source") == "env" and isinstance(name, str):
            return self._variable(key, name).strip() or None
        self._problems.append(
            message(
                "{key} is kept elsewhere; give it as CLAWTRAY_TOKEN or CLAWTRAY_PASSWORD", key=self._at(key)
            )
        )
        return None

    def port(self, key: str) -> int | None:
        value = self._values.get(key)
        if value is None:
            return None
        port = parse_port(self._substitute(key, value) if isinstance(value, str) else value)
        if port is None:
            self._problems.append(message("{key} is no port number; it is ignored", key=self._at(key)))
        return port

    def mode(self, key: str) -> Literal["local", "remote"] | None:
        match self.text(key):
            case "local":
                return "local"
            case "remote":
                return "remote"
            case None:
                return None
            case _:
                self._problems.append(
                    message("{key} is neither local nor remote; it is ignored", key=self._at(key))
                )
                return None

    def flag(self, key: str) -> bool:
        value = self._values.get(key, False)
        if isinstance(value, bool):
            return value
        self._problems.append(message("{key} is neither true nor false; it is ignored", key=self._at(key)))
        return False

    def fingerprint(self, key: str) -> str | None:
        value = self.text(key)
        fingerprint = normalise_fingerprint(value or "")
        if value is not None and fingerprint is None:
            self._problems.append(
                message("{key} is no SHA-256 of a certificate; that gateway is not called", key=self._at(key))
            )
            return ""
        return fingerprint

    def _substitute(self, key: str, text: str) -> str:
        def replace(found: re.Match[str]) -> str:
            return found[0][1:] if found["escaped"] else self._variable(key, found["name"])

        return _VARIABLE.sub(replace, text)

    def _variable(self, key: str, name: str) -> str:
        value = self._variables.get(name, "")
        if not value:
            shown = name if _NAME.fullmatch(name) else message("that it names")
            self._problems.append(
                message("{key} needs the variable {name}, which is not set", key=self._at(key), name=shown)
            )
        return value
