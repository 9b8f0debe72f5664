"""What results of commands must be, and the names that several test files use."""

from __future__ import annotations

MAIN, NOTES, SIDE = "agent:main:main", "agent:main:notes", "agent:main:tray"
OPUS, SONNET, QWEN = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5", "ollama/qwen3-8b"
EVIL = "\x1b]0;owned\x07\x1b[2Jevil\x9b31m\u202ename"


def only_complained(result, *parts):
    """One sentence on stderr and nothing else."""
    assert result.out == ""
    complained(result, *parts)


def complained(result, *parts):
    assert result.err.startswith("clawtray: ")
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err
    for part in parts:
        assert part in result.err


def write_settings(home, text):
    folder = home / "clawtray"
    folder.mkdir(exist_ok=True)
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path
