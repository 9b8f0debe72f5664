"""The connections of this computer, and which user runs the process that owns one."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import wintypes

from tray.system.connection_table import Row, plain
from tray.system.win32 import api

assert sys.platform == "win32"

_ROW = struct.Struct("<I 4s 2s2x 4s 2s2x I")
"""MIB_TCPROW_OWNER_PID: state, both ends, process. Ports are in network order."""
_ROW_IPV6 = struct.Struct("<16s4x 2s2x 16s4x 2s2x I I")
"""MIB_TCP6ROW_OWNER_PID: both ends, state, process."""
_LISTENS = 2
_ORDINARY = ("S-1-5-21-", "S-1-12-1-")
"""How the SIDs of people begin; the second is that of accounts in the cloud."""
_SERVICES = 0
"""The session of services, in which nobody signs in."""
_SID_SIZE = 256
_NAME_SIZE = 257
_MAX_TRIES = 10
_SOME_MORE = 1 << 16


def rows() -> Iterator[Row]:
    """Yield the connections over IPv4 and IPv6; the owner is a process.

    Raises:
        OSError: The system does not tell.
    """
    for state, ours, our_port, theirs, their_port, process in _ROW.iter_unpack(
        _table(api.AF_INET, _ROW.size)
    ):
        yield _row(ours, our_port, theirs, their_port, state, process)
    for ours, our_port, theirs, their_port, state, process in _ROW_IPV6.iter_unpack(
        _table(api.AF_INET6, _ROW_IPV6.size)
    ):
        yield _row(ours, our_port, theirs, their_port, state, process)


def _row(ours: bytes, our_port: bytes, theirs: bytes, their_port: bytes, state: int, process: int) -> Row:
    here = plain(ours), int.from_bytes(our_port, "big")
    there = plain(theirs), int.from_bytes(their_port, "big")
    return Row(here, there, state == _LISTENS, process)


def _table(family: int, row_size: int) -> bytes:
    size = wintypes.DWORD(_SOME_MORE)
    for _ in range(_MAX_TRIES):  # it may grow from one call to the next
        buffer = ctypes.create_string_buffer(size.value)
        kind = api.TCP_TABLE_OWNER_PID_ALL
        error = api.GetExtendedTcpTable(buffer, ctypes.byref(size), False, family, kind, 0)  # noqa: FBT003 - unordered
        if error == 0:
            count = int.from_bytes(buffer.raw[:4], "little")
            return buffer.raw[4 : 4 + count * row_size]
        if error != api.ERROR_INSUFFICIENT_BUFFER:
            break
    raise OSError


def other_user(process: int) -> tuple[str, str] | None:
    """Return SID and name of the user who runs a process, if that is an ordinary one and not our own.

    Windows does not tell the user of most processes of others. One in the session of somebody else is another
    user's all the same; both texts are empty then.
    """
    own, theirs = _sid(os.getpid()), _sid(process)
    if own is None:
        return None
    if theirs is None:
        sessions = _sessions()
        session = sessions.get(process, _SERVICES)
        return None if session in (_SERVICES, sessions.get(os.getpid())) else ("", "")
    sid, _ = theirs
    return theirs if sid.startswith(_ORDINARY) and sid != own[0] else None


def _sid(process: int) -> tuple[str, str] | None:
    """Return SID and name of the user of a process; None if Windows does not say."""
    handle = api.OpenProcess(api.PROCESS_QUERY_LIMITED_INFORMATION, False, process)  # noqa: FBT003 - not inherited
    if not handle:
        return None
    with _closing(handle):
        token = wintypes.HANDLE()
        if not api.OpenProcessToken(handle, api.TOKEN_QUERY, ctypes.byref(token)):
            return None
        with _closing(token):
            return _sid_of_token(token)


@contextmanager
def _closing(handle: int | wintypes.HANDLE) -> Iterator[None]:
    try:
        yield
    finally:
        api.CloseHandle(handle)


def _sid_of_token(token: wintypes.HANDLE) -> tuple[str, str] | None:
    # It begins with a pointer to the SID, which stands behind it.
    user, size = ctypes.create_string_buffer(_SID_SIZE), wintypes.DWORD()
    if not api.GetTokenInformation(token, api.TOKEN_USER, user, _SID_SIZE, ctypes.byref(size)):
        return None
    sid = ctypes.cast(user, ctypes.POINTER(ctypes.c_void_p))[0]
    text = wintypes.LPWSTR()
    if not api.ConvertSidToStringSid(sid, ctypes.byref(text)):
        return None
    written = text.value or ""
    api.LocalFree(text)
    return written, _name(sid) or written


def _name(sid: int | None) -> str:
    name, domain = (ctypes.create_unicode_buffer(_NAME_SIZE) for _ in range(2))
    sizes = wintypes.DWORD(_NAME_SIZE), wintypes.DWORD(_NAME_SIZE)
    kind = wintypes.DWORD()
    known = api.LookupAccountSid(
        None, sid, name, ctypes.byref(sizes[0]), domain, ctypes.byref(sizes[1]), ctypes.byref(kind)
    )
    return name.value if known else ""


class _ProcessInformation(ctypes.Structure):
    """SYSTEM_PROCESS_INFORMATION, as far as it is documented."""

    _fields_ = (
        ("next", ctypes.c_uint32),
        ("threads", ctypes.c_uint32),
        ("_reserved", ctypes.c_byte * 48),
        ("_name", ctypes.c_void_p * 2),  # a UNICODE_STRING
        ("_priority", ctypes.c_int32),
        ("id", ctypes.c_void_p),
        ("_reserved_too", ctypes.c_void_p),
        ("_handles", ctypes.c_uint32),
        ("session", ctypes.c_uint32),
    )


def _sessions() -> dict[int, int]:
    """Return the session of each process; empty if Windows does not say."""
    size = wintypes.ULONG(_SOME_MORE)
    for _ in range(_MAX_TRIES):
        buffer = ctypes.create_string_buffer(size.value)
        status = api.NtQuerySystemInformation(
            api.SYSTEM_PROCESS_INFORMATION, buffer, len(buffer), ctypes.byref(size)
        )
        if status == 0:
            return dict(_read_sessions(buffer))
        size.value += _SOME_MORE  # more processes may have started
    return {}


def _read_sessions(buffer: ctypes.Array[ctypes.c_char]) -> Iterator[tuple[int, int]]:
    at = 0
    while True:
        entry = _ProcessInformation.from_buffer(buffer, at)
        yield entry.id or 0, entry.session
        if not entry.next:
            return
        at += entry.next
