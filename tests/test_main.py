from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tray import __version__, system, tray_icon
from tray.__main__ import main
from tray.core.model import WindowKind
from tray.gui import app
from tray.runtime.client import Client

ROOT = Path(__file__).parent.parent
SECONDS = 60.0
MAIN, OPUS = "agent:main:main", "anthropic/claude-opus-4-5"
HANGUL = "회의록 😀"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal or terminal")


class Process:
    """`python -m tray` as a process; what it writes is collected while it runs."""

    def __init__(self, *arguments, stdout=subprocess.PIPE, **environ):
        self.written = {"out": b"", "err": b""}
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tray", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONWARNINGS": "error", **environ},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )
        pipes = {"out": self.process.stdout, "err": self.process.stderr}
        self._readers = [
            threading.Thread(target=self._read, args=(name, pipe.fileno()))
            for name, pipe in pipes.items()
            if pipe
        ]
        for reader in self._readers:
            reader.start()

    @property
    def out(self):
        return self.written["out"].decode("utf-8", "replace")

    @property
    def err(self):
        return self.written["err"].decode("utf-8", "replace")

    def until(self, predicate):
        """Wait until this is so; it is asked whenever something was written, and every now and then."""
        give_up_at = time.monotonic() + SECONDS
        with self._changed:
            while not predicate(self):
                assert time.monotonic() < give_up_at, self.written
                self._changed.wait(0.05)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def finish(self):
        """Wait for the end, and return the exit code."""
        code = self.process.wait(SECONDS)
        for reader in self._readers:
            reader.join(SECONDS)
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.finish()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _read(self, name, pipe):
        while data := os.read(pipe, 65536):
            self.note(name, data)

    def note(self, name, data):
        with self._changed:
            self.written[name] += data
            self._changed.notify_all()


@pytest.fixture
def start(gateway):
    started = []

    def run(*arguments, **more):
        started.append(Process(*arguments, **more))
        return started[-1]

    yield run
    for process in started:
        process.close()


