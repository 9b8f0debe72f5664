from __future__ import annotations

import sys

import pytest

from build.commands import NotAvailableError
from tests.peers.npm import install_package

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="not run: the gateways are run on Linux only")


@pytest.fixture
def node(tmp_path, monkeypatch):
    """A program in the place of Node that plays npm: it does what the shell text says."""
    monkeypatch.setenv("CLAWTRAY_CACHE", str(tmp_path / "cache"))
    npm = tmp_path / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm.parent.mkdir(parents=True)
    npm.touch()
    executable = tmp_path / "bin" / "node"
    executable.parent.mkdir()
    monkeypatch.setenv("CLAWTRAY_NODE", str(executable))

    def does(shell: str) -> None:
        executable.write_text(f"#!/bin/sh\n{shell}\n")
        executable.chmod(0o755)

    return does


def test_a_package_is_installed_once(node, tmp_path):
    node(f"mkdir -p node_modules/openclaw; echo x >> {tmp_path}/installs")

    first, second = install_package("openclaw@1"), install_package("openclaw@1")

    assert first == second == tmp_path / "cache" / "openclaw@1" / "node_modules" / "openclaw"
    assert first.is_dir()
    assert (tmp_path / "installs").read_text() == "x\n"


def test_a_failed_install_says_why_and_leaves_nothing(node, tmp_path):
    node("mkdir -p node_modules/openclaw; echo no such host >&2; exit 7")

    with pytest.raises(NotAvailableError, match=r"npm-cli.js failed \(7\): no such host"):
        install_package("openclaw@1")

    assert [p.name for p in (tmp_path / "cache").iterdir() if p.is_dir()] == []


def test_without_a_working_node(tmp_path, node):
    with pytest.raises(NotAvailableError, match="did not run"):
        install_package("openclaw@1")


def test_without_npm_beside_node(tmp_path, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_CACHE", str(tmp_path))
    monkeypatch.setenv("CLAWTRAY_NODE", "/nowhere/bin/node")

    with pytest.raises(NotAvailableError, match="there is no npm at"):
        install_package("openclaw@1")
