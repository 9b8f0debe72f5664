"""What a page of the panel consists of, as values: cards, and in them figures, rows, bars and actions."""

from enum import StrEnum
from typing import ClassVar, TypeAlias

import msgspec

from tray.core.model import Page
from tray.values import PrivateStruct
from tray.view.icon.model import Icon
from tray.view.panel.forms import Field
from tray.view.panel.sent import PanelCommand


class Tone(StrEnum):
    """What a colour means. No figure is shown by its colour alone."""

    CALM = "calm"
    WARNING = "warning"
    CRITICAL = "critical"
    PLAIN = "plain"
    QUIET = "quiet"


class Gauge(msgspec.Struct, frozen=True):
    """A part of a whole: a ring or a bar.

    Attributes:
        part: In percent, 0 to 100.
        tone: Its colour.
        doubtful: The figure is not to be trusted: it is dashed.
    """

    part: int
    tone: Tone = Tone.PLAIN
    doubtful: bool = False


class Action(msgspec.Struct, frozen=True):
    """A button.

    Attributes:
        label: A verb.
        command: What it does.
        enabled: It can be used now.
        main: It is what helps most; a card has at most one.
        question: What is lost or spent, in sentences. If there is any, the card asks before it acts.
        confirm: The label that acts after the question.
    """

    label: str
    command: PanelCommand
    enabled: bool = True
    main: bool = False
    question: tuple[str, ...] = ()
    confirm: str = ""


class Choice(msgspec.Struct, frozen=True):
    """An entry of a picker, with its figures at the right."""

    label: str
    detail: str
    command: PanelCommand
    chosen: bool
    enabled: bool


class Picker(msgspec.Struct, frozen=True):
    """A button that opens a list; `reason` says why nothing in it can be chosen."""

    label: str
    choices: tuple[Choice, ...]
    reason: str = ""


class Hero(msgspec.Struct, frozen=True, tag=True):
    """The large card: one session, or why there is none.

    Attributes:
        key: What it is about; another key is another card.
        title: The session's name, or what is wrong.
        lines: What is known of it.
        icon: The tray icon's picture, in place of a ring.
        gauge: The ring; None for an empty one.
        figure: The text inside the ring.
        reason: Why the figure is doubtful or unknown.
        code: A command that helps, to be copied.
        result: How the last action ended.
        picker: The models.
        actions: The buttons.
    """

    key: str
    title: str
    lines: tuple[str, ...] = ()
    icon: Icon | None = None
    gauge: Gauge | None = None
    figure: str = ""
    reason: str = ""
    code: str = ""
    result: str = ""
    picker: Picker | None = None
    actions: tuple[Action, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """A line of a table: a name, a bar and figures.

    Attributes:
        label: The name.
        gauge: The bar; None for none.
        figure: Right of the bar; without a bar, in its place.
        detail: Further information.
        end: At the right edge.
        command: What a click does; None for a line that is only read.
        chosen: It is the one that is shown above.
    """

    label: str
    gauge: Gauge | None
    figure: str
    detail: str = ""
    end: str = ""
    command: PanelCommand | None = None
    chosen: bool = False


class Rows(msgspec.Struct, frozen=True, tag=True):
    """A table. A link with the label `more` shows the rows after the first `shown`, and `note` after them."""

    title: str
    rows: tuple[Row, ...]
    shown: int
    more: str = ""
    note: str = ""


class Request(PrivateStruct, frozen=True, tag=True):
    """Something that waits for a decision.

    Attributes:
        id: The request's id.
        title: The question.
        end: How long it still waits.
        lines: Who asks, and where.
        code: The command, exactly and complete unless `note` says otherwise.
        note: What must be known before it is allowed.
        actions: The answers, *Deny* first; none after the end.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"code"})

    id: str
    title: str
    end: str
    lines: tuple[str, ...]
    code: tuple[str, ...]
    note: str
    actions: tuple[Action, ...]


class Option(msgspec.Struct, frozen=True):
    """A session or a model for a prompt.

    Attributes:
        key: Its key; empty to leave the model as it is.
        label: Its name.
        detail: Its figure, at the right.
        own: It is a session of ClawTray's own or a new one, where a prompt can set the model.
        busy: It answers a prompt of this program.
    """

    key: str
    label: str
    detail: str = ""
    own: bool = False
    busy: bool = False


class Template(msgspec.Struct, frozen=True):
    """A saved prompt: where it goes, and whether it can be sent."""

    name: str
    text: str
    key: str
    model: str
    enabled: bool


class Compose(PrivateStruct, frozen=True, tag=True):
    """The field in which a prompt is typed.

    Attributes:
        sessions: The sessions that can be asked; the first is the default.
        models: The models for ClawTray's own session; the first leaves the model as it is.
        presets: The saved prompts.
        cost: What a prompt costs.
        reason: Why nothing can be sent now; empty if it can.
        model_reason: Why no model can be chosen; empty if one can.
        draft: What was typed before, and not sent.
        latest: The id of the last prompt; a new one empties the field, unless it failed.
        failed: The last prompt failed.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"draft"})

    sessions: tuple[Option, ...]
    models: tuple[Option, ...]
    presets: tuple[Template, ...]
    cost: str
    reason: str
    model_reason: str
    draft: str
    latest: str
    failed: bool


