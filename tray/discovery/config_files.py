"""Finds and reads the gateways' configuration files on this computer; never writes them.

What their content means is decided in `tray.settings`; this module only knows where they may be.
"""

import base64
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from tray.i18n.words import Message, message
from tray.settings.address import certificate_fingerprint
from tray.settings.gateway_config import GatewayConfig, parse_dotenv, parse_gateway_config
from tray.settings.settings import Profile
from tray.settings.target import (
    GENERATIONS,
    ConfigFile,
    Generation,
    Secrets,
    Target,
    address_variables,
    resolve,
)
from tray.values import replace

Stamp = tuple[tuple[str, int, int], ...]
"""For each file: its path, when it changed (ns) and its size in bytes; -1 and -1 where there is none."""

_LIMIT = 5_000_000
"""Bytes; a real configuration has some thousands."""

_PROFILE_FOLDER = re.compile(r"\.(?:openclaw|clawdbot|moltbot)-([A-Za-z0-9][A-Za-z0-9_-]{0,63})")
_MAX_PROFILES = 20
_DEV_PORT = 19001
"""The port of the profile `dev` without a configured one."""
_MAX_INCLUDED = 20
"""Files that one configuration may include."""
_MAX_INCLUDED_SIZE = 1_000_000
"""Characters of all of them together: reading more would take seconds."""

_HOME_FILES: tuple[tuple[str, str, Generation], ...] = (
    (".openclaw", "openclaw.json", "openclaw"),
    (".openclaw", "clawdbot.json", "openclaw"),
    (".clawdbot", "openclaw.json", "openclaw"),
    (".clawdbot", "clawdbot.json", "clawdbot"),
    (".moltbot", "moltbot.json", "moltbot"),
    (".moltbot", "openclaw.json", "openclaw"),
    (".moltbot", "clawdbot.json", "moltbot"),
)
"""Folder, file, and the oldest generation that reads it there. Upgrades moved these files or left them."""

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


class Discovery(msgspec.Struct, frozen=True):
    """What was found, and which places were searched.

    Attributes:
        target: The gateway to call; None if none was found or the one found must not be called.
        secrets: What logs in there.
        refusal: Why an address that was found is not called, if so.
        searched: Each place that was searched and what was there, in words; never a secret.
        problems: What was found and could not be used, in words.
        stamp: The state of every file that could change the result, taken before they were read.
        profiles: The gateway's own profiles on this computer, if nothing else was found. They are not called.
    """

    target: Target | None
    secrets: Secrets
    refusal: Message | None
    searched: tuple[Message, ...]
    problems: tuple[Message, ...]
    stamp: Stamp
    profiles: tuple[str, ...] = ()


class _Candidate(msgspec.Struct, frozen=True):
    """A place where a configuration may be.

    Attributes:
        path: The file.
        state: The state folder that belongs to it (.env, certificate).
        generation: The oldest generation of gateways that reads it there.
    """

    path: Path
    state: Path
    generation: Generation


