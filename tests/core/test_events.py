from __future__ import annotations

import pytest

from tray.core.commands import Ask
from tray.core.effects import Notify, Send
from tray.core.events import CommandReceived, EventReceived, ReplyReceived
from tray.core.model import Prompt, PromptFinished
from tray.protocol.runs import Agent, Finished, Message, RunText, Transcript

PRIVATE = "what only the two of us should read"


@pytest.mark.parametrize(
    "value",
    [
        CommandReceived(Ask(PRIVATE)),
        Send("r-1", Agent("agent:main:tray", PRIVATE, "id", 600)),
        EventReceived(RunText("id", None, PRIVATE)),
        ReplyReceived("r-1", Finished(PRIVATE)),
        ReplyReceived("r-1", Transcript((Message(from_user=True, text=PRIVATE, at_ms=None),))),
        Notify(PromptFinished(Prompt("id", "agent:main:tray", PRIVATE, answer=PRIVATE))),
    ],
)
def test_no_conversation_is_shown_where_an_event_or_effect_is_printed(value):
    assert PRIVATE not in repr(value)
