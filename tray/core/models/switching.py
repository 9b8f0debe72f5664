"""Switching a session's model: request it, believe only what the gateway confirms, verify it after a run."""

from tray.core.effects import Notify
from tray.core.feature import Feature, Handler
from tray.core.model import (
    ActionError,
    ModelDiffers,
    ModelSwitch,
    Now,
    Prompt,
    Session,
    SwitchFailed,
    SwitchStatus,
    has_run_since,
)
from tray.core.requests import error_of, refusal, send
from tray.core.state import Outcome, State, for_each
from tray.protocol.frames import ErrorResponse
from tray.protocol.model_names import is_same_model
from tray.protocol.models import Model
from tray.protocol.sessions import Patched, SessionRow, SessionsPatch
from tray.values import replace

MAX_SWITCHES = 200
"""Switches of other sessions to keep; the oldest are dropped first."""


def switch(state: State, key: str | None, model: str | None, now: Now) -> Outcome:
    """Request another model.

    A requested switch of the same session is superseded; one in force stays so until the gateway confirms the
    new one.
    """
    target = state.target_key(key)
    switch = ModelSwitch(state.settings.profile, target, model, SwitchStatus.REQUESTED)
    if error := refusal(state, SessionsPatch):
        return _failed(state, switch, error)
    return send(put(state, switch), SessionsPatch(target, model), now)


def keep_current_model(state: State, key: str) -> State:
    """Forget a failed switch: the user accepts the model in use."""
    switches = _switches_of(state, state.settings.profile, state.canonical(key))
    failed = next((switch for switch in switches if switch.state is SwitchStatus.FAILED), None)
    return _without(state, failed)


def switch_confirmed(state: State, request: SessionsPatch, answer: Patched, now: Now) -> Outcome:
    """Note what the gateway confirms: `entry.*Override` is right on every release; None means the default."""
    requested = _requested_switch(state, request)
    model = answer.override
    if model is None:
        model = (answer.resolved if state.announces_changes else None) or state.gateway.snapshot.default_model
        model = model or answer.resolved
    if not _is_as_requested(request.model, answer.override, model, state):
        state = _without(state, in_force(state, request.key))
        if requested is None:
            return state, ()
        return _failed(state, replace(requested, model=model), ActionError.OTHER_MODEL, model or "")
    session = state.gateway.snapshot.find(request.key)
    if session is not None and answer.session_id not in (None, session.row.session_id):
        session = None  # it was reset since it was read
    switch = ModelSwitch(
        state.settings.profile,
        request.key,
        request.model,
        SwitchStatus.CONFIRMED,
        model,
        session_id=answer.session_id if session is None else session.row.session_id,
        tokens_before=(None, 0) if session is None else (session.row.used, session.row.last_run_tokens),
        set_at=now.mono,
        notified_model=None if requested is not None else _notified_model(state, request),
    )
    return put(state, switch), ()


def request_failed(
    state: State, request: SessionsPatch, error_response: ErrorResponse | None, _now: Now
) -> Outcome:
    """Handle an error response, or (None) a time-out, after which it may have been switched all the same."""
    requested = _requested_switch(state, request)
    if requested is None:
        return state, ()
    if error_response is None:
        return _failed(state, requested, ActionError.UNCONFIRMED)
    return _failed(state, requested, error_of(error_response), error_response.message)


def request_not_sent(state: State, request: SessionsPatch, _now: Now) -> Outcome:
    """Handle a request of which not one byte was sent."""
    requested = _requested_switch(state, request)
    return (state, ()) if requested is None else _failed(state, requested, ActionError.OFFLINE)


def connection_lost(state: State, _now: Now) -> Outcome:
    """Handle the loss of the connection: the result of a switch in progress is unknown."""
    requested = (switch for switch in state.profile.switches if switch.state is SwitchStatus.REQUESTED)
    return for_each(state, requested, lambda state, switch: _failed(state, switch, ActionError.UNCONFIRMED))


def check_switches(state: State, sessions: tuple[Session, ...], requested_at: float) -> Outcome:
    """Compare every switch with a new reading, and report broken ones.

    `requested_at` (mono) is when the reading was requested: it tells nothing about a later switch.
    """
    switched = {switch.key for switch in state.profile.switches}
    rows = (session.row for session in sessions if session.key in switched)
    return for_each(state, rows, lambda state, row: _check_switch(state, row, requested_at))


def run_answered(state: State, prompt: Prompt) -> Outcome:
    """Compare the model that answered a prompt with the switch of its session."""
    switch = in_force(state, prompt.key)
    if switch is None or switch.model is None or prompt.answered_by is None:
        return state, ()
    if switch.state is SwitchStatus.VERIFIED and not state.announces_changes:
        return state, ()  # another client may have switched it since, which older releases do not list
    if switch.set_at is not None and switch.set_at > prompt.sent_at:
        return state, ()  # it ran before the switch
    bare = f"/{switch.model}".endswith(f"/{prompt.answered_by}")  # where no provider is known
    if bare or is_same_model(switch.model, prompt.answered_by):
        return state, ()
    return mark_broken(state, switch, prompt.answered_by)


def in_force(state: State, key: str) -> ModelSwitch | None:
    """Return the switch of this session that the gateway confirmed last, if it still holds."""
    switches = _switches_of(state, state.settings.profile, key)
    return next((switch for switch in switches if switch.in_force), None)


