"""Login: the scopes of each trust level, the parameters of `connect`, its signature, and the hello."""

from enum import Enum, auto

import msgspec

from tray.protocol.frames import ErrorResponse
from tray.protocol.json_fields import Json, count, record, text, texts
from tray.protocol.requests import ADMIN, APPROVALS, PAIRING, READ, WRITE

PROTOCOLS = (3, 4)
"""Every release of 2026 accepts this range; offering only 3 fails from 2026.5.12 on."""

CLIENT_ID, CLIENT_MODE, ROLE = "gateway-client", "backend", "operator"

WATCH_SCOPES = (READ,)
ASK_SCOPES = (READ, WRITE)
CONTROL_SCOPES = (ADMIN, READ, WRITE, APPROVALS, PAIRING)
CONTROL_CAPS = ("exec-approvals",)
"""Without it, 2026.9 announces no waiting command, not even to an admin. `tool-events` would bring an event
for each step of each tool, which nothing here reads.
"""

MAX_TOKEN_LENGTH = 1_000
"""Characters of a device's token; those of gateways have less than a hundred."""
_MAX_REPEATED = 16
"""Characters of a token that may occur in it again. Those of gateways are random."""
_DEFAULT_TICK = 30.0
MAX_TICK_SECONDS = 300.0
"""A gateway that promises signs of life more rarely is expected to give them as often as this."""


class Generation(Enum):
    """The name under which the gateway was installed; for display only, nothing is decided by it."""

    CLAWDBOT = "clawdbot"
    MOLTBOT = "moltbot"
    OPENCLAW = "openclaw"
    UNKNOWN = "unknown"


class Hello(msgspec.Struct, frozen=True):
    """What the gateway says about itself after a login.

    Attributes:
        protocol: 3 or 4.
        version: None on the oldest releases, which do not tell theirs.
        generation: Guessed from the shape of the hello.
        scopes: The granted scopes; None where the release does not tell, and only trying shows.
        methods: What it announces. Some methods work without being announced.
        tick: Seconds between its signs of life.
        main_key: The canonical key of the main session.
        agent_id: The default agent, part of every canonical key.
    """

    protocol: int
    version: str | None
    generation: Generation
    scopes: frozenset[str] | None
    methods: frozenset[str]
    tick: float
    main_key: str
    agent_id: str

    @property
    def announces_changes(self) -> bool:
        """Return whether it has `sessions.subscribe`: 2026.5 on, which lists a model override at once."""
        return "sessions.subscribe" in self.methods


class Login(msgspec.Struct, frozen=True):
    """The parts of `connect` that are not secret; `platform` is the operating system's name."""

    nonce: str
    scopes: tuple[str, ...]
    caps: tuple[str, ...]
    version: str
    platform: str


def signed_text(login: Login, device_id: str, signed_at_ms: int, secret: str) -> str:
    """Return the text that the device key signs: payload v2, the only one that every release accepts."""
    fields = (
        "v2",
        device_id,
        CLIENT_ID,
        CLIENT_MODE,
        ROLE,
        ",".join(login.scopes),
        str(signed_at_ms),
        secret,
        login.nonce,
    )
    return "|".join(fields)


def connect_params(login: Login, auth: dict[str, str], device: dict[str, object]) -> dict[str, object]:
    """Return the parameters of `connect`. They hold the secret: send them, and keep them nowhere.

    Args:
        login: From the core.
        auth: `token` or `password`, or empty.
        device: `id`, `publicKey`, `signature`, `signedAt`, `nonce`.
    """
    return {
        "minProtocol": PROTOCOLS[0],
        "maxProtocol": PROTOCOLS[1],
        "client": {
            "id": CLIENT_ID,
            "displayName": "ClawTray",
            "version": login.version,
            "platform": login.platform,
            "mode": CLIENT_MODE,
        },
        "caps": list(login.caps),
        "role": ROLE,
        "scopes": list(login.scopes),
        "device": device,
        **({"auth": auth} if auth else {}),
    }


def read_hello(payload: Json) -> Hello:
    """Return the hello in the payload of an accepted `connect`."""
    server, snapshot = record(payload.get("server")), record(payload.get("snapshot"))
    defaults, policy = record(snapshot.get("sessionDefaults")), record(payload.get("policy"))
    auth = record(payload.get("auth"))
    agent_id = text(defaults, "defaultAgentId") or "main"
    protocol = count(payload, "protocol") or PROTOCOLS[0]
    version = text(server, "version")
    tick = count(policy, "tickIntervalMs")
    return Hello(
        protocol=protocol,
        version=None if version == "dev" else version,
        generation=_generation(protocol, version, server, snapshot),
        scopes=frozenset(texts(auth, "scopes")) if isinstance(auth.get("scopes"), list) else None,
        methods=frozenset(texts(record(payload.get("features")), "methods")),
        tick=min(tick / 1000, MAX_TICK_SECONDS) if tick else _DEFAULT_TICK,
        main_key=text(defaults, "mainSessionKey") or f"agent:{agent_id}:main",
        agent_id=agent_id,
    )


