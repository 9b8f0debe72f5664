"""Which gateway to connect to, and with which secret: decides between what was found."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import ClassVar, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

import msgspec

from tray.i18n.words import Message, message
from tray.settings.address import DEFAULT_PORT, is_ipv4, is_loopback, normalise_url, parse_port
from tray.settings.gateway_config import GatewayConfig
from tray.settings.settings import Profile
from tray.values import PrivateStruct, replace

Generation: TypeAlias = Literal["openclaw", "clawdbot", "moltbot"]
"""Names that the gateway has had. Its files and variables are named after them."""

GENERATIONS: tuple[Generation, ...] = get_args(Generation)
"""In order of precedence of their files and variables."""


TAILNET = "tailnet"
"""Stands for this computer's own address in its Tailscale network."""


class Target(msgspec.Struct, frozen=True):
    """A gateway to connect to.

    Attributes:
        url: Normalised, ``ws://`` or ``wss://``.
        source: Where the URL was found, in words for the user; never holds a secret.
        is_loopback: The URL means this computer.
        secure: The connection is encrypted (wss).
        fingerprint: SHA-256 of the gateway's certificate as 64 lower-case hex digits; None if it is not
            pinned.
        generation: The name under which this computer's gateway keeps its configuration; None elsewhere, and
            if there is none.
        base_path: Where the dashboard is below the URL, such as ``/ui``; empty for the root.
        bind: Where this computer's gateway listens if not on loopback: an IPv4 address, or `TAILNET`; None if
            it is not configured to.
        gateway_user: Another user of this computer who may run it, as in `Profile`; None for nobody.
    """

    url: str
    source: Message | str
    is_loopback: bool
    secure: bool
    fingerprint: str | None = None
    generation: Generation | None = None
    base_path: str = ""
    bind: str | None = None
    gateway_user: str | None = None

    @property
    def not_on_loopback(self) -> bool:
        """Return whether this computer's gateway is called where `bind` says, because loopback refused."""
        return self.bind is not None and "://127.0.0.1:" not in self.url


class SecretSource(Enum):
    """The kind of place where a secret was found. The advice for a wrong secret depends on it."""

    ENVIRONMENT = auto()  # a variable of the environment
    FILE = auto()  # the gateway's own configuration
    STORE = auto()  # the system's credential store
    TYPED = auto()  # typed in a window, and kept until the program ends


class SecretOrigin(msgspec.Struct, frozen=True):
    """Where a secret was found; `name` is the variable, path or store, in words for the user."""

    source: SecretSource
    name: str


