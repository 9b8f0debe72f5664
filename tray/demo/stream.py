"""How the simulated gateway misbehaves towards a client that is in: one action per stream fault.

Knows a client's sending side only.
"""

from __future__ import annotations

from tray.demo.client import Client
from tray.demo.faults import Fault
from tray.demo.port import Spawn
from tray.demo.schema import now_ms

GARBAGE = (
    "",
    "{not json",
    '"text"',
    "42",
    "null",
    "[]",
    "{}",
    '{"type":5}',
    '{"type":"surprise","payload":{}}',
    '{"type":"event"}',
    '{"type":"event","event":7,"payload":[]}',
    '{"type":"event","event":"agent","payload":"text"}',
    '{"type":"event","event":"agent","payload":{"runId":1,"stream":[],"data":null}}',
    '{"type":"event","event":"chat","payload":{"state":{},"message":7}}',
    '{"type":"event","event":"sessions.changed","payload":{"sessionKey":1,"session":[]}}',
    '{"type":"event","event":"tick","payload":{"ts":1e999}}',
    '{"type":"event","event":"tick","payload":{"ts":NaN}}',
    '{"type":"event","event":"shutdown","payload":{"restartExpectedMs":"soon"}}',
    '{"type":"event","event":"\\ud800","payload":{}}',
    '{"type":"res"}',
    '{"type":"res","id":9,"ok":"yes"}',
    '{"type":"res","id":"nobody","ok":true,"payload":{}}',
    '{"type":"res","id":"nobody","ok":false,"error":"text"}',
    "[" * 100_000,
    '{"type":"event","event":"health","payload":' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}",
    "9" * 10_000,
)
_BIG_FRAME_BYTES = 25_000_000
_FLOOD_RATE = 1_000.0
_FLOOD_BREATH_SECONDS = 0.02


def upset(client: Client, fault: Fault, spawn: Spawn) -> None:
    """Do to the client what the fault is called; `spawn` runs what goes on for longer."""
    match fault.name:
        case "silence":
            client.stall()
        case "half_frame":
            client.stall(half_frame=True)
        case "garbage":
            for text in GARBAGE:
                client.text(text)
        case "big_frame":
            client.event("health", {"ok": True, "filling": "x" * int(fault.number("size", _BIG_FRAME_BYTES))})
        case "flood":
            spawn(lambda: _flood(client, fault))
        case _:
            assert fault.name == "drop", fault.name
            client.finish(1.0)
            client.cut()


def _flood(client: Client, fault: Fault) -> None:
    """Send events at the fault's rate until it is cleared or the client is gone; a slow reader gets fewer."""
    burst = max(1, round(fault.number("rate", _FLOOD_RATE) * _FLOOD_BREATH_SECONDS))
    event = fault.text("event", "tick")
    while client.open and not fault.over.wait(_FLOOD_BREATH_SECONDS):
        for _ in range(0 if client.crowded else burst):
            client.event(event, {"ts": now_ms()})