def discover(
    profile: Profile,
    *,
    url: str | None,
    environ: Mapping[str, str],
    home: Path,
    guests: Callable[[], Iterable[Path]] = tuple,
) -> Discovery:
    """Find the gateway that `profile` means, and what logs in there.

    The first configuration file that exists is used, even if it cannot be read: the next one would be an old
    release's leftover, for another gateway. Never raises.

    Args:
        profile: The profile.
        url: The address of the command line.
        environ: The environment.
        home: The user's folder (``%USERPROFILE%`` on Windows).
        guests: Returns the folders of users inside this computer's own Linux. It is called only if nothing
            else is found, and those files are not in the stamp: reading them may start that system.
    """
    candidates = tuple(dict.fromkeys(_candidates(environ, home)))
    if profile.in_folder:
        candidates = tuple(_in_home(home, f"-{profile.name}"))
    before = stamp(dict.fromkeys(path for each in candidates for path in (each.path, each.state / ".env")))
    existing = {path for path, _, size in before if size >= 0}
    used = next((each for each in candidates if str(each.path) in existing), None)
    if used is None and not profile.in_folder:
        guest_candidates = tuple(each for folder in guests() for each in _in_home(folder))
        used = next((each for each in guest_candidates if _is_file(each.path)), None)
        candidates += guest_candidates
    is_guest = used is not None and str(used.path) not in existing
    problems: list[Message] = []
    file, dotenv = None, {}
    if used is not None:
        dotenv = parse_dotenv(_read(used.state / ".env", home, problems) or "")
        included = _Included(used.path)
        config = _read_config(used.path, {**dotenv, **environ}, home, problems, included)
        if profile.in_folder and profile.name == "dev":
            config = replace(config, port=config.port or _DEV_PORT)
        certificate = _path(config.tls_cert_path, home) or used.state / "gateway" / "tls" / "gateway-cert.pem"
        before += () if is_guest else included.stamp + stamp([certificate])
        fingerprint = _fingerprint(certificate, home, problems) if config.tls else None
        file = ConfigFile(_shown(used.path, home), used.generation, config, fingerprint)
    if profile.in_folder:
        environ = _without_gateways(environ)
        profile = profile if file is not None else replace(profile, url="")  # it may name no other gateway
    environ = {**dotenv, **environ}
    found = resolve(profile, url=url, environ=environ, file=file)
    is_missing = found.target is None and found.refusal is None and not profile.in_folder
    searched = [
        _line(name, message("set") if environ.get(name, "").strip() else message("not set"))
        for name in address_variables(file)
    ]
    for path in dict.fromkeys(each.path for each in candidates):
        state = message("there") if str(path) in existing else message("not there")
        searched.append(_line(_shown(path, home), message("used") if used and path == used.path else state))
    return Discovery(
        target=found.target,
        secrets=found.secrets,
        refusal=found.refusal,
        searched=tuple(searched),
        problems=(*problems, *found.problems),
        stamp=before,
        profiles=profile_names(home) if is_missing else (),
    )


def profile_names(home: Path) -> tuple[str, ...]:
    """Return the names of the gateway's own profiles: of folders such as ``~/.openclaw-NAME`` with a file."""
    try:
        entries = sorted(each.name for each in home.iterdir())
    except OSError:
        return ()
    names = [found[1] for found in map(_PROFILE_FOLDER.fullmatch, entries) if found is not None]
    return tuple(
        name
        for name in dict.fromkeys(names)
        if name != Profile().name and any(_is_file(each.path) for each in _in_home(home, f"-{name}"))
    )[:_MAX_PROFILES]


def with_stored_credential(found: Discovery, profile: Profile) -> Discovery:
    """Add the secret in the system's credential store, if nothing else logs in.

    The store has no dates that would show a change, but reading it costs less than reading a file.
    """
    if found.target is None or found.secrets.given:
        return found
    from tray.storage import credentials  # noqa: PLC0415 - most gateways have their secret in a file

    stored = credentials.read(profile.name, found.target.url)
    if stored is None:
        return found
    searched = (*found.searched, _line(credentials.STORE, stored.said))
    return replace(found, secrets=stored.secrets, searched=searched)


def stamp(paths: Iterable[Path | str]) -> Stamp:
    """Return the state of files; two stamps differ if a file was created, changed or removed in between."""
    return tuple((str(path), *_state(path)) for path in paths)


def changed(since: Stamp) -> bool:
    """Return whether any file of a stamp has changed since. Cheap: it only reads their dates."""
    return stamp(path for path, _, _ in since) != since


def _is_file(path: Path) -> bool:
    return _state(path) != (-1, -1)


