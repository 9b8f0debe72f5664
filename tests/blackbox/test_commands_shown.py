"""A command that waits for approval is shown so that no other command looks the same."""

from __future__ import annotations

from tests.blackbox.fake_gateway import FakeGateway, listing

SHAPELESS = "\u3164\uffa0\u115f\u1160\u2800\u034f\ufe0f\U000e0100\u17b4\u180b\u0332\U0001d159\ufffc"
LOOK_ALIKE = ("a\\rb", "a\rb", "a\\u202eb", "a\u202eb", "a\\u3164b", "a\u3164b", "a\n\nb", "a\n \nb")


def shown(clawtray, *commands):
    """Every command as `approvals` shows it, with the lines about it."""
    waiting = [{"id": f"a{n}", "request": {"command": command}} for n, command in enumerate(commands)]
    with FakeGateway(sessions__list=listing({}), exec__approval__list=waiting) as gateway:
        running = clawtray(gateway, "approvals")
        running.until(lambda line: f"clawtray approve a{len(commands) - 1}" in line)
    blocks = [[]]
    for line in running.lines:
        if "clawtray approve" in line:
            blocks.append([])
        elif line or blocks[-1]:
            blocks[-1].append(line)
    return blocks[:-1]


def test_a_character_without_shape_is_seen(clawtray):
    blocks = shown(clawtray, *(f"ls{character} -l" for character in SHAPELESS))
    assert len(blocks) == len(SHAPELESS)
    for (line,) in blocks:
        assert line.isascii()
        assert line != "ls -l"


def test_two_commands_that_differ_look_different(clawtray):
    blocks = shown(clawtray, *LOOK_ALIKE)
    assert len({tuple(block) for block in blocks}) == len(LOOK_ALIKE)


def test_lines_with_letters_that_may_look_like_others_are_marked(clawtray):
    ((first, second, said),) = shown(clawtray, "cat notes\n\u0441url example.com")
    assert first == "cat notes"
    assert second.strip() == "\N{WARNING SIGN} \u0441url example.com"
    assert "\N{WARNING SIGN}" in said
