"""Names of models. A model that a command-line program runs is also listed under that program's name."""

import functools

_PROVIDERS = {
    "claude-cli": "anthropic",
    "codex": "openai",
    "codex-cli": "openai",
    "google-gemini-cli": "google",
}
"""The provider of the models that each of the gateway's runtimes runs."""


def canonical(name: str) -> str:
    """Return the name under its provider: `anthropic/X` for `claude-cli/X`; any other name as it is."""
    runtime, slash, model = name.partition("/")
    return f"{_PROVIDERS.get(runtime, runtime)}/{model}" if slash else name


@functools.lru_cache(maxsize=256)
def same_names(name: str) -> tuple[str, ...]:
    """Return all names of a model: its canonical one, and those under each runtime of its provider."""
    provider, slash, model = canonical(name).partition("/")
    runtimes = (runtime for runtime, theirs in _PROVIDERS.items() if theirs == provider)
    return tuple(f"{each}/{model}" for each in (provider, *runtimes)) if slash else (name,)


def is_same_model(one: str | None, other: str | None) -> bool:
    """Return whether both names are of the same model, whatever runs it; None is only the same as None."""
    return one == other or (one is not None and other is not None and canonical(one) == canonical(other))