def read_device_token(payload: Json) -> str | None:
    """Return the token in the same payload that the gateway issues to this device, or None.

    It is a secret, and so not a part of the hello. One that repeats itself is not taken: every message is
    searched for it, which can take minutes for one such as `abababab…`.
    """
    token = text(record(payload.get("auth")), "deviceToken")
    if token is None or len(token) > MAX_TOKEN_LENGTH:
        return None
    pieces = [token[at : at + _MAX_REPEATED] for at in range(len(token) - _MAX_REPEATED + 1)]
    return token if len(set(pieces)) == len(pieces) else None


def _generation(protocol: int, version: str | None, server: Json, snapshot: Json) -> Generation:
    if protocol >= PROTOCOLS[1] or version not in (None, "dev"):
        return Generation.OPENCLAW
    if version == "dev" and "authMode" in snapshot:
        return Generation.OPENCLAW
    if version == "dev" and "host" in server:
        return Generation.CLAWDBOT
    return Generation.UNKNOWN


def generation_of(error_response: ErrorResponse) -> Generation:
    """Return the generation by a refusal: only Clawdbot has a pairing request without a fine code."""
    old = error_response.request_id is not None and error_response.detail is None
    return Generation.CLAWDBOT if old else Generation.UNKNOWN


class Refusal(Enum):
    """Why `connect` was refused, as far as it matters for what to do next.

    `DEVICE_TOKEN`: what was sent is not this device's token; some releases say so of a wrong shared token.
    `DEVICE_TOKEN_SCOPES`: it is, and allows less than was requested. `DEVICE`: the device's key is refused.
    """

    TOKEN_MISSING = auto()
    TOKEN_WRONG = auto()
    PASSWORD_MISSING = auto()
    PASSWORD_WRONG = auto()
    DEVICE_TOKEN = auto()
    DEVICE_TOKEN_SCOPES = auto()
    PAIRING = auto()
    CLOCK = auto()
    DEVICE = auto()
    ORIGIN = auto()
    PROTOCOL = auto()
    RATE_LIMITED = auto()
    STARTING = auto()
    OTHER = auto()


_BY_DETAIL = {
    "AUTH_TOKEN_MISSING": Refusal.TOKEN_MISSING,
    "AUTH_TOKEN_MISMATCH": Refusal.TOKEN_WRONG,
    "AUTH_PASSWORD_MISSING": Refusal.PASSWORD_MISSING,
    "AUTH_PASSWORD_MISMATCH": Refusal.PASSWORD_WRONG,
    "AUTH_DEVICE_TOKEN_MISMATCH": Refusal.DEVICE_TOKEN,
    "AUTH_SCOPE_MISMATCH": Refusal.DEVICE_TOKEN_SCOPES,
    "DEVICE_IDENTITY_REQUIRED": Refusal.DEVICE,
    "DEVICE_AUTH_DEVICE_ID_MISMATCH": Refusal.DEVICE,
    "DEVICE_AUTH_PUBLIC_KEY_INVALID": Refusal.DEVICE,
    "DEVICE_AUTH_SIGNATURE_INVALID": Refusal.DEVICE,
    "DEVICE_AUTH_SIGNATURE_EXPIRED": Refusal.CLOCK,
    "PAIRING_REQUIRED": Refusal.PAIRING,
    "CONTROL_UI_ORIGIN_NOT_ALLOWED": Refusal.ORIGIN,
    "PROTOCOL_MISMATCH": Refusal.PROTOCOL,
    "AUTH_RATE_LIMITED": Refusal.RATE_LIMITED,
    "STARTING": Refusal.STARTING,
}

# The oldest releases have no codes; their sentences are matched in this order.
_BY_MESSAGE = (
    ("gateway token missing", Refusal.TOKEN_MISSING),
    ("gateway token mismatch", Refusal.TOKEN_WRONG),
    ("gateway password missing", Refusal.PASSWORD_MISSING),
    ("gateway password mismatch", Refusal.PASSWORD_WRONG),
    ("pairing required", Refusal.PAIRING),
    ("scope mismatch", Refusal.DEVICE_TOKEN_SCOPES),
    ("device token", Refusal.DEVICE_TOKEN),
    ("signature expired", Refusal.CLOCK),
    ("device identity", Refusal.DEVICE),
    ("device public key", Refusal.DEVICE),
    ("device signature", Refusal.DEVICE),
    ("origin not allowed", Refusal.ORIGIN),
    ("protocol mismatch", Refusal.PROTOCOL),
    ("gateway starting", Refusal.STARTING),
)


def read_refusal(error_response: ErrorResponse) -> Refusal:
    """Return the refusal by the fine code, else by the sentence, else by the coarse code.

    `DEVICE_AUTH_INVALID` is left to the sentence: 2026.2 has this one code for bad and old signatures alike.
    """
    if error_response.detail in _BY_DETAIL:
        return _BY_DETAIL[error_response.detail]
    message = error_response.message.lower()
    other = Refusal.PAIRING if error_response.code == "NOT_PAIRED" else Refusal.OTHER
    return next((refusal for words, refusal in _BY_MESSAGE if words in message), other)
