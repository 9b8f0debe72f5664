"""What the gateway's API guide shows: each poll opens a connection, logs in, lists the sessions and hangs up.

One thing differs: the highest protocol is 4, since no present gateway takes 3.
"""

import asyncio
import json
import os
import sys
import uuid

import websockets

from tests.bench.live import PAUSE


async def main(polls):
    """Poll so many times, with a pause before each: without one, warm caches would flatter the figure."""
    for _ in range(polls):
        await asyncio.sleep(PAUSE)
        assert (await _poll())["sessions"]


async def _poll():
    async with websockets.connect(os.environ["CLAWTRAY_URL"]) as ws:
        await ws.recv()
        client = {
            "id": "gateway-client",
            "displayName": "poll",
            "version": "1.0.0",
            "platform": sys.platform,
            "mode": "backend",
            "instanceId": str(uuid.uuid4()),
        }
        login = {"minProtocol": 3, "maxProtocol": 4, "client": client, "caps": [], "role": "operator"}
        login |= {"scopes": ["operator.read"], "auth": {"token": os.environ["CLAWTRAY_TOKEN"]}}
        await _call(ws, "connect", login)
        return await _call(ws, "sessions.list", {"limit": 10})


async def _call(ws, method, params):
    identity = str(uuid.uuid4())
    await ws.send(json.dumps({"type": "req", "id": identity, "method": method, "params": params}))
    while True:
        frame = json.loads(await ws.recv())
        if frame.get("id") == identity:
            assert frame["ok"], frame
            return frame["payload"]


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