def _state(path: Path | str) -> tuple[int, int]:
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return -1, -1
    return (found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else (-1, -1)


def _candidates(environ: Mapping[str, str], home: Path) -> Iterator[_Candidate]:
    other_home = _path(environ.get("OPENCLAW_HOME"), home)
    states = {name: _path(environ.get(f"{name.upper()}_STATE_DIR"), home) for name in GENERATIONS}
    for name, state in states.items():
        if path := _path(environ.get(f"{name.upper()}_CONFIG_PATH"), home):
            usual_home = (other_home or home) if name == "openclaw" else home
            yield _Candidate(path, state or usual_home / f".{name}", name)
    for name, state in states.items():
        if state is not None:
            yield from (_Candidate(state / f"{stem}.json", state, name) for stem in GENERATIONS)
    if other_home is not None:
        yield from (each for each in _in_home(other_home) if each.state.name == ".openclaw")
    yield from _in_home(home)


def _in_home(home: Path, suffix: str = "") -> Iterator[_Candidate]:
    for folder, name, generation in _HOME_FILES:
        state = home / f"{folder}{suffix}"
        yield _Candidate(state / name, state, generation)


def _without_gateways(environ: Mapping[str, str]) -> dict[str, str]:
    """Leave out the gateways' own variables: they are meant for the gateway without a profile."""
    prefixes = tuple(f"{name.upper()}_" for name in GENERATIONS)
    return {name: value for name, value in environ.items() if not name.startswith(prefixes)}


def _path(written: str | None, home: Path) -> Path | None:
    """Return the path in a variable or a setting; ``~`` is the user's folder."""
    text = (written or "").strip()
    if not text:
        return None
    return home / text[2:] if text[:2] in {"~", "~/", "~\\"} else Path(text)


def _line(name: str, what: Message) -> Message:
    return message("{name}: {what}", name=name, what=what)


def _shown(path: Path, home: Path) -> str:
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)


class _Included:
    """Reads the files that a configuration includes: some files, and only in its own folder.

    Attributes:
        stamp: Their state before they were read.
    """

    def __init__(self, main: Path) -> None:
        self._main, self._size = main, 0
        self.stamp: Stamp = ()

    def read(self, written: str, file: str) -> tuple[str, str] | Message:
        """Return text and path of a file that is included by another; see `tray.settings.includes`."""
        path = Path(file or self._main).parent / written
        try:
            inside = path.resolve().is_relative_to(self._main.parent.resolve())
        except (OSError, RuntimeError, ValueError):  # a circle of links, or no path at all
            inside = False
        if not inside:
            return message("the file is outside the folder of the configuration")
        if len(self.stamp) >= _MAX_INCLUDED:
            return message("too many files are included")
        self.stamp += stamp([path])
        problems: list[Message] = []
        text = _read(path, path.parent, problems)
        if text is None:
            return message("the file cannot be read") if problems else message("there is no such file")
        self._size += len(text)
        if self._size > _MAX_INCLUDED_SIZE:
            return message("the included files are too long")
        return text, str(path)


def _read_config(
    path: Path, environ: Mapping[str, str], home: Path, problems: list[Message], included: _Included
) -> GatewayConfig:
    text = _read(path, home, problems)
    if text is None:
        return GatewayConfig(valid=False)
    config = parse_gateway_config(text, environ, included.read)
    problems += (_line(_shown(path, home), problem) for problem in config.problems)
    return config


def _read(path: Path, home: Path, problems: list[Message]) -> str | None:
    """Return a file's text; None if there is none or it cannot be read, which a problem then explains."""
    content = _read_bytes(path, home, problems)
    if content is None:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.append(message("{file} is not UTF-8 text", file=_shown(path, home)))
        return None


def _read_bytes(path: Path, home: Path, problems: list[Message]) -> bytes | None:
    if not _is_file(path):
        return None
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except OSError as error:
        reason = error.strerror or message("input error")
        problems.append(message("{file} cannot be read ({reason})", file=_shown(path, home), reason=reason))
        return None
    if len(content) > _LIMIT:
        problems.append(
            message(
                "{file} is larger than {n} MB and is not read", file=_shown(path, home), n=_LIMIT // 1_000_000
            )
        )
        return None
    return content


def _fingerprint(path: Path, home: Path, problems: list[Message]) -> str | None:
    """Return the fingerprint of the certificate that a gateway uses: the first one in its file."""
    content = _read_bytes(path, home, problems)
    if content is None:
        return None
    found = _CERTIFICATE.search(content)
    try:
        return certificate_fingerprint(base64.b64decode(found[1])) if found else None
    except ValueError:
        return None
