"""A random walk from a fixed seed: a user who clicks what the menu offers, a gateway that answers or refuses.

It covers the features that the reported issues and the simulated days leave out.
"""

from __future__ import annotations

import random

from tests.core.playbook import ALPHA, BETA, HERE, MAIN, NEW, NOON_MS, OLD, OTHER, SIDE, Playbook, row
from tray.core import commands, effects, events
from tray.core.commands import Ask, AskInWindow, OpenMenu, Quit, ReadUsage
from tray.core.model import ActionError, ConnectionFailure, FailureKind
from tray.protocol import approvals, frames, models, requests, restart, runs, session_actions, sessions, usage
from tray.settings.settings import Preset
from tray.values import replace

ABLE = replace(NEW, methods=NEW.methods | {"sessions.abort", "exec.approval.list", "gateway.restart.request"})
FAILURES = (
    frames.ErrorResponse("UNAVAILABLE", "no"),
    frames.ErrorResponse("INVALID_REQUEST", "unknown method: usage.cost"),
    frames.ErrorResponse("INVALID_REQUEST", "missing scope: operator.admin"),
    frames.ErrorResponse("INVALID_REQUEST", "unauthorized: gateway token mismatch"),
    frames.ErrorResponse("NOT_PAIRED", "pairing required", "PAIRING_REQUIRED", request_id="pairing"),
)
COMMANDS = (Ask("hello"), Ask("{clipboard}", preset="Greet"), AskInWindow("hello"), OpenMenu(), ReadUsage())