# ---- the command line ----


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "nonsense"),
        (["use"], "MODEL. See clawtray use --help"),
        (["ask"], "TEXT. See clawtray ask --help"),
        (["icons"], "FILE.png"),
        (["status", "--jsno"], "--jsno"),
        (["--timeout", "soon", "status"], "a number of seconds, above 0 and up to 3600"),
        (["--timeout", "0", "status"], "a number of seconds"),
        (["--timeout", "-1", "status"], "a number of seconds"),
        (["--timeout", "3601", "status"], "a number of seconds"),
        (["--timeout", "nan", "status"], "a number of seconds"),
        (["--url", "ftp://127.0.0.1", "status"], "starts with ws:// or wss://"),
        (["--url", "", "status"], "The address is empty"),
        (["--url", "ws://u:s3cret@127.0.0.1", "status"], "must not carry a password or token"),
        (["--url", "ws://127.0.0.1/?token=s3cret", "status"], "must not carry a password or token"),
        (["--profile", "nobody", "status"], "There is no profile 'nobody'"),
        (["--profile", "nobody"], "There is no profile 'nobody'"),
        (["ask", "\udcff"], "not valid text"),
    ],
)
def test_misuse_is_one_sentence(clawtray, monkeypatch, arguments, words):
    monkeypatch.setenv("DISPLAY", ":nowhere")
    result = clawtray(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("clawtray: ")
    assert result.err.count("\n") == 1
    assert words in result.err
    assert "s3cret" not in result.err


@pytest.mark.parametrize("url", ["127.0.0.1:{port}", "http://127.0.0.1:{port}/", "ws://localhost:{port}"])
def test_an_address_may_be_written_as_people_write_it(gateway, clawtray, monkeypatch, url):
    monkeypatch.delenv("CLAWTRAY_URL")
    port = gateway.url.rpartition(":")[2]
    assert clawtray("--url", url.format(port=port), "status").code == 0


@pytest.mark.parametrize(
    ("option", "words"), [("--version", f"ClawTray {__version__}"), ("--help", "COMMAND")]
)
def test_version_and_help(capsys, option, words):
    with pytest.raises(SystemExit) as ended:
        main([option])
    assert ended.value.code == 0
    assert words in capsys.readouterr().out


def test_the_check_of_windows_opens_an_empty_one_and_closes_it(clawtray, monkeypatch):
    did = []

    def window():
        did.append("opened")
        return SimpleNamespace(update=lambda: did.append("shown"), destroy=lambda: did.append("closed"))

    monkeypatch.setitem(sys.modules, "tkinter", SimpleNamespace(Tk=window, TclError=RuntimeError))
    result = clawtray("--window-check")
    assert (result.code, result.out, result.err) == (0, "", "")
    assert did == ["opened", "shown", "closed"]


def test_the_check_of_windows_fails_where_there_can_be_none(clawtray, monkeypatch):
    def no_display():
        raise RuntimeError("no display name")

    monkeypatch.setitem(sys.modules, "tkinter", SimpleNamespace(Tk=no_display, TclError=RuntimeError))
    result = clawtray("--window-check")
    assert (result.code, result.err) == (1, "clawtray: No window can be opened: no display name.\n")


def test_the_check_of_imports_writes_what_fails_and_why(clawtray):
    result = clawtray("--import-check", stdin="json\ntray.storage.credentials\n")
    assert (result.code, result.out, result.err) == (0, "", "")
    result = clawtray("--import-check", stdin="json no_such_module")
    assert (result.code, result.err) == (1, "")
    assert result.out == "no_such_module: ModuleNotFoundError: No module named 'no_such_module'\n"


def test_a_window_is_this_program_with_an_option_that_is_not_for_users(clawtray, monkeypatch):
    shown = []
    monkeypatch.setattr("tray.gui.app.run", lambda kind: shown.append(kind) or 0)
    assert clawtray("--window", "panel").code == 0
    assert shown == [WindowKind.PANEL]
    assert clawtray("--window", "door").code == 2


def test_a_window_is_shown_before_all_else_is_loaded():
    text = "import runpy, sys; sys.argv[1:] = ['--window', 'panel']\n"
    text += "try: runpy.run_module('tray', run_name='__main__', alter_sys=True)\n"
    text += "except SystemExit as end: print(end.code, 'tray.runtime.app' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", text],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["1", "False"]  # nobody greets it


@pytest.mark.parametrize("arguments", [[], ["door"], ["panel", "more"]])
def test_a_window_that_there_is_not_is_wrong_usage(arguments):
    assert app.main(arguments) == 2


