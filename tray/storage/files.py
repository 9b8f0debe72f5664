"""ClawTray's own files: where they are, and how they are read and written, never half.

Knows no format: settings are read by `tray.settings.settings`, the memory's text is made in the core's terms.
"""

import contextlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tray.i18n.words import Message, MessageError, message
from tray.settings.parse import parse_settings
from tray.settings.settings import UNUSABLE, Settings, with_found_profiles
from tray.storage.translations import languages

SEED_SIZE = 32
"""Bytes of an Ed25519 seed."""

_LIMIT = 5_000_000
"""Bytes; none of our files comes near."""


_TRIES, _PAUSE_SECONDS = 25, 0.02

_OF_OTHERS = 0o077
"""The permissions of a file that concern other users."""


class StoreError(MessageError):
    """A file of ours cannot be read or written; the message says which, and what to do."""


class Folders(msgspec.Struct, frozen=True):
    """Where ClawTray keeps its files. They need not exist.

    Attributes:
        config: The user's settings.toml.
        data: state.json, what ClawTray remembers; device.key, its identity; and device-tokens.json, which
            gateways issued for that identity.
        log: Log files.
    """

    config: Path
    data: Path
    log: Path


def folders() -> Folders:
    """Return the usual folders of this system, or $CLAWTRAY_HOME for all of them."""
    home = os.environ.get("CLAWTRAY_HOME", "").strip()
    if home:
        return Folders(Path(home), Path(home), Path(home))
    import platformdirs  # noqa: PLC0415 - it loads slowly, and CLAWTRAY_HOME does without

    usual = platformdirs.PlatformDirs("ClawTray", appauthor=False)
    return Folders(usual.user_config_path, usual.user_data_path, usual.user_log_path)


def log_file() -> Path:
    """Return the path of the tray's log; the file exists once something was logged."""
    return folders().log / "clawtray.log"


def load_settings(
    path: Path | None = None, found_profiles: Sequence[str] = ()
) -> tuple[Settings, tuple[Message, ...], Path]:
    """Return the settings, their problems and their path. If the usual file is missing, the defaults apply.

    The gateway's own profiles on this computer are among theirs.

    Never raises and never changes the file: for one that cannot be used the settings are `UNUSABLE`, and the
    problem does not say what is used instead.
    """
    where = path or folders().config / "settings.toml"
    try:
        text = read_text(where)
    except StoreError as error:
        return UNUSABLE, (message("{what}.", what=error.message),), where
    if text is None and path is not None:
        return UNUSABLE, (message("There is no file {file}.", file=where),), where
    if text is None:
        return with_found_profiles(Settings(), found_profiles), (), where
    return *parse_settings(text, languages(), found_profiles), where


def load_memory() -> str | None:
    """Return what `save_memory` saved, even if it is damaged; None if there is nothing.

    Raises:
        StoreError: The file is there and cannot be read.
    """
    return _read_text("state.json")


def save_memory(text: str) -> None:
    """Save a text for the next start.

    Raises:
        StoreError: It cannot be written; what was saved before is still there.
    """
    write_text(folders().data / "state.json", text)


def load_device_tokens() -> str | None:
    """Return what `save_device_tokens` saved; None if there is nothing.

    Raises:
        StoreError: The file is there and cannot be read.
    """
    return _read_text("device-tokens.json")


def save_device_tokens(text: str) -> None:
    """Save a text for the next start, readable by the user alone.

    Raises:
        StoreError: It cannot be written; what was saved before is still there.
    """
    write_text(folders().data / "device-tokens.json", text)


def read_text(path: Path) -> str | None:
    """Return a file's UTF-8 text without a byte order mark; None if there is no file. Never waits for a pipe.

    Raises:
        StoreError: It is there and cannot be read, or is not UTF-8 text.
    """
    content = _read(path)
    try:
        return None if content is None else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StoreError(message("{file} is not UTF-8 text", file=path)) from None


def write_text(path: Path, text: str) -> None:
    """Replace a file's content completely or not at all, readable by the user alone; create its folder.

    Line endings are not changed. A symbolic link stays one: the file it points to is replaced.

    Raises:
        StoreError: It cannot be written; the old content is still there.
    """
    target = Path(os.path.realpath(path))
    try:
        temporary = _write_beside(target, text.encode())
    except (OSError, UnicodeEncodeError) as error:
        raise _not_saved(path, error) from None
    try:
        _replace(temporary, target)
    except OSError as error:
        raise _not_saved(path, error) from None
    finally:
        _remove(temporary)


def device_seed() -> bytes:
    """Return the 32-byte seed of this device's key, which the first call creates.

    If two processes create it at the same time, both get the first one.

    Raises:
        StoreError: It cannot be read or saved, or is damaged. It is never replaced: it is our identity.
    """
    path = folders().data / "device.key"
    seed = _read(path, private=True)
    if seed is None:
        try:
            _rename_new(_write_beside(path, os.urandom(SEED_SIZE)), path)
        except OSError as error:
            raise StoreError(
                message("The device key {file} cannot be saved: {reason}", file=path, reason=_reason(error))
            ) from None
        seed = _read(path, private=True)
    if seed is None or len(seed) != SEED_SIZE or not any(seed):
        raise StoreError(
            message(
                "The device key {file} is damaged. Put back a copy of it, or delete it: "
                "then a new one is made, and a gateway may ask for pairing again.",
                file=path,
            )
        )
    return seed


def _rename_new(temporary: Path, path: Path) -> None:
    """Give a finished file its name, unless another process was faster."""
    try:
        if sys.platform == "win32":
            temporary.rename(path)  # refuses to overwrite there, and works on drives without hard links
        else:
            path.hardlink_to(temporary)
    except FileExistsError:
        pass
    finally:
        _remove(temporary)


def _write_beside(path: Path, content: bytes) -> Path:
    import tempfile  # noqa: PLC0415 - it loads slowly, and most commands write nothing

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        _remove(temporary)
        raise
    return temporary


def _replace(temporary: Path, target: Path) -> None:
    """Put a finished file in place of another one, which Windows refuses while a process reads that."""
    for _ in range(_TRIES if sys.platform == "win32" else 0):
        with contextlib.suppress(PermissionError):
            temporary.replace(target)
            return
        time.sleep(_PAUSE_SECONDS)
    temporary.replace(target)


def _remove(temporary: Path) -> None:
    with contextlib.suppress(OSError):  # a file left over is no reason to hide why the text was not saved
        temporary.unlink()


def _read(path: Path, *, private: bool = False) -> bytes | None:
    """Return a file's bytes; None if there is none. A private one is made readable by the user alone."""
    try:
        if path.exists() and not path.is_file():
            raise StoreError(message("{file} is not a file", file=path))
        if private:
            _keep_others_out(path)
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


def _keep_others_out(path: Path) -> None:
    if sys.platform == "win32" or not path.stat().st_mode & _OF_OTHERS:
        return
    try:
        path.chmod(0o600)
    except OSError as error:
        raise StoreError(
            message(
                "{file} can be read by other users, and that cannot be changed: {reason}",
                file=path,
                reason=_reason(error),
            )
        ) from None


def _read_text(name: str) -> str | None:
    content = _read(folders().data / name, private=True)
    return None if content is None else content.decode("utf-8", errors="replace")


def _not_saved(path: Path, error: OSError | UnicodeEncodeError) -> StoreError:
    return StoreError(message("{file} cannot be saved: {reason}", file=path, reason=_reason(error)))


def _reason(error: OSError | UnicodeEncodeError) -> Message | str:
    return (error.strerror if isinstance(error, OSError) else None) or message("its text is not valid")
