"""What the gateway's API guide shows: connect, log in, list the sessions, hang up; here as often as wanted.

One thing differs: the highest protocol is 4, since no present gateway takes 3.
"""

import asyncio
import json
import os
import sys
import uuid

import websockets


async def main(polls=1, pause=0.0):
    for _ in range(polls):
        await asyncio.sleep(pause)
        answer = await poll()
    sys.stdout.write(json.dumps(answer, indent=2) + "\n")


async def poll():
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
        await call(ws, "connect", login)
        return await call(ws, "sessions.list", {"limit": 10})


async def call(ws, method, params):
    identity = str(uuid.uuid4())
    await ws.send(json.dumps({"type": "req", "id": identity, "method": method, "params": params}))
    while True:
        frame = json.loads(await ws.recv())
        if frame.get("id") == identity:
            assert frame["ok"], frame
            return frame["payload"]


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:3])))
