"""The least that lists the sessions: one connection of websocket-client, and `json.loads` of each message."""

import json
import os
import sys
import threading
import uuid

import websocket


def main(polls=1, pause=0.0):
    ws = sign_in(os.environ["CLAWTRAY_URL"], os.environ["CLAWTRAY_TOKEN"])
    for _ in range(polls):
        if pause:
            threading.Event().wait(pause)
        answer = call(ws, "sessions.list", {"limit": 10})
    sys.stdout.write(json.dumps(answer, indent=2) + "\n")
    ws.close()


def sign_in(url, token):
    # An Origin header would cost the connection its scopes; `json.loads` validates the text anyway.
    options = {"suppress_origin": True, "skip_utf8_validation": True}
    ws = websocket.create_connection(url, timeout=60, **options)
    ws.recv()
    client = {"id": "gateway-client", "version": "1.0.0", "platform": sys.platform, "mode": "backend"}
    login = {"minProtocol": 3, "maxProtocol": 4, "client": client, "caps": [], "role": "operator"}
    call(ws, "connect", login | {"scopes": ["operator.read"], "auth": {"token": token}})
    return ws


def call(ws, method, params):
    identity = str(uuid.uuid4())
    ws.send(json.dumps({"type": "req", "id": identity, "method": method, "params": params}))
    while True:
        frame = json.loads(ws.recv())
        if frame.get("id") == identity:
            assert frame["ok"], frame
            return frame["payload"]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:3]))
