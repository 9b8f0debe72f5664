"""The story, step by step: what it shows, and that it runs at its own pace."""

from tray.demo import DemoGateway
from tray.demo.sessions import MAIN
from tray.demo.story import (
    MODELS,
    STORY,
    STORY_SECONDS,
    Ask,
    Compact,
    Restart,
    Step,
    Story,
    Wish,
    opening,
)

WINDOW = 200_000


class Stage:
    """Remembers what it was asked to do."""

    def __init__(self):
        self.acts = []

    def run(self, key, prompt, *, total=None, by=None):
        self.acts.append(Ask(key, prompt, total, by))
        return "run"

    def compact(self, key):
        self.acts.append(Compact(key))

    def announce_restart(self, expected, down_for):
        self.acts.append(Restart(expected, down_for))

    def wish(self, key, command):
        self.acts.append(Wish(key, command))
        return "wish"


def test_the_story_shows_every_situation_within_its_time():
    times = [step.at for step in STORY]
    assert times == sorted(set(times))
    assert times[-1] < STORY_SECONDS == 90
    acts = [step.act for step in STORY]
    main = [act.total / WINDOW * 100 for act in acts if isinstance(act, Ask) and act.session == MAIN]
    climb = main[: main.index(95.0) + 1]
    assert climb == sorted(climb)
    assert [
        any(low <= percent < high for percent in climb) for low, high in ((0, 75), (75, 90), (90, 95))
    ] == [True] * 3
    compacted = acts.index(Compact(MAIN))
    assert acts[compacted + 1].total < WINDOW * 0.2
    assert any(isinstance(act, Wish) for act in acts)
    assert any(isinstance(act, Restart) and 2 <= act.down_for <= 3 for act in acts)
    assert [act.by for act in acts if isinstance(act, Ask) and act.by] == ["anthropic/claude-sonnet-4-5"]


def test_the_story_ends_where_it_begins():
    assert STORY[-1].act.total == opening()[MAIN]["totalTokens"]


def test_the_opening_has_a_group_and_a_cron_session_on_models_that_exist():
    rows = opening()
    assert {row.get("kind", "direct") for row in rows.values()} == {"direct", "group"}
    assert any(":cron:" in key and row["isBackground"] for key, row in rows.items())
    windows = {(entry["provider"], entry["id"]): entry["contextWindow"] for entry in MODELS}
    assert max(windows.values()) > 1_000_000
    chosen = [row for row in rows.values() if "model" in row]
    assert [windows[row["modelProvider"], row["model"]] for row in chosen] == [32_768]


def test_each_step_is_performed_once_and_then_all_again():
    stage = Stage()
    story = Story(stage)
    steps = [story.step() for _ in range(len(STORY) + 1)]
    assert steps == [*STORY, STORY[0]]
    assert stage.acts == [step.act for step in steps]


def test_the_story_runs_at_its_own_pace_until_it_is_over():
    stage, waits = Stage(), []

    def over(seconds):
        waits.append(seconds)
        return len(waits) == 5

    Story(stage, (Step(3, Compact("a")), Step(10, Compact("b")))).play(over)
    assert waits == [3, 7, STORY_SECONDS - 10, 3, 7]
    assert stage.acts == [Compact("a"), Compact("b"), Compact("a")]


def test_a_story_that_is_over_before_its_end_stops_there():
    stage = Stage()
    Story(stage, (Step(3, Compact("a")),)).play(lambda seconds: seconds != 3)
    assert stage.acts == [Compact("a")]


def test_a_gateway_performs_its_story(until):
    with DemoGateway(speed=200, story=False) as gateway:
        for step in gateway.story.steps:
            gateway.story.step()
            match step.act:
                case Ask(session, _, total):
                    until(lambda: gateway.sessions.get(session, {}).get("totalTokens") == total)
                case Compact(session):
                    until(lambda: "totalTokens" not in gateway.sessions[session])
        assert gateway.sessions[MAIN]["totalTokens"] == 124_000


def test_a_running_story_begins_by_itself(until):
    with DemoGateway(speed=300) as gateway:
        assert len(gateway.sessions) == len(opening())
        until(lambda: gateway.runs >= 3)