def mark_broken(state: State, switch: ModelSwitch, answered_by: str) -> Outcome:
    """Note that the gateway confirmed one model and used another; report each model once."""
    failed = replace(
        switch,
        state=SwitchStatus.FAILED,
        error=ActionError.OTHER_MODEL,
        detail=answered_by,
        notified_model=answered_by,
    )
    state = put(_without(state, switch), failed)
    if is_same_model(answered_by, switch.notified_model):
        return state, ()
    return state, (Notify(ModelDiffers(switch.key, switch.model or "", answered_by)),)


def put(state: State, switch: ModelSwitch) -> State:
    """Add a switch, replacing those it supersedes: a confirmed one supersedes all but a later request."""
    same = _switches_of(state, switch.profile, switch.key)
    others = tuple(other for other in state.profile.switches if other not in same)[-MAX_SWITCHES:]
    if not switch.in_force:
        return replace(
            state,
            profile=replace(state.profile, switches=(*others, *(s for s in same if s.in_force), switch)),
        )
    later = (s for s in same if s.state is SwitchStatus.REQUESTED and s.requested != switch.requested)
    return replace(state, profile=replace(state.profile, switches=(*others, switch, *later)))


def resolve_name(requested: str | None, state: State) -> str | None:
    """Return the model that a name or alias means, by the catalogue; None is the default."""
    if requested is None:
        return state.gateway.snapshot.default_model
    return next((model.name for model in state.gateway.models or () if model.alias == requested), requested)


def selectable_models(state: State) -> tuple[Model, ...]:
    """Return the models that a session can be switched to, as far as the gateway tells."""
    return tuple(model for model in _accepted(state) if not model.needs_login)


def models_to_log_in(state: State) -> tuple[Model, ...]:
    """Return the models that would do nothing, since the gateway has no credentials for them."""
    return tuple(model for model in _accepted(state) if model.needs_login)


def _accepted(state: State) -> tuple[Model, ...]:
    """Return the models that `sessions.patch` accepts."""
    models = state.gateway.models or ()
    if not state.gateway.allowed:
        return models
    return tuple(model for model in models if model.name in state.gateway.allowed)


def _check_switch(state: State, row: SessionRow, requested_at: float) -> Outcome:
    """Compare the switches of a session with its row.

    Newer releases list an override at once; older ones list the model of the last run, so a run must have
    happened.
    """
    announces, listed = state.announces_changes, row.model
    latest = next((s for s in _switches_of(state, state.settings.profile, row.key) if not s.in_force), None)
    if listed is None or (latest is not None and latest.state is SwitchStatus.REQUESTED):
        return state, ()  # a row without a model, or from before or after the request
    unconfirmed = latest is not None and latest.error is ActionError.UNCONFIRMED
    latest_model = None if latest is None else resolve_name(latest.requested, state)
    if latest is not None and unconfirmed and announces and is_same_model(listed, latest_model):
        return put(state, replace(latest, state=SwitchStatus.VERIFIED, model=listed, error=None)), ()
    switch = in_force(state, row.key)
    if switch is None or (switch.set_at is not None and switch.set_at > requested_at):
        return state, ()
    if switch.state is SwitchStatus.CONFIRMED and not announces and not has_run_since(switch, row):
        return state, ()
    is_switched = is_same_model(listed, switch.model)
    if switch.state is SwitchStatus.VERIFIED:
        return (state if is_switched else _without(state, switch)), ()  # chosen by another client
    was_reset = switch.session_id not in (None, row.session_id)
    if is_switched or was_reset:
        return _replaced(state, switch, replace(switch, state=SwitchStatus.VERIFIED)), ()
    return mark_broken(state, switch, listed)


def _is_as_requested(requested: str | None, override: str | None, model: str | None, state: State) -> bool:
    if requested is None:
        return override is None
    wanted = resolve_name(requested, state)
    known = any(is_same_model(listed.name, wanted) for listed in state.gateway.models or ())
    return is_same_model(model, wanted) or not known


def _switches_of(state: State, profile: str, key: str) -> tuple[ModelSwitch, ...]:
    return tuple(
        switch for switch in state.profile.switches if (switch.profile, switch.key) == (profile, key)
    )


def _requested_switch(state: State, request: SessionsPatch) -> ModelSwitch | None:
    switches = _switches_of(state, state.settings.profile, request.key)
    under_way = (switch for switch in switches if switch.state is SwitchStatus.REQUESTED)
    return next((switch for switch in under_way if switch.requested == request.model), None)


def _notified_model(state: State, request: SessionsPatch) -> str | None:
    switches = _switches_of(state, state.settings.profile, request.key)
    return next((switch.notified_model for switch in switches if switch.requested == request.model), None)


def _replaced(state: State, switch: ModelSwitch, newer: ModelSwitch) -> State:
    return replace(
        state,
        profile=replace(
            state.profile, switches=tuple(newer if s is switch else s for s in state.profile.switches)
        ),
    )


def _without(state: State, switch: ModelSwitch | None) -> State:
    return replace(
        state,
        profile=replace(state.profile, switches=tuple(s for s in state.profile.switches if s is not switch)),
    )


def _failed(state: State, switch: ModelSwitch, error: ActionError, detail: str = "") -> Outcome:
    switch = replace(switch, state=SwitchStatus.FAILED, error=error, detail=detail)
    alert = SwitchFailed(switch.key, switch.requested, error, detail)
    return put(state, switch), (Notify(alert),)


FEATURE = Feature(
    disconnected=connection_lost,
    handlers=(Handler(SessionsPatch, Patched, switch_confirmed, request_failed, request_not_sent),),
)