class Secrets(PrivateStruct, frozen=True):
    """The secrets to log in with. Kept out of every repr.

    Attributes:
        token: The shared token.
        password: The shared password.
        origin: Where these were found.
        device: The token that the gateway issued to this device.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"token", "password", "device"})

    token: str | None = None
    password: str | None = None
    origin: SecretOrigin | None = None
    device: str | None = None

    @property
    def shared(self) -> tuple[str | None, str | None]:
        """Return token and password, to compare two places."""
        return self.token, self.password

    @property
    def given(self) -> bool:
        """Return whether there is a shared token or password."""
        return self.shared != (None, None)


def readable_secret(typed: str) -> str | Message:
    """Return a typed secret without the blanks around it, or what is wrong with it."""
    secret = typed.strip("\ufeff \t\r\n")  # PowerShell puts a byte order mark before what it pipes
    if not secret.isprintable():
        return message("It contains characters that cannot be printed, so nothing was saved.")
    return secret or message("Nothing was entered, so nothing was saved.")


class ConfigFile(msgspec.Struct, frozen=True):
    """The gateway's configuration that was found on this computer.

    Attributes:
        name: Its path in words for the user.
        generation: Of the oldest gateway that reads it there.
        config: Its content.
        certificate: SHA-256 of the certificate of this computer's gateway, as 64 hex digits, if it has one.
    """

    name: str
    generation: Generation
    config: GatewayConfig
    certificate: str | None = None


class Resolution(msgspec.Struct, frozen=True):
    """The gateway to connect to, or why there is none.

    Attributes:
        target: None if no gateway was found, or it must not be called.
        secrets: The secrets to log in with.
        refusal: Why a URL that was found must not be called, and what to do; None if it may.
        problems: What else was ignored, as sentences.
    """

    target: Target | None
    secrets: Secrets = Secrets()
    refusal: Message | None = None
    problems: tuple[Message, ...] = ()


def address_variables(file: ConfigFile | None) -> tuple[str, ...]:
    """Return the variables that can give a URL beside this file, in order of precedence."""
    return ("CLAWTRAY_URL", *_gateway_variables("URL", file), *_gateway_variables("PORT", file))


def resolve(
    profile: Profile, *, url: str | None, environ: Mapping[str, str], file: ConfigFile | None
) -> Resolution:
    """Choose the gateway and its secrets, much as the gateways' own command line does.

    URL: `url` (the option) → CLAWTRAY_URL → the profile's → OPENCLAW_GATEWAY_URL → the file's remote one, if
    its mode is remote → this computer's. Secrets: CLAWTRAY_TOKEN and CLAWTRAY_PASSWORD stand alone; with
    OPENCLAW_GATEWAY_URL the environment comes first, with a remote gateway the file's remote pair, else the
    file's own pair. (On 2026.2 and 2026.5 the environment wins there, but a variable forgotten in a shell is
    the likelier mistake.) A host beyond this computer gets a secret of the file only if the file names it.

    OPENCLAW_GATEWAY_URL, _PORT, _TOKEN and _PASSWORD have older names. 2026.1 knows only the older ones,
    2026.2 both, and from 2026.5 on only OPENCLAW_ counts. So beside a file that no older gateway reads, a
    variable of an older name is a leftover and is ignored.
    """
    problems: list[Message] = []
    found = _address(profile, url, environ, file, problems)
    target, refusal = (None, None) if found is None else _target(*found, profile, file)
    if target is not None and file is not None:
        target = _with_local_settings(target, environ, file)
    secrets = Secrets() if target is None else _secrets(target, environ, file)
    return Resolution(target, secrets, refusal, tuple(problems))


def _address(
    profile: Profile,
    url: str | None,
    environ: Mapping[str, str],
    file: ConfigFile | None,
    problems: list[Message],
) -> tuple[str, Message | str] | None:
    if url is not None:
        return url, "--url"
    if written := _variable(environ, "CLAWTRAY_URL"):
        return written, "CLAWTRAY_URL"
    if profile.url is not None:
        return profile.url, message("profile {name}", name=profile.name)
    for name in _gateway_variables("URL", file):
        if written := _variable(environ, name):
            return written, name
    if file is not None and not file.config.valid:
        return "", file.name
    if file is not None and file.config.mode == "remote":
        if file.config.remote_url:
            return file.config.remote_url, file.name
        problems.append(
            message("{file}: gateway.mode is remote, but there is no gateway.remote.url", file=file.name)
        )
    return _local_address(environ, file, problems)


def _local_address(
    environ: Mapping[str, str], file: ConfigFile | None, problems: list[Message]
) -> tuple[str, Message | str] | None:
    scheme = "wss" if file is not None and file.config.tls else "ws"
    for name in _gateway_variables("PORT", file):
        if written := _variable(environ, name):
            if port := parse_port(written):
                return f"{scheme}://127.0.0.1:{port}", name
            problems.append(message("{key} is no port number; it is ignored", key=name))
    if file is not None:
        return f"{scheme}://127.0.0.1:{file.config.port or DEFAULT_PORT}", file.name
    # A secret without a URL: there is a gateway, and it listens on the default port.
    names = (
        "CLAWTRAY_TOKEN",
        "CLAWTRAY_PASSWORD",
        *_gateway_variables("TOKEN"),
        *_gateway_variables("PASSWORD"),
    )
    given = next((name for name in names if _variable(environ, name)), None)
    return (f"{scheme}://127.0.0.1:{DEFAULT_PORT}", given) if given else None


def _target(
    written: str, source: Message | str, profile: Profile, file: ConfigFile | None
) -> tuple[Target | None, Message | None]:
    if not written:
        return None, message(
            "The gateway's address cannot be read from {source}; correct it there.", source=source
        )
    url = normalise_url(written)
    if isinstance(url, Message):
        return None, message("The address from {source} cannot be used. {reason}", source=source, reason=url)
    here, secure = is_loopback(url), url.startswith("wss:")
    if not (here or secure or profile.allow_plain):
        return None, message(
            "{url} is another computer, and ws:// would show the token to everyone on the way. "
            "Use wss://, or set allow_plain = true in profile {name}.",
            url=url,
            name=profile.name,
        )
    fingerprint = profile.fingerprint
    place: Message | str = message("profile {name}", name=profile.name)
    if fingerprint is None and secure and file is not None:
        place = file.name
        fingerprint = (
            file.config.tls_fingerprint if _is_remote(url, file) else file.certificate if here else None
        )
    if fingerprint == "":  # a pin that cannot be read must not mean: no pin
        return None, message(
            "The certificate's fingerprint in {place} is not valid; correct it there.", place=place
        )
    generation = file.generation if here and file is not None else None
    return Target(url, source, here, secure, fingerprint, generation, gateway_user=profile.gateway_user), None


def _with_local_settings(target: Target, environ: Mapping[str, str], file: ConfigFile) -> Target:
    """Add what the file says of the gateway that runs here, if the target is that one."""
    local = _local_address(environ, file, [])
    if local is None or not target.is_loopback or _is_remote(target.url, file):
        return target
    here, called = urlsplit(local[0]), urlsplit(target.url)
    if (called.port, called.path) != (here.port, ""):
        return target
    bind = _bind(file.config) if target.source == local[1] else None  # a written address is meant as it is
    return replace(target, base_path=file.config.base_path, bind=bind)


def _bind(config: GatewayConfig) -> str | None:
    """Return where a gateway listens on some releases instead of loopback. All other binds include that."""
    match config.bind:
        case "tailnet":
            return TAILNET
        case "custom" if config.bind_host is not None and is_ipv4(config.bind_host):
            return config.bind_host
        case _:
            return None


def _secrets(target: Target, environ: Mapping[str, str], file: ConfigFile | None) -> Secrets:
    own = _from_environment(environ, ("CLAWTRAY_TOKEN",), ("CLAWTRAY_PASSWORD",))
    if own != Secrets():
        return own
    config = file.config if file is not None else GatewayConfig()
    origin = None if file is None else SecretOrigin(SecretSource.FILE, file.name)
    local = Secrets(config.token, config.password, origin)
    remote = Secrets(config.remote_token, config.remote_password, origin)
    environment = _from_environment(
        environ, _gateway_variables("TOKEN", file), _gateway_variables("PASSWORD", file)
    )
    order: tuple[Secrets, ...]
    named = target.source in _gateway_variables("URL", file)
    if file is not None and _is_remote(target.url, file):
        order = (environment, remote, local) if named else (remote, environment, local)
    elif target.is_loopback:
        order = (environment, local, remote) if named else (local, environment, remote)
    else:
        order = (environment,) if named else ()
    token = next((secrets for secrets in order if secrets.token), Secrets())
    password = next((secrets for secrets in order if secrets.password), Secrets())
    return Secrets(token.token, password.password, token.origin or password.origin)


def _from_environment(
    environ: Mapping[str, str], tokens: tuple[str, ...], passwords: tuple[str, ...]
) -> Secrets:
    token, password = _variable(environ, *tokens), _variable(environ, *passwords)
    named = next((name for name in (*tokens, *passwords) if _variable(environ, name)), None)
    return Secrets(token, password, None if named is None else SecretOrigin(SecretSource.ENVIRONMENT, named))


def _is_remote(url: str, file: ConfigFile) -> bool:
    return normalise_url(file.config.remote_url or "") == url


def _gateway_variables(kind: str, file: ConfigFile | None = None) -> tuple[str, ...]:
    # OpenClaw takes up an older file where it lies, so its own variables count beside every file.
    names = GENERATIONS if file is None else dict.fromkeys(("openclaw", file.generation))
    return tuple(f"{name.upper()}_GATEWAY_{kind}" for name in names)


def _variable(environ: Mapping[str, str], *names: str) -> str | None:
    """Give the first of these variables that says anything."""
    return next(filter(None, (environ.get(name, "").strip() for name in names)), None)
