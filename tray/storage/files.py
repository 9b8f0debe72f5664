"""ClawTray's own files: where they lie, and how to read and write them so that none is ever half written.

Knows no format: settings are read by `tray.settings.settings`, the memory's text is made in the core's terms.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from tray.i18n.message import Message, MessageError, message
from tray.settings.parse import parse_settings
from tray.settings.problem import SettingsProblem
from tray.settings.settings import UNUSABLE, Settings
from tray.storage.translations import languages

SEED_SIZE = 32
"""Bytes of an Ed25519 seed."""

_LIMIT = 5_000_000
"""Bytes; none of our files comes near."""


class StoreError(MessageError):
    """A file of ours cannot be read or written; the message says which and what to do, for a person."""


class Folders(msgspec.Struct, frozen=True):
    """Where ClawTray keeps its files. They need not exist.

    Attributes:
        config: The user's settings.toml.
        data: What ClawTray remembers: state.json; device.key, its identity towards gateways, and
            device-tokens.json, what they gave it for that.
        log: Log files.
    """

    config: Path
    data: Path
    log: Path


def folders() -> Folders:
    """Give the folders that are usual on this system; CLAWTRAY_HOME puts all of them into one."""
    one = os.environ.get("CLAWTRAY_HOME", "").strip()
    if one:
        return Folders(Path(one), Path(one), Path(one))
    import platformdirs  # noqa: PLC0415 - it loads slowly, and CLAWTRAY_HOME does without

    usual = platformdirs.PlatformDirs("ClawTray", appauthor=False)
    return Folders(usual.user_config_path, usual.user_data_path, usual.user_log_path)


def log_file() -> Path:
    """Give the place of the tray's log; there is no file before there was something to write."""
    return folders().log / "clawtray.log"


def load_settings(path: Path | None = None) -> tuple[Settings, tuple[SettingsProblem, ...], Path]:
    """Read the settings and say where they are. A usual file that is missing means the defaults.

    Never raises and never touches the file: one that cannot be used gives `UNUSABLE` and a problem.
    """
    where = path or folders().config / "settings.toml"
    try:
        content = _read(where)
        text = None if content is None else content.decode("utf-8-sig")
    except StoreError as error:
        return UNUSABLE, (_unusable(message("{what}.", what=error.message)),), where
    except UnicodeDecodeError:
        return UNUSABLE, (_unusable(message("{file} is not UTF-8 text.", file=where)),), where
    if text is None and path is not None:
        return UNUSABLE, (_unusable(message("There is no file {file}.", file=where)),), where
    if text is None:
        return Settings(), (), where
    return *parse_settings(text, languages()), where


def _unusable(mistake: Message) -> SettingsProblem:
    return SettingsProblem(
        message("{mistake} Defaults are used, and ClawTray only watches.", mistake=mistake)
    )


def load_memory() -> str | None:
    """Give what `save_memory` kept; None if it never did. Damaged text arrives damaged.

    Raises:
        StoreError: The file is there and cannot be read.
    """
    return _remembered("state.json")


def save_memory(text: str) -> None:
    """Keep a text for the next start.

    Raises:
        StoreError: It cannot be written; what was kept before is still there.
    """
    write_text(folders().data / "state.json", text)


def load_device_tokens() -> str | None:
    """Give what `save_device_tokens` kept; None if it never did.

    Raises:
        StoreError: The file is there and cannot be read.
    """
    return _remembered("device-tokens.json")


def save_device_tokens(text: str) -> None:
    """Keep it for the next start, readable by the user alone.

    Raises:
        StoreError: It cannot be written; what was kept before is still there.
    """
    write_text(folders().data / "device-tokens.json", text)


def write_text(path: Path, text: str) -> None:
    """Replace a file's content at once or not at all, readable by the user alone; make its folder if needed.

    Line ends are written as they are. A symbolic link stays one: the file behind it is replaced.

    Raises:
        StoreError: It cannot be written; the old content is still there.
    """
    target = Path(os.path.realpath(path))
    try:
        temporary = _write_beside(target, text.encode())
    except (OSError, UnicodeEncodeError) as error:
        raise _not_saved(path, error) from None
    try:
        temporary.replace(target)
    except OSError as error:
        raise _not_saved(path, error) from None
    finally:
        temporary.unlink(missing_ok=True)


def device_seed() -> bytes:
    """Give the seed of this device's key, 32 bytes: made at the first call, the same ever after.

    Of two processes that make it at the same time, both get the one that was first.

    Raises:
        StoreError: It cannot be read or kept, or is damaged. It is never replaced: gateways know us by it.
    """
    path = folders().data / "device.key"
    seed = _read(path)
    if seed is None:
        try:
            _publish(_write_beside(path, os.urandom(SEED_SIZE)), path)
        except OSError as error:
            raise StoreError(
                message("The device key {file} cannot be saved: {reason}", file=path, reason=_reason(error))
            ) from None
        seed = _read(path)
    if seed is None or len(seed) != SEED_SIZE or not any(seed):
        raise StoreError(
            message(
                "The device key {file} is damaged. Put back a copy of it, or delete it: "
                "then a new one is made, and a gateway may ask for pairing again.",
                file=path,
            )
        )
    return seed


def _publish(temporary: Path, path: Path) -> None:
    """Give a finished file its name, unless somebody else was faster."""
    try:
        if sys.platform == "win32":
            temporary.rename(path)  # refuses to overwrite there, and works on drives without hard links
        else:
            path.hardlink_to(temporary)
    except FileExistsError:
        pass
    finally:
        temporary.unlink(missing_ok=True)


def _write_beside(path: Path, content: bytes) -> Path:
    """Write a temporary file into the same folder, down to the disk; only its name is missing then."""
    import tempfile  # noqa: PLC0415 - it loads slowly, and a command that only looks writes nothing

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _read(path: Path) -> bytes | None:
    try:
        if path.exists() and not path.is_file():
            raise StoreError(message("{file} is not a file", file=path))
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(
            message("{file} cannot be read: {reason}", file=path, reason=_reason(error))
        ) from None
    if len(content) > _LIMIT:
        raise StoreError(message("{file} is larger than {n} MB", file=path, n=_LIMIT // 1_000_000))
    return content


def _remembered(name: str) -> str | None:
    content = _read(folders().data / name)
    return None if content is None else content.decode("utf-8", errors="replace")


def _not_saved(path: Path, error: OSError | UnicodeEncodeError) -> StoreError:
    return StoreError(message("{file} cannot be saved: {reason}", file=path, reason=_reason(error)))


def _reason(error: OSError | UnicodeEncodeError) -> Message | str:
    return (error.strerror if isinstance(error, OSError) else None) or message("its text is not valid")