class Walk:
    """One walk through the program; `offered` gives the commands that can be clicked at the moment."""

    def __init__(self, seed, recorder, offered):
        self.chance = random.Random(seed)
        self.recorder, self.offered = recorder, offered
        presets = (Preset("Greet", "hello"), Preset("Sum", "{clipboard}", MAIN))
        self.play = Playbook(presets=presets, keep_answers=True)
        self.play.spends = self.play.decides = True
        self.due = []
        """What is still to be said to the effects so far."""
        self.runs, self.revision = ["run"], 0

    def step(self):
        """Let one thing happen, or some time pass."""
        chance = self.chance
        if self.due and chance.random() < 0.75:
            self._happen(self.due.pop(chance.randrange(len(self.due)) if chance.random() < 0.3 else 0))
            return
        match chance.choices(("click", "push", "blue", "wait"), weights=(40, 30, 5, 25))[0]:
            case "click":
                choices = (*self.offered(self.play), *COMMANDS)
                command = chance.choice([one for one in choices if not isinstance(one, Quit)])
                self._happen(events.CommandReceived(command))
            case "push":
                self._happen(events.EventReceived(self._push()))
            case "blue":
                self._happen(self._blue())
            case "wait":
                self._wait(chance.choice((1, 1, 5, 5, 16, 40, 130)))

    def _happen(self, event):
        self.recorder.effects.clear()
        self.play >> event
        self._react()

    def _wait(self, seconds):
        self.recorder.effects.clear()
        self.play.wait(seconds)
        self._react()

    def _react(self):
        self.play.skip()
        for effect in self.recorder.effects:
            self.due += self._answers(effect)
        del self.due[:-40]

    def _answers(self, effect):
        chance = self.chance
        match effect:
            case effects.ResolveTarget():
                self.revision += 1
                return [events.TargetResolved(HERE, self.revision, device_token=chance.random() < 0.5)]
            case effects.Dial(attempt) if chance.random() < 0.08:
                cause = chance.choice(
                    (FailureKind.NOT_RUNNING, FailureKind.NOT_A_GATEWAY, FailureKind.UNREACHABLE)
                )
                return [events.DialFailed(attempt, ConnectionFailure(cause))]
            case effects.Dial(attempt):
                return [
                    events.SocketOpened(attempt),
                    events.EventReceived(frames.Challenge("nonce", NOON_MS)),
                ]
            case effects.LogIn() if chance.random() < 0.05:
                return [events.LoginRefused(chance.choice(FAILURES))]
            case effects.LogIn():
                return [events.LoggedIn(chance.choice((NEW, ABLE, ABLE, ABLE, OLD)))]
            case effects.Send(identity, request):
                return self._reply(identity, request)
            case effects.ReadClipboard(command):
                return [events.ClipboardRead(command, chance.choice((None, "short", "long" * 2_000)))]
            case commands.SetAutostart(on):
                return [events.AutostartRead(on)]
            case effects.RunCli():
                return [events.GatewayCliFinished(chance.choice((None, ActionError.CLI_FAILED)))]
            case effects.GatherDiagnostics():
                return [events.DiagnosticsReady("fine")]
            case effects.OpenWindow(window):
                return [events.WindowClosed(window.id, shown=chance.random() < 0.8)]
            case effects.Notify(notice) if chance.random() < 0.15:
                return [events.NotificationDeferred(notice)]
            case _:
                return []

    def _reply(self, identity, request):
        if isinstance(request, runs.Agent):
            self.runs.append(request.idempotency_key)
        match self.chance.choices(("answered", "declined", "unsent", "lost"), weights=(85, 8, 3, 4))[0]:
            case "answered":
                answers = self._payload(request)
                return [events.ReplyReceived(identity, answer) for answer in answers]
            case "declined":
                return [events.RequestFailed(identity, self.chance.choice(FAILURES[:3]))]
            case "unsent":
                return [events.RequestNotSent(identity)]
            case _:
                return []

    def _payload(self, request):
        chance = self.chance
        match request:
            case sessions.SessionsList():
                rows = tuple(self._row(key) for key in (MAIN, OTHER, SIDE, "agent:main:cron:1"))
                return [sessions.SessionList("fake/alpha", 200_000, rows[: chance.randint(2, 4)])]
            case models.ModelsList():
                return [models.Catalogue((ALPHA, BETA))]
            case models.ConfigGet():
                return [models.AllowList(("fake/alpha", "fake/beta"))]
            case sessions.SessionsSubscribe():
                return [requests.Done()]
            case sessions.SessionsPatch(key, model):
                return [sessions.Patched(key, chance.choice((model, model, "fake/gamma")), model)]
            case session_actions.ThinkingPatch(_, level):
                return [session_actions.ThinkingSet(level)]
            case runs.Agent(_, _, run):
                error = chance.choice((None, None, "overloaded"))
                return [runs.Accepted(run), runs.Finished("fine", error=error, model="fake/alpha")]
            case runs.AgentWait():
                return [runs.Waited(chance.choice((None, "ok", "error")))]
            case runs.ChatHistory():
                asked = runs.Message(from_user=True, text="hello", at_ms=NOON_MS * 2)
                said = runs.Message(from_user=False, text="fine", at_ms=NOON_MS * 2)
                return [runs.Transcript(chance.choice(((), (asked,), (asked, said))))]
            case session_actions.SessionsCompact():
                return [session_actions.Compacted(chance.random() < 0.8, before=90_000, after=9_000)]
            case session_actions.SessionsReset():
                return [requests.Done()]
            case session_actions.SessionsAbort() | session_actions.ChatAbort():
                return [session_actions.Stopped(chance.random() < 0.7, (self.runs[-1],))]
            case session_actions.StopCommand():
                return [requests.Done()]
            case approvals.ExecApprovalList():
                return [approvals.ExecRequests(tuple(map(self._wish, "ab"[: chance.randint(0, 2)])))]
            case approvals.PairingList():
                return [approvals.PairingRequests((approvals.PairingRequest("d", "laptop"),))]
            case restart.RestartRequest():
                return [restart.Restarting()]
            case usage.UsageCost():
                return [usage.DailyCost(self._days(), counting=chance.random() < 0.2)]
            case usage.SessionsUsage():
                spent = (usage.SpendingRow("fake/alpha", self._days()),)
                return [usage.UsageBreakdown(self._days(), spent, (usage.SpendingRow(MAIN, self._days()),))]
            case usage.UsageStatus():
                percent = chance.choice((10.0, 76.0, 95.0))
                return [usage.Quotas((usage.Quota("anthropic", "Claude", "5h", percent, NOON_MS * 2),))]
            case _:
                return [requests.Done()]

    def _row(self, key):
        chance = self.chance
        return row(
            key,
            chance.choice((None, 30_000, 60_000, 155_000, 190_000, 300_000)),
            session_id=chance.choice(("first", "first", "second")),
            fresh=chance.choice((None, True, True, True, False)),
            model=chance.choice(("fake/alpha", "fake/alpha", "fake/beta")),
            active=chance.random() < 0.2,
            background="cron" in key,
            thinking_levels=("off", "low"),
        )

    def _days(self):
        return {
            day: usage.Totals(self.chance.randint(0, 9_000), 0.25) for day in ("2026-03-01", "2026-03-02")
        }

    def _wish(self, identity):
        now_ms = self.play.now.ms
        return approvals.ExecRequest(identity, "ls", created_ms=now_ms, expires_ms=now_ms + 90_000)

    def _push(self):
        chance = self.chance
        run, key = chance.choice(self.runs), chance.choice((MAIN, OTHER, SIDE))
        return chance.choice(
            (
                frames.Heartbeat("tick"),
                frames.SessionsChanged(key),
                frames.ShuttingDown(chance.choice((None, 1.5))),
                runs.RunStarted(run, key),
                runs.RunWaits(run, key, "approval"),
                runs.RunText(run, key, "fine"),
                runs.RunEnded(run, key, chance.choice((None, "overloaded"))),
                runs.ChatStopped(run, key),
                runs.Compacting(key, done=chance.random() < 0.7),
                approvals.ApprovalRequested(self._wish(chance.choice("abc"))),
                approvals.ApprovalResolved(chance.choice("abc"), approvals.Decision.DENY),
            )
        )

    def _blue(self):
        return self.chance.choice(
            (
                events.ConnectionDropped(self.chance.choice((None, 1012)), ""),
                events.Resumed(),
                events.IconShown(),
                events.SecondStart(),
                events.UserReturned(),
                events.AutostartRead(on=False),
            )
        )
