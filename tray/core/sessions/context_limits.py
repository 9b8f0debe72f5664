"""Which context limit counts, where the session and the list of models may give different ones.

Neither is always right: a row may repeat the limit of another model, and a list may give a window that is
larger than what the gateway uses, or lack a cap that the user configured.
"""

from collections.abc import Iterable, Mapping

import msgspec

from tray.core.model import ModelSwitch
from tray.protocol.model_names import is_same_model, same_names
from tray.protocol.models import Model
from tray.protocol.sessions import SessionRow


class ContextLimit(msgspec.Struct, frozen=True):
    """The context limit of a session.

    Attributes:
        tokens: The limit, in tokens; None if unknown.
        differing: The session's and its model's limit if they contradict each other, so that a percentage
            is doubtful.
    """

    tokens: int | None = None
    differing: tuple[int, int] | None = None


def limits_of(models: Iterable[Model] | None) -> dict[str, int]:
    """Return the known limits in tokens, by the names in the list."""
    return {model.name: model.context_limit for model in models or () if model.context_limit}


def model_and_context_limit(
    row: SessionRow,
    switch: ModelSwitch | None,
    listed: Mapping[str, int],
    default: tuple[str | None, int | None],
) -> tuple[str | None, ContextLimit]:
    """Return the model of the session's next run, and its context limit.

    Args:
        row: As the gateway lists it.
        switch: Our own switch of this session, where it says more than the row (see `confidence.is_known`).
        listed: The limits that the list of models gives, from `limits_of`.
        default: The gateway's default model and the context limit that it gives for sessions without one.
    """
    default_model, default_limit = default
    model = (switch.model if switch is not None else row.model) or default_model
    own = row.context_limit if switch is None else None
    models_limit = None if model is None else _limit(listed, model)
    if own is None:
        # The default limit belongs to the default model; for another one it would be a guess.
        usual = default_limit if is_same_model(model, default_model) else None
        return model, ContextLimit(usual or models_limit)
    if models_limit is None or own == models_limit:
        return model, ContextLimit(own)
    if own > models_limit:  # a percentage that is too small is the worst reading
        return model, ContextLimit(models_limit, (own, models_limit))
    if default_model is not None and not is_same_model(model, default_model):
        defaults_own = _limit(listed, default_model)
        if own == default_limit == defaults_own:  # the default model's limit, repeated for another one
            return model, ContextLimit(None, (own, models_limit))
    return model, ContextLimit(own)  # a cap, or what is usable of a larger window


def _limit(listed: Mapping[str, int], model: str) -> int | None:
    if model in listed:  # as most are
        return listed[model]
    return next((listed[name] for name in same_names(model) if name in listed), None)


def context_limit_of(models: Iterable[Model] | None, name: str | None) -> int | None:
    """Return a model's context limit in tokens, or None if the list does not have it."""
    return next((model.context_limit for model in models or () if is_same_model(model.name, name)), None)


def needs_list(row: SessionRow, default: tuple[str | None, int | None]) -> bool:
    """Return whether the session's limit cannot be known without the list of models."""
    if not row.has_run:
        return False
    default_model, default_limit = default
    is_default = row.model is None or is_same_model(row.model, default_model)
    return row.context_limit is None or row.context_limit != default_limit or not is_default
