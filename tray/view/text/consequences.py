"""What an action on a session loses and spends, in sentences: read before it is confirmed."""

from tray.core.model import Session
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.text import formatting


def of_compacting(session: Session, words: Words) -> list[str]:
    """Return what compacting a session loses, and the tokens that it spends."""
    lines = [
        words(
            "A model summarises the history of “{name}” to make room.", name=formatting.session_name(session)
        ),
        words("Details left out of the summary are lost."),
    ]
    if session.row.used:
        size = formatting.tokens(session.row.used)
        return [*lines, words("This spends tokens: the model reads about {n}.", n=size)]
    return [*lines, words("This spends tokens.")]


def of_starting_over(state: State, session: Session, words: Words) -> list[str]:
    """Return what a session forgets that starts over, and what it keeps."""
    name = formatting.session_name(session)
    lines = [words("“{name}” starts over and forgets the conversation so far.", name=name)]
    if model := formatting.short_model(session.model):
        lines.append(words("It keeps its model: {model}", model=model))
    if session.key in state.gateway.snapshot.busy:
        lines.append(words("A run is in progress. Its answer may be lost."))
    return lines