def test_the_check_of_windows_is_not_for_users(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "window" not in capsys.readouterr().out


def test_an_interrupt_has_a_code_of_its_own(clawtray, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "run", interrupted)
    result = clawtray("status")
    assert (result.code, result.out, result.err) == (130, "", "")


def test_a_bug_is_one_sentence_and_no_traceback(clawtray, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("a secret")

    monkeypatch.setattr(Client, "run", fail)
    result = clawtray("status")
    assert (result.code, result.out) == (1, "")
    assert result.err.strip().endswith("because of a bug. Please report it with the line above.")
    assert "a secret" not in result.err


def test_without_a_command_it_is_the_tray(clawtray, monkeypatch):
    monkeypatch.setattr(tray_icon, "run", lambda options: 0 if options.demo else 1)
    assert clawtray("--demo").code == 0
    assert clawtray().code == 1


# ---- as a process ----


def test_status_json_through_a_pipe(start, gateway):
    process = start("status", "--json")
    assert process.finish() == 0
    assert json.loads(process.out)["connection"]["url"] == gateway.url
    assert process.err == ""


@pytest.mark.parametrize("encoding", ["ascii", "cp949", "cp1252", "utf-8"])
def test_no_encoding_of_the_console_makes_a_name_an_error(start, gateway, encoding):
    gateway.set_session(MAIN, displayName=HANGUL)
    for arguments in (["status"], ["status", "--json"], ["sessions"], ["ask", HANGUL]):
        process = start(*arguments, PYTHONIOENCODING=encoding)
        assert process.finish() == 0
        assert process.err == ""
        if "--json" in arguments:
            assert json.loads(process.out)["sessions"][0]["name"] == HANGUL


@posix
def test_bytes_that_are_no_text_are_refused_as_a_prompt(start, gateway):
    process = start("ask", os.fsdecode(b"\xff"))
    assert process.finish() == 2
    assert process.err == "clawtray: The prompt is not valid text: check the encoding of this terminal.\n"
    assert gateway.runs == 0


def test_a_failure_is_one_sentence_and_no_traceback(start, gateway):
    gateway.fault("refuse")
    process = start("sessions")
    assert process.finish() == 40
    assert process.out == ""
    assert process.err.startswith("clawtray: Nothing is listening at ")
    assert process.err.count("\n") == 1


def test_a_memory_that_cannot_be_saved_is_reported_in_the_same_way(start, gateway, home):
    (home / "clawtray" / "state.json").mkdir(parents=True)
    gateway.set_session(MAIN, totalTokens=190_000)
    process = start("watch")
    process.until(lambda self: "Could not save. " in self.err)
    first, second = process.err.splitlines()
    assert first.startswith("clawtray: ")
    assert "state.json cannot be saved" in first
    assert second.endswith(first.removeprefix("clawtray: "))


def test_an_answer_is_written_as_it_grows(start, gateway):
    gateway.fault("run_holds")
    process = start("ask", "Tell me of the sea")
    process.until(lambda self: self.out)
    assert not process.out.endswith("\n")
    assert process.process.poll() is None
    gateway.clear("run_holds")
    assert process.finish() == 0
    assert process.out.endswith("no token was spent.)\n")
    assert (process.out.count("the sea"), process.err) == (1, "")


def test_watch_through_a_pipe_is_a_line_for_each_change(start, gateway):
    process = start("watch")
    process.until(lambda self: "62%" in self.out)
    for total in (140_000, 153_000, 153_001):
        gateway.set_session(MAIN, totalTokens=total)
        process.until(lambda self, total=total: f"{total // 2000}%" in self.out)
    process.until(lambda self: "context at 76% of 200k. " in self.err)
    gateway.announce_stop()
    process.until(lambda self: "The gateway was stopped." in self.out)
    gateway.clear()
    process.until(lambda self: self.out.count("76%") == 2)
    assert process.out.splitlines() == [
        "connecting",
        f"main  62% of 200k  {OPUS}",
        f"main  70% of 200k  {OPUS}",
        f"main  76% of 200k  {OPUS}",
        "The gateway was stopped. Start it with: openclaw gateway start",
        f"main  76% of 200k  {OPUS}",
    ]
    assert process.err.count("\n") == 1


@posix
@pytest.mark.parametrize(
    ("arguments", "held", "written"),
    [(["watch"], None, "62%"), (["ask", "Tell me"], "sessions.list", ""), (["status"], "sessions.list", "")],
)
def test_an_interrupt_ends_everything_quietly(start, gateway, arguments, held, written):
    if held is not None:
        gateway.fault("mute", method=held)
    process = start(*arguments)
    process.until(lambda self: written in self.out and _was_asked(gateway, held or "sessions.list"))
    process.interrupt()
    assert process.finish() == 130
    assert process.err == ""


@posix
def test_an_interrupt_of_a_run_says_that_it_goes_on(start, gateway):
    gateway.fault("run_holds")
    process = start("ask", "Tell me of the sea")
    process.until(lambda self: self.out)
    process.interrupt()
    assert process.finish() == 130
    assert process.out.endswith("\n")
    assert process.err == "clawtray: Interrupted. The run continues at the gateway.\n"


def _was_asked(gateway, method):
    return any(asked == method for asked, _ in gateway.requests)


@posix
def test_watch_on_a_terminal_redraws_in_place(start, gateway):
    import pty  # noqa: PLC0415 - there is none on Windows

    ours, theirs = pty.openpty()
    process = start("watch", stdout=theirs, TERM="xterm", NO_COLOR="1")
    os.close(theirs)
    reader = threading.Thread(target=_read_terminal, args=(process, ours))
    reader.start()
    process.until(lambda self: "62%" in self.out)
    gateway.set_session(MAIN, totalTokens=153_000)
    process.until(lambda self: "76%" in self.out)
    process.until(lambda self: "context at 76%" in self.err)
    process.until(lambda self: self.out.rstrip().endswith("\x1b[?7h"))  # below that, it is drawn again
    process.interrupt()
    assert process.finish() == 130
    reader.join(SECONDS)
    os.close(ours)
    first, second = process.out.split(f"main  62% of 200k  {OPUS}", 1)
    assert first.endswith("\x1b[1F\x1b[J\x1b[?7l")
    assert "\x1b[3F\x1b[J\x1b[?7lmain  76%" in second
    assert process.out.rstrip().endswith("\x1b[?7h")


def _read_terminal(process, terminal):
    try:
        while data := os.read(terminal, 65536):
            process.note("out", data)
    except OSError:  # the other end was closed: that is how a terminal ends
        return


@posix
def test_a_reader_who_has_seen_enough_is_no_failure(start, gateway):
    read, write = os.pipe()
    process = start("watch", stdout=write)
    os.close(write)
    assert os.read(read, 100)
    os.close(read)
    totals = itertools.cycle((130_000, 140_000))

    def ended(self):
        gateway.set_session(MAIN, totalTokens=next(totals))
        return self.process.poll() is not None

    process.until(ended)
    assert process.finish() == 0
    assert process.err == ""


def test_where_there_is_no_tray_one_line_says_so_and_watch_follows(start):
    process = start("--demo", DISPLAY="", WAYLAND_DISPLAY="", CLAWTRAY_DEMO_SPEED="50")
    process.until(lambda self: "compacted" in self.out)
    assert process.err.splitlines()[0] == (
        "clawtray: There is no system tray here. Watching in the terminal instead."
    )
    assert re.match(r"connecting\nmain  \d+% of 200k", process.out)
    assert "Traceback" not in process.err


@pytest.mark.parametrize("command", [["watch"], ["status"], []])
def test_secrets_of_the_environment_are_in_no_output(start, gateway, command):
    secret = "s3cret-never-to-be-seen"
    process = start(*command, CLAWTRAY_TOKEN=secret, CLAWTRAY_PASSWORD=secret, DISPLAY="")
    process.until(lambda self: "does not accept" in self.out + self.err)
    process.close()
    assert secret not in process.out + process.err
    assert "Traceback" not in process.err


@posix
@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("status >&-", 0, ""),
        ("--bogus 2>&-", 2, ""),
        ("ask - <&-", 2, "The prompt is empty"),
        ("status >/dev/full", 1, "Could not write the output: No space left on device"),
    ],
)
def test_a_stream_that_is_closed_or_full_is_no_traceback(gateway, line, code, said):
    command = f"exec {sys.executable} -m tray {line}"
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_windowed_program_says_in_a_box_what_its_arguments_lack(home, monkeypatch):
    said = []
    monkeypatch.setattr(system.current(), "show_message", said.append)
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "argv", ["ClawTray.exe"])
    assert main(["--demo", "--profile", "nowhere"]) == 2
    for stream in (sys.stdout, sys.stderr):  # which lead nowhere
        stream.close()
    assert said == ["There is no profile 'nowhere' in the settings, only default."]


def test_one_with_a_terminal_needs_no_box(clawtray, monkeypatch):
    monkeypatch.setattr(system.current(), "show_message", lambda _: pytest.fail("a box"))
    assert clawtray("--demo", "--profile", "nowhere", "status").code == 2
