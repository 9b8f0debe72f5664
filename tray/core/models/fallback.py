"""Fallbacks of the gateway: another model answered than the one in use, and nobody requested it.

Releases from 2026.9 on tell it at the end of every run, of any client. Those before tell it by events of its
own, which the oldest ones lack; a row that lists another model may be somebody's choice, so nothing is
concluded from that.
"""

from tray.core.effects import Notify
from tray.core.model import ActionError, Mode, ModelDiffers, ModelSwitch, SwitchStatus
from tray.core.models import switching
from tray.core.state import Outcome, State
from tray.protocol.model_names import is_same_model
from tray.protocol.runs import FellBack, Receipt, RunEnded
from tray.values import replace

MAX_PAIRS = 200
"""Pairs of models to remember as reported; the oldest are dropped first, and would be reported again."""


def run_finished(state: State, push: RunEnded) -> Outcome:
    """Compare the model that answered with the one in use; report each pair once per session."""
    run, receipt = state.gateway.snapshot.runs.get(push.run_id), push.receipt
    if run is not None and receipt is None and push.error is None and not push.aborted:
        receipt = run.fallback
    return _compare(state, push.key or (None if run is None else run.key), receipt)


def fell_back(state: State, push: FellBack) -> Outcome:
    """Handle the event of a fallback: note what a run tries, and report what has answered."""
    snapshot, receipt = state.gateway.snapshot, push.receipt
    run = snapshot.runs.get(push.run_id)
    if run is not None:
        if run.fallback is not None:  # the next model of the list
            receipt = replace(receipt, requested=run.fallback.requested)
        runs = {**snapshot.runs, push.run_id: replace(run, fallback=receipt)}
        state = state.with_snapshot(replace(snapshot, runs=runs))
    key = push.key or (None if run is None else run.key)
    return _compare(state, key, receipt if push.answered else None)


def _compare(state: State, key: str | None, receipt: Receipt | None) -> Outcome:
    session = state.gateway.snapshot.find(key)
    if receipt is None or session is None or state.mode is not Mode.LIVE:
        return state, ()
    if is_same_model(receipt.answered, receipt.requested):
        return _forget_fallback(state, session.key, receipt), ()
    if session.row.background:
        return state, ()
    switch = switching.in_force(state, session.key)
    if switch is not None and is_same_model(switch.model, receipt.requested):
        return switching.mark_broken(state, switch, receipt.answered)
    return _note_fallback(state, session.key, receipt)


def _note_fallback(state: State, key: str, receipt: Receipt) -> Outcome:
    """Store it like a failed switch, so that the same menu offers to retry it or to keep the model."""
    profile = state.settings.profile
    others = [s for s in state.profile.switches if (s.profile, s.key) == (profile, key) and not s.in_force]
    if any(
        s.state is SwitchStatus.REQUESTED or is_same_model(s.notified_model, receipt.answered) for s in others
    ):
        return state, ()  # the user is choosing another one, or was notified of a broken switch
    failed = ModelSwitch(
        profile,
        key,
        receipt.requested,
        SwitchStatus.FAILED,
        error=ActionError.OTHER_MODEL,
        detail=receipt.answered,
        notified_model=receipt.answered,
    )
    state = switching.put(state, failed)
    pair = (profile, key, receipt.requested, receipt.answered)
    if pair in state.profile.fallbacks:
        return state, ()
    state = replace(
        state, profile=replace(state.profile, fallbacks=(*state.profile.fallbacks, pair)[-MAX_PAIRS:])
    )
    return state, (Notify(ModelDiffers(key, receipt.requested, receipt.answered)),)


def _forget_fallback(state: State, key: str, receipt: Receipt) -> State:
    def is_over(switch: ModelSwitch) -> bool:
        here = (switch.profile, switch.key) == (state.settings.profile, key)
        differed = switch.state is SwitchStatus.FAILED and switch.error is ActionError.OTHER_MODEL
        requested = switching.resolve_name(switch.requested, state)
        return here and differed and is_same_model(requested, receipt.requested)

    return replace(
        state,
        profile=replace(
            state.profile, switches=tuple(switch for switch in state.profile.switches if not is_over(switch))
        ),
    )
