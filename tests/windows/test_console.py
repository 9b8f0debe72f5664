import json

import pytest

from build.wine import windows_path
from tray import __version__
from tray.runtime.diagnostics import PACKAGES

HANGUL = "회의록"


@pytest.fixture
def console(desk, built, tmp_path):
    """Runs the program for the terminal before a gateway."""

    def run(gateway, *arguments, through=()):
        environment = {
            "CLAWTRAY_URL": gateway.url,
            "CLAWTRAY_TOKEN": gateway.token,
            "CLAWTRAY_HOME": windows_path(tmp_path),
        }
        done = desk.windows.run(*through, built.console, *arguments, env=environment)
        assert "Traceback" not in done.stderr
        assert gateway.token not in done.stdout + done.stderr
        return done

    return run


def test_it_says_its_version(desk, built):
    done = desk.windows.run(built.console, "--version")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, f"ClawTray {__version__}", "")


def test_it_reads_the_simulated_gateway(console, demo):
    done = console(demo, "status", "--json")
    assert done.returncode == 0
    status = json.loads(done.stdout)
    assert status["connection"]["phase"] == "connected"
    assert (status["context"]["used"], status["context"]["max"]) == (76_000, 200_000)


def test_it_reads_a_real_gateway(console, real_gateway):
    done = console(real_gateway, "status", "--json")
    assert done.returncode == 0
    connection = json.loads(done.stdout)["connection"]
    assert connection["phase"] == "connected"
    assert connection["version"] == "2026.9.6"


def test_it_gathers_diagnostics_without_the_user_s_name(console, demo, desk):
    done = console(demo, "diagnostics")
    assert done.returncode == 0
    assert "Python: 3" in done.stdout
    assert ", built" in done.stdout
    (packages,) = [line for line in done.stdout.splitlines() if line.startswith("  packages: ")]
    assert all(f"{name} " in packages for name in PACKAGES), packages
    assert "  step: Connected, attempt 1" in done.stdout
    assert desk.windows.user_folder.name not in done.stdout


def test_it_says_why_there_is_no_connection_and_fails(console, demo):
    demo.fault("refuse")
    done = console(demo, "--timeout", "2", "status")
    assert done.returncode != 0
    assert done.stdout + done.stderr


@pytest.mark.parametrize("page", ["949", "437"])
def test_hangul_is_no_error_whatever_the_code_page_of_the_console(console, demo, page):
    demo.set_session(f"agent:main:{HANGUL}", totalTokens=1000, totalTokensFresh=True, status="done")
    done = console(demo, "sessions", through=("cmd.exe", "/c", "chcp", page, ">nul", "&"))
    assert done.returncode == 0
    assert "main" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("program", ["tray", "console"])
def test_windows_can_be_opened(desk, built, program):
    done = desk.windows.run(getattr(built, program), "--window-check", timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_speaks_korean(console, demo, tmp_path):
    (tmp_path / "settings.toml").write_text('language = "ko"\n', encoding="utf-8")
    done = console(demo, "doctor", "--json")
    assert done.returncode == 0
    said = {layer["layer"]: layer["said"] for layer in json.loads(done.stdout)["layers"]}
    assert said["websocket"] == f"게이트웨이가 응답합니다. 대시보드: {demo.url.replace('ws:', 'http:')}/"
