import base64
import hashlib
import json
import threading
import time

import pytest
import websocket
from nacl.signing import SigningKey

from tests.faulty_gateway import FaultyGateway

SECONDS = 30.0
ALL_SCOPES = ["operator.admin", "operator.read", "operator.write", "operator.approvals", "operator.pairing"]


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class ClosedError(Exception):
    """The gateway closed the socket: with a code, or None for no close frame (1006)."""

    def __init__(self, code, reason=""):
        super().__init__(code, reason)
        self.code, self.reason = code, reason


class RawClient:
    """A client as bare as can be: websocket-client, and the frames as they come."""

    def __init__(self, url, **options):
        self.socket = websocket.create_connection(url, timeout=SECONDS, suppress_origin=True, **options)
        self.key = SigningKey(bytes(32))
        self.frames = []
        self._ids = 0

    def text(self):
        """Return the next text as it is; pings are answered on the way."""
        while True:
            try:
                opcode, data = self.socket.recv_data(control_frame=True)
            except (websocket.WebSocketConnectionClosedException, ConnectionError) as error:
                raise ClosedError(None) from error
            if opcode == websocket.ABNF.OPCODE_TEXT:
                return data.decode()
            if opcode == websocket.ABNF.OPCODE_PING:
                self.socket.pong(data)
            elif opcode == websocket.ABNF.OPCODE_CLOSE:
                self.socket.close()
                raise ClosedError(int.from_bytes(data[:2], "big"), data[2:].decode())

    def next(self, fits):
        """Return the first frame from now on that fits."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            frame = json.loads(self.text())
            self.frames.append(frame)
            if fits(frame):
                return frame
        raise TimeoutError

    def event(self, name, **members):
        """Return the payload of the next event of that name whose payload has those members."""
        wanted = members.items()
        frame = self.next(lambda f: f.get("event") == name and wanted <= _flat(f["payload"]).items())
        return frame["payload"]

    def send(self, method, **params):
        """Send a request and return its id."""
        self._ids += 1
        request_id = f"r{self._ids}"
        self.socket.send(json.dumps({"type": "req", "id": request_id, "method": method, "params": params}))
        return request_id

    def response(self, request_id):
        return self.next(lambda frame: frame.get("id") == request_id)

    def call(self, method, **params):
        return self.response(self.send(method, **params))

    def connect_params(
        self, nonce, *, token="secret", scopes=ALL_SCOPES, client=("gateway-client", "backend")
    ):
        public = bytes(self.key.verify_key)
        device_id, signed_at = hashlib.sha256(public).hexdigest(), int(time.time() * 1000)
        fields = ("v2", device_id, *client, "operator", ",".join(scopes), str(signed_at), token, nonce)
        return {
            "minProtocol": 3,
            "maxProtocol": 4,
            "client": {"id": client[0], "mode": client[1], "version": "1", "platform": "linux"},
            "role": "operator",
            "scopes": list(scopes),
            "auth": {"token": token},
            "device": {
                "id": device_id,
                "publicKey": _base64url(public),
                "signature": _base64url(self.key.sign("|".join(fields).encode()).signature),
                "signedAt": signed_at,
                "nonce": nonce,
            },
        }

    def login(self, **options):
        """Shake hands and return the response."""
        nonce = self.event("connect.challenge")["nonce"]
        return self.call("connect", **self.connect_params(nonce, **options))

    def close_code(self):
        """Read on until the gateway closes, and return the code."""
        with pytest.raises(ClosedError) as closed:
            self.next(lambda _: False)
        return closed.value.code

    def silent(self, seconds=0.3):
        """Tell whether nothing at all comes for so long."""
        self.socket.settimeout(seconds)
        try:
            self.socket.recv_data(control_frame=True)
        except websocket.WebSocketTimeoutException:
            return True
        finally:
            self.socket.settimeout(SECONDS)
        return False


def _flat(payload):
    inner = payload.get("data") if isinstance(payload.get("data"), dict) else {}
    return {k: v for k, v in {**inner, **payload}.items() if isinstance(v, str | int | float | bool | None)}


@pytest.fixture
def until():
    """Wait until something is so, and fail where it never is."""

    def wait(predicate):
        deadline, pause = time.monotonic() + SECONDS, threading.Event()
        while not predicate():
            assert time.monotonic() < deadline, "it never came true"
            pause.wait(0.005)

    return wait


@pytest.fixture
def gateway():
    with FaultyGateway(speed=100, token="secret", story=False) as running:
        yield running


@pytest.fixture
def dial(gateway):
    """Open connections to the gateway; `dial()` only dials, `dial(login=True, …)` shakes hands as well."""
    opened = []

    def connect(*, login=False, options=None, **handshake):
        client = RawClient(gateway.url, **(options or {}))
        opened.append(client)
        if login:
            assert client.login(**handshake)["ok"] is True
        return client

    yield connect
    for client in opened:
        client.socket.shutdown()


@pytest.fixture
def client(dial):
    return dial(login=True)
