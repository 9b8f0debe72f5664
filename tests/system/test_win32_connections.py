"""Who is at the other end of a connection, by what Windows answers: its functions are ours here."""

from __future__ import annotations

import importlib
import struct
import sys
from types import ModuleType

import pytest

from tray.system import peer
from tray.system.connection_table import end

OWN, SERVICE, OTHER, HIDDEN, HIDDEN_SERVICE = 10, 20, 30, 40, 50
"""Processes; Windows does not tell whose the hidden ones are."""
SIDS = {OWN: "S-1-5-21-1-2-3-1001", SERVICE: "S-1-5-18", OTHER: "S-1-5-21-1-2-3-1002"}
NAMES = {OWN: "me", OTHER: "alice"}
SESSIONS = {0: 0, OWN: 1, SERVICE: 0, OTHER: 2, HIDDEN: 2, HIDDEN_SERVICE: 0}
THEIRS, OURS = end("127.0.0.1", 18789), end("127.0.0.1", 40_000)
ESTABLISHED, LISTENS = 5, 2
TOO_SMALL, DENIED = 122, 5


class Windows(ModuleType):
    """The functions of `tray.system.win32.api` that are called."""

    AF_INET, AF_INET6 = 2, 23
    TCP_TABLE_OWNER_PID_ALL = SYSTEM_PROCESS_INFORMATION = 5
    PROCESS_QUERY_LIMITED_INFORMATION, TOKEN_QUERY, TOKEN_USER = 0x1000, 8, 1
    ERROR_INSUFFICIENT_BUFFER = TOO_SMALL

    def __init__(self):
        super().__init__("tray.system.win32.api")
        self.tables = {self.AF_INET: [], self.AF_INET6: []}
        self.errors = []
        self.sids, self.names, self.sessions = dict(SIDS), dict(NAMES), dict(SESSIONS)
        self.handles = 0
        self.has_tokens = self.tells_sids = True

    def GetExtendedTcpTable(self, buffer, size, _order, family, _kind, _reserved):  # noqa: N802
        rows = self.tables[family]
        data = struct.pack("<I", len(rows)) + b"".join(rows)
        if self.errors:
            return self.errors.pop(0)
        if len(buffer) < len(data):
            size._obj.value = len(data)
            return TOO_SMALL
        buffer[: len(data)] = data
        return 0

    def OpenProcess(self, _access, _inherits, process):  # noqa: N802
        self.handles += process in self.sids
        return process if process in self.sids else 0

    def OpenProcessToken(self, handle, _access, token):  # noqa: N802
        self.handles += self.has_tokens
        token._obj.value = handle
        return self.has_tokens

    def GetTokenInformation(self, token, _kind, buffer, _length, _size):  # noqa: N802
        buffer[: struct.calcsize("P")] = struct.pack("P", token.value)
        return self.tells_sids

    def ConvertSidToStringSid(self, sid, text):  # noqa: N802
        text._obj.value = self.sids[sid]
        return self.sids[sid] != ""

    def LookupAccountSid(self, _computer, sid, name, *_sizes):  # noqa: N802
        name.value = self.names.get(sid, "")
        return sid in self.names

    def NtQuerySystemInformation(self, _kind, buffer, length, _size):  # noqa: N802
        entries = list(self.sessions.items())
        if length < 100_000 or not entries:
            return -1
        for number, (process, session) in enumerate(entries):
            following = 200 if number + 1 < len(entries) else 0
            entry = struct.pack("<II48x16xi4xQQII", following, 1, 8, process, 0, 0, session)
            buffer[number * 200 : number * 200 + len(entry)] = entry
        return 0

    def LocalFree(self, _text):  # noqa: N802
        return None

    def CloseHandle(self, _handle):  # noqa: N802
        self.handles -= 1


@pytest.fixture
def windows(monkeypatch):
    found = Windows()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "tray.system.win32.api", found)
    monkeypatch.setattr(sys.modules["os"], "getpid", lambda: OWN)
    module = "tray.system.win32.connections"
    monkeypatch.delitem(sys.modules, module, raising=False)
    package = importlib.import_module("tray.system.win32")
    monkeypatch.setattr(package, "api", found, raising=False)
    monkeypatch.setattr(package, "connections", importlib.import_module(module), raising=False)
    yield found
    monkeypatch.delitem(sys.modules, module)
    assert found.handles == 0


def row(here, there, state, process):
    ends = (here[0], here[1].to_bytes(2, "big"), there[0], there[1].to_bytes(2, "big"))
    return struct.pack("<I4s2s2x4s2s2xI", state, *ends, process)


def row_ipv6(here, there, state, process):
    ends = (here[0], here[1].to_bytes(2, "big"), there[0], there[1].to_bytes(2, "big"))
    return struct.pack("<16s4x2s2x16s4x2s2xII", *ends, state, process)


class Sock:
    def __init__(self, host="127.0.0.1"):
        self._host = host

    def getpeername(self):
        return self._host, 18789

    def getsockname(self):
        return self._host, 40_000


def asked(windows, process):
    """Ask whose the connection is that this process owns."""
    windows.tables[windows.AF_INET] = [
        row(OURS, THEIRS, ESTABLISHED, OWN),
        row(end("0.0.0.0", 18789), end("0.0.0.0", 0), LISTENS, OWN),
        row(THEIRS, OURS, ESTABLISHED, process),
    ]
    return peer.other_user(Sock())


@pytest.mark.parametrize(
    ("process", "found"),
    [
        (OTHER, (SIDS[OTHER], "alice")),
        (OWN, None),
        (SERVICE, None),
        (HIDDEN, ("", "")),
        (HIDDEN_SERVICE, None),
        (99, None),
    ],
)
def test_whose_process_it_is(windows, process, found):
    assert asked(windows, process) == found


def test_over_ipv6(windows):
    there, here = end("::1", 18789), end("::1", 40_000)
    windows.tables[windows.AF_INET6] = [row_ipv6(there, here, ESTABLISHED, OTHER)]
    assert peer.other_user(Sock("::1")).name == "alice"


def test_a_table_may_grow_meanwhile(windows):
    fillers = [row(end("10.0.0.1", port), THEIRS, ESTABLISHED, OWN) for port in range(5000)]
    windows.tables[windows.AF_INET] = [*fillers, row(THEIRS, OURS, ESTABLISHED, OTHER)]
    windows.errors = [TOO_SMALL, TOO_SMALL]
    assert peer.other_user(Sock()).name == "alice"


@pytest.mark.parametrize("errors", [[DENIED], [TOO_SMALL] * 20])
def test_without_a_table_nobody_is_refused(windows, errors):
    windows.errors = errors
    assert asked(windows, OTHER) is None


def test_a_user_without_a_name_is_called_by_the_sid(windows):
    del windows.names[OTHER]
    assert asked(windows, OTHER) == (SIDS[OTHER], SIDS[OTHER])


def test_people_in_the_cloud_are_people(windows):
    windows.sids[OTHER] = "S-1-12-1-1-2-3-4"
    assert asked(windows, OTHER) == ("S-1-12-1-1-2-3-4", "alice")


@pytest.mark.parametrize("name", ["has_tokens", "tells_sids"])
def test_nobody_is_another_user_than_one_who_is_not_known(windows, name):
    setattr(windows, name, False)
    assert asked(windows, OTHER) is None


def test_a_sid_that_cannot_be_written_is_not_known(windows):
    windows.sids[OWN] = ""
    assert asked(windows, OTHER) is None


def test_without_sessions_a_hidden_process_is_nobodys(windows):
    windows.sessions = {}
    assert asked(windows, HIDDEN) is None
