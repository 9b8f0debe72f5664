"""Windows: which are open, and what each of them shows. Opening one again brings it to the front."""

from tray.core.commands import Ask, AskInWindow, EditSettings, OpenPanel, ShowPage
from tray.core.connection import connection
from tray.core.effects import Effect, Notify, OpenUrl, OpenWindow
from tray.core.model import Now, Prompt, PromptFinished, Window, WindowFailed, WindowKind
from tray.core.prompts import prompts
from tray.core.state import Outcome, State
from tray.protocol.approvals import ExecRequest
from tray.values import replace


def opened(state: State, kind: WindowKind, subject: str | None = None) -> Outcome:
    """Open a window of this kind, or bring it to the front. Each subject has its own window."""
    window = _find(state, kind, subject)
    if window is None:
        state, identity = state.next_id("window")
        window = Window(identity, kind, subject)
        state = replace(state, process=replace(state.process, windows=(*state.process.windows, window)))
    return state, (OpenWindow(window),)


def panel(state: State, command: OpenPanel) -> Outcome:
    """Open the panel at a page, or bring it to the front with that page."""
    state, _ = opened(state, WindowKind.PANEL)
    state = turned(state, ShowPage(command.page, command.key or state.gateway.focus.key))
    window = _find(state, WindowKind.PANEL, None)
    return state, () if window is None else (OpenWindow(window),)


def turned(state: State, command: ShowPage) -> State:
    """Show another page or session in the panel, if it is still open."""
    windows = tuple(
        replace(each, page=command.page, subject=command.key or each.subject)
        if each.kind is WindowKind.PANEL
        else each
        for each in state.process.windows
    )
    return replace(state, process=replace(state.process, windows=windows))


def answer(state: State, identity: str) -> Outcome:
    """Open the answer of a prompt, if the prompt is still known."""
    return opened(state, WindowKind.ANSWER, identity) if prompt_of(state, identity) else (state, ())


def ask(state: State, command: AskInWindow, now: Now) -> Outcome:
    """Send the prompt of the Ask window, which from now on shows its answer."""
    state, effects = prompts.send_prompt(state, Ask(command.text, command.key, command.model), now)
    prompt = state.profile.prompts[-1]
    state = _note_window(state, prompt.id)
    window = _find(state, WindowKind.ASK, None)
    if window is None:  # it was closed in the same moment
        return state, (*effects, *((Notify(PromptFinished(prompt)),) if prompt.state.ended else ()))
    shown = replace(window, subject=prompt.id)
    return replace(
        state,
        process=replace(
            state.process, windows=tuple(shown if w == window else w for w in state.process.windows)
        ),
    ), effects


def again(state: State, identity: str, now: Now) -> Outcome:
    """Send a prompt again; windows that showed its end show the new run."""
    before = {prompt.id for prompt in state.profile.prompts}
    state, effects = prompts.send_again(state, identity, now)
    sent = state.profile.prompts[-1].id if state.profile.prompts else identity
    if sent in before:
        return state, effects
    state = _note_window(state, sent)
    turned = tuple(replace(w, subject=sent) if w.subject == identity else w for w in state.process.windows)
    return replace(state, process=replace(state.process, windows=turned)), effects


def diagnosed(state: State, text: str) -> Outcome:
    """Show the diagnostics that were gathered."""
    return opened(replace(state, process=replace(state.process, diagnostics=text)), WindowKind.DIAGNOSTICS)


def closed(state: State, identity: str, *, shown: bool) -> Outcome:
    """Forget a closed window. If it was never visible, tell that, and open the next best program."""
    window = next((w for w in state.process.windows if w.id == identity), None)
    if window is None:
        return state, ()
    state = replace(
        state, process=replace(state.process, windows=tuple(w for w in state.process.windows if w != window))
    )
    if window.kind is WindowKind.DIAGNOSTICS:
        state = replace(state, process=replace(state.process, diagnostics=""))
    if shown:
        return state, ()
    return state, (Notify(WindowFailed()), *_instead(state, window))


def prompt_of(state: State, identity: str | None) -> Prompt | None:
    """Return the prompt with this id, if it is still known."""
    return next((prompt for prompt in state.profile.prompts if prompt.id == identity), None)


def _note_window(state: State, identity: str) -> State:
    """Note that a prompt was asked in a window."""
    noted = tuple(replace(p, in_window=True) if p.id == identity else p for p in state.profile.prompts)
    return replace(state, profile=replace(state.profile, prompts=noted))


def _instead(state: State, window: Window) -> tuple[Effect, ...]:
    if window.kind is WindowKind.SETTINGS:
        return (EditSettings(),)
    if window.kind in (WindowKind.DIAGNOSTICS, WindowKind.PANEL):
        return ()  # a notification names the command for the diagnostics; the menu has all of the panel
    key = _session(state, window)
    url = None if state.connection.target is None else connection.dashboard(state.connection.target, key)
    return () if url is None else (OpenUrl(url),)


def _session(state: State, window: Window) -> str | None:
    if window.kind is WindowKind.APPROVAL:
        approval = next((a for a in state.gateway.approvals if a.id == window.subject), None)
        request = None if approval is None else approval.request
        return request.session_key if isinstance(request, ExecRequest) else None
    prompt = prompt_of(state, window.subject)
    return None if prompt is None else prompt.key


def _find(state: State, kind: WindowKind, subject: str | None) -> Window | None:
    alike = (w for w in state.process.windows if w.kind is kind)
    single = kind in (WindowKind.ASK, WindowKind.PANEL)
    return next((w for w in alike if single or w.subject == subject), None)
