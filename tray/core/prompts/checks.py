"""What keeps a prompt from being sent."""

from tray.core import requests
from tray.core.model import MAX_PROMPT_BYTES, ActionError, Prompt
from tray.core.models import switching
from tray.core.state import State
from tray.protocol.model_names import is_same_model
from tray.protocol.runs import Agent
from tray.protocol.session_keys import is_own
from tray.protocol.sessions import SessionsPatch


def error(state: State, prompt: Prompt) -> ActionError | None:
    """Return why this prompt cannot be sent; None if it can."""
    if not prompt.text.strip():
        return ActionError.EMPTY
    if len(prompt.text.encode()) > MAX_PROMPT_BYTES:
        return ActionError.TOO_LONG
    if prompt.model is not None and not takes_model(state, prompt.key, prompt.model):
        return ActionError.NOT_OWN_SESSION
    return refusal(state, prompt.model)


def takes_model(state: State, key: str, model: str) -> bool:
    """Return whether a prompt may set this model on its session first.

    The session is our own, or the prompt begins it, or it has this model already.
    """
    if is_own(key) or state.is_absent(key):
        return True
    session = state.gateway.snapshot.find(key)
    return session is not None and is_same_model(session.model, switching.resolve_name(model, state))


def refusal(state: State, model: str | None) -> ActionError | None:
    """Return why this connection may not send a prompt, or set this model first; None if it may."""
    return requests.refusal(state, Agent) or (
        None if model is None else requests.refusal(state, SessionsPatch)
    )
