"""What a complaint quotes cannot steer the terminal, nor look like a second complaint."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

EVIL = "\x1b[2J\x1b]0;title\x07\x9b31m\u202eabc\r\nclawtray: all is well"


@pytest.mark.parametrize(
    ("arguments", "quoted"),
    [
        (["--config", f"/nowhere/{EVIL}", "status"], "There is no file /nowhere/"),
        (["status", f"--{EVIL}"], "Unknown arguments: --"),
        (["--config", f"/nowhere/{'x' * 50_000}", "status"], "/nowhere/"),
    ],
    ids=["a file", "an option", "a long file"],
)
def test_it_is_one_plain_line(clawtray, arguments, quoted):
    with FakeGateway(sessions__list=listing({})) as gateway:
        command = clawtray(gateway, *arguments)
        command.ended()
    (complaint,) = (line for line in command.lines if line.startswith("clawtray: "))
    assert quoted in complaint
    assert complaint.isprintable()
    assert len(complaint) < 20_000
