"""Windows: which are open, and what each of them shows. Opening one again brings it to the front."""

from collections.abc import Iterable

from tray.core.commands import Ask, AskInWindow, EditSettings, OpenPanel, ShowPage
from tray.core.connection import connection
from tray.core.effects import Effect, Notify, OpenUrl, OpenWindow
from tray.core.model import (
    MAX_PROMPT_BYTES,
    Now,
    Page,
    PromptFinished,
    SettingsPage,
    Window,
    WindowFailed,
    WindowKind,
)
from tray.core.prompts import prompts, thread
from tray.core.state import Outcome, State
from tray.protocol.approvals import ExecRequest
from tray.values import replace


def opened(state: State, kind: WindowKind) -> Outcome:
    """Open the window of this kind, or bring it to the front."""
    window = next((w for w in state.process.windows if w.kind is kind), None)
    if window is None:
        state, identity = state.next_id("window")
        window = Window(identity, kind)
        state = _with_windows(state, (*state.process.windows, window))
    return state, (OpenWindow(window),)


def settings(state: State, page: SettingsPage | None) -> Outcome:
    """Open the settings or bring them to the front, at a page if one is given."""
    state, _ = opened(state, WindowKind.SETTINGS)
    windows = tuple(
        replace(each, settings=page or each.settings) if each.kind is WindowKind.SETTINGS else each
        for each in state.process.windows
    )
    effects = tuple(OpenWindow(each) for each in windows if each.kind is WindowKind.SETTINGS)
    return _with_windows(state, windows), effects


def panel(state: State, command: OpenPanel) -> Outcome:
    """Open the panel at a page, or bring it to the front with that page."""
    state, _ = opened(state, WindowKind.PANEL)
    subject = command.subject
    if subject is None and command.page is Page.NOW:
        subject = state.gateway.focus.key
    state = turned(_without_choice(state, command.page), ShowPage(command.page, subject))
    return state, tuple(OpenWindow(each) for each in state.process.windows if each.kind is WindowKind.PANEL)


def turned(state: State, command: ShowPage) -> State:
    """Show another page of the panel, or something else on it, if it is still open."""
    chosen = {} if command.subject is None else {command.page: command.subject}
    return _with_windows(
        state,
        (
            replace(each, page=command.page, subjects=each.subjects | chosen)
            if each.kind is WindowKind.PANEL
            else each
            for each in state.process.windows
        ),
    )


def ask(state: State, command: AskInWindow, now: Now) -> Outcome:
    """Send the prompt of the panel, which from now on shows its answer."""
    before = {prompt.id for prompt in state.profile.prompts}
    state = with_draft(_without_choice(state, Page.ASK), "")
    wanted = Ask(command.text, command.key, command.model, command.preset)
    state, effects = prompts.send_prompt(state, wanted, now)
    prompt = state.profile.prompts[-1] if state.profile.prompts else None
    if prompt is None or prompt.id in before:  # it waits for the clipboard
        return state, effects
    state = _note_window(state, prompt.id)
    if prompt.state.ended and prompt.preset is None and not thread.is_shown(state, prompt.id):
        effects = (*effects, Notify(PromptFinished(prompt)))  # the panel was closed in the same moment
    return state, effects


def again(state: State, identity: str, now: Now) -> Outcome:
    """Send a prompt again; the panel shows the new run."""
    before = {prompt.id for prompt in state.profile.prompts}
    state, effects = prompts.send_again(state, identity, now)
    sent = state.profile.prompts[-1].id if state.profile.prompts else identity
    if sent in before:
        return state, effects
    return _without_choice(_note_window(state, sent), Page.ASK), effects


def with_draft(state: State, text: str) -> State:
    """Keep a text that was typed and not sent."""
    return replace(state, profile=replace(state.profile, draft=text[:MAX_PROMPT_BYTES]))


def diagnosed(state: State, text: str) -> Outcome:
    """Show the diagnostics that were gathered."""
    return opened(replace(state, process=replace(state.process, diagnostics=text)), WindowKind.DIAGNOSTICS)


def closed(state: State, identity: str, *, shown: bool) -> Outcome:
    """Forget a closed window. If it was never visible, tell that, and open the next best program."""
    window = next((w for w in state.process.windows if w.id == identity), None)
    if window is None:
        return state, ()
    state = _with_windows(state, (w for w in state.process.windows if w != window))
    if window.kind is WindowKind.DIAGNOSTICS:
        state = replace(state, process=replace(state.process, diagnostics=""))
    if window.kind in (WindowKind.PANEL, WindowKind.SETTINGS):
        state = state.with_setup(replace(state.process.setup, trial=None))
    if shown:
        return state, ()
    return state, (Notify(WindowFailed()), *_instead(state, window))


def _with_windows(state: State, windows: Iterable[Window]) -> State:
    return replace(state, process=replace(state.process, windows=tuple(windows)))


def _without_choice(state: State, page: Page) -> State:
    """Let the panel show on this page what it shows by default."""
    windows = (
        replace(each, subjects={name: chosen for name, chosen in each.subjects.items() if name is not page})
        if each.kind is WindowKind.PANEL
        else each
        for each in state.process.windows
    )
    return _with_windows(state, windows)


def _note_window(state: State, identity: str) -> State:
    """Note that a prompt was asked in the panel."""
    noted = tuple(replace(p, in_window=True) if p.id == identity else p for p in state.profile.prompts)
    return replace(state, profile=replace(state.profile, prompts=noted))


def _instead(state: State, window: Window) -> tuple[Effect, ...]:
    if window.kind is WindowKind.SETTINGS:
        return (EditSettings(),)
    if window.page is Page.APPROVAL:
        approval = next((a for a in state.gateway.approvals if a.id == window.subject), None)
        request = None if approval is None else approval.request
        key = request.session_key if isinstance(request, ExecRequest) else None
    elif window.page is Page.ASK:
        prompt = thread.shown(state, window)
        key = None if prompt is None else prompt.key
    else:
        return ()  # a notification names the command for the diagnostics; the menu has all of the panel
    url = None if state.connection.target is None else connection.dashboard(state.connection.target, key)
    return () if url is None else (OpenUrl(url),)