class Exchange(PrivateStruct, frozen=True, tag=True):
    """A prompt and its answer.

    Attributes:
        id: The prompt's id.
        question: The prompt, or its beginning.
        status: Where it was sent, and the progress or the result.
        answer: The answer so far, as Markdown.
        running: It has not ended.
        failed: It ended without an answer.
        links: What can be done beside copying the answer.
        actions: Buttons below the answer.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"question", "answer"})

    id: str
    question: str
    status: str
    answer: str
    running: bool
    failed: bool
    links: tuple[Action, ...]
    actions: tuple[Action, ...]


class Figure(msgspec.Struct, frozen=True):
    """A large figure with its name above and more about it below."""

    label: str
    value: str
    detail: str = ""


class Figures(msgspec.Struct, frozen=True, tag=True):
    """Figures side by side."""

    figures: tuple[Figure, ...]


class Chart(msgspec.Struct, frozen=True, tag=True):
    """A bar per day.

    Attributes:
        title: What it shows.
        values: The heights, the latest last; none is negative.
        labels: Each bar in words.
        most: The largest value, in words.
        first: The day of the first bar.
        last: The day of the last one.
    """

    title: str
    values: tuple[int, ...]
    labels: tuple[str, ...]
    most: str
    first: str
    last: str


class Entry(PrivateStruct, frozen=True):
    """A past notification or prompt, with what it leads to."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"title", "body"})

    title: str
    body: str
    end: str
    tone: Tone
    action: Action | None


class Entries(msgspec.Struct, frozen=True, tag=True):
    """The past notifications or prompts, the latest first."""

    entries: tuple[Entry, ...]


class Note(msgspec.Struct, frozen=True, tag=True):
    """Sentences, and what can be done about them."""

    title: str
    lines: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()


class Form(msgspec.Struct, frozen=True, tag=True):
    """The way to a gateway: its address and its secret, tested before they are saved.

    Attributes:
        title: What it is for.
        profile: The profile that they are for.
        url: The address; the field for it has another one, if there is a field.
        address: The field for the address; None where only the secret is asked for.
        secret: The field for the secret.
        button: The label of the button that tests them.
        running: The test runs, and nothing can be typed.
        actions: Further buttons.
    """

    title: str
    profile: str
    url: str
    address: Field | None
    secret: Field
    button: str
    running: bool
    actions: tuple[Action, ...] = ()


Card: TypeAlias = Hero | Rows | Request | Compose | Exchange | Figures | Chart | Entries | Note | Form


class Tab(msgspec.Struct, frozen=True):
    """The way to a page."""

    label: str
    command: PanelCommand
    chosen: bool


class PanelPane(msgspec.Struct, frozen=True, tag=True):
    """The panel.

    Attributes:
        title: The window's title, for those who hear it: the session, its figure and the connection.
        name: The gateway's name.
        about: Its address and the connection.
        page: The page that is shown.
        tabs: The ways to the pages.
        cards: What is on the page, from the top.
    """

    title: str
    name: str
    about: str
    page: Page
    tabs: tuple[Tab, ...]
    cards: tuple[Card, ...]
