from __future__ import annotations

import pytest

from tray.core.commands import Ask
from tray.core.effects import Notify, Send
from tray.core.events import Answered, Clicked, Pushed
from tray.core.model.notifications import PromptEnded
from tray.core.model.prompts import Prompt
from tray.protocol.runs import Agent, Finished, Message, RunText, Transcript

PRIVATE = "what only the two of us should read"


@pytest.mark.parametrize(
    "value",
    [
        Clicked(Ask(PRIVATE)),
        Send("r-1", Agent("agent:main:tray", PRIVATE, "id", 600)),
        Pushed(RunText("id", None, PRIVATE)),
        Answered("r-1", Finished(PRIVATE)),
        Answered("r-1", Transcript((Message(mine=True, text=PRIVATE, at_ms=None),))),
        Notify(PromptEnded(Prompt("id", "agent:main:tray", PRIVATE, answer=PRIVATE))),
    ],
)
def test_no_conversation_is_shown_where_an_event_or_effect_is_printed(value):
    assert PRIVATE not in repr(value)
