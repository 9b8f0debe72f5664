"""The sessions and models of the simulated gateway, in the shapes of OpenClaw 2026.9.6.

Knows no connection and no run; code that reads or changes rows from several threads holds `lock`.
"""

import threading
import uuid
from collections.abc import Mapping

from tray.demo.methods import Refused
from tray.demo.schema import Json, now_ms

MAIN = "agent:main:main"
THINKING = ("off", "low", "medium", "high")
_STORE_PATH = "/demo/agents/main/agent/openclaw-agent.sqlite"


def model(name: str, title: str, window: int, *, alias: str | None = None, usable: int | None = None) -> Json:
    """Build a row of `models.list` for `name` (provider/model); `window` and `usable` are tokens."""
    provider, _, model_id = name.partition("/")
    row: Json = {
        "id": model_id,
        "name": title,
        "provider": provider,
        "contextWindow": window,
        "reasoning": False,
    }
    row |= {"tags": ["configured"], "available": True, "thinkingDefault": "off"}
    row["thinkingLevels"] = [{"id": level, "label": level} for level in THINKING]
    if alias is not None:
        row["alias"] = alias
    if usable is not None:
        row["contextTokens"] = usable
    return row


def canonical(key: str) -> str:
    """Write a session key in full, as every answer of the gateway does."""
    return key if key.startswith("agent:") else f"agent:main:{key}"


class Sessions:
    """Rows by session key, the models that may be chosen (the first is the default), and the transcripts."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.rows: dict[str, Json] = {}
        self.models: list[Json] = []
        self.transcripts: dict[str, list[Json]] = {}

    def row(self, key: str) -> Json:
        """Return the row of a canonical key, made if it is not there: a session that never ran."""
        if key not in self.rows:
            self.rows[key] = {
                "key": key,
                "kind": "direct",
                "agentId": "main",
                "isMain": key == MAIN,
                "isBackground": False,
                "displayName": key.rpartition(":")[2],
                "archived": False,
                "pinned": False,
                "unread": False,
                "updatedAt": now_ms(),
                "sessionId": str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
                "thinkingLevels": [{"id": level, "label": level} for level in THINKING],
                "thinkingOptions": list(THINKING),
                "thinkingDefault": "off",
                "totalTokensFresh": False,
                "modelOverrideSource": None,
                "hasActiveRun": False,
                "activeRunIds": [],
                **self._selection(self.default_model),
            }
        return self.rows[key]

    def change(self, key: str, fields: Mapping[str, object]) -> Json:
        """Change fields of a row, made if need be, with a new `updatedAt` unless one is given."""
        with self.lock:
            row = self.row(key)
            row.update({"updatedAt": now_ms(), **fields})
            return row

    @property
    def default_model(self) -> str:
        """The name (provider/model) of the model that a session uses without an override."""
        return self.name(self.models[0]) if self.models else "none/none"

    @staticmethod
    def name(entry: Json) -> str:
        """Join the two halves of a model's name."""
        return f"{entry['provider']}/{entry['id']}"

    def model_of(self, key: str) -> str:
        """Return the name of the model that the session has selected."""
        row = self.row(key)
        return f"{row['modelProvider']}/{row['model']}"

    def window(self, name: str) -> int | None:
        """Return the usable window of a model, in tokens; None if it is not known."""
        for entry in self.models:
            if self.name(entry) == name:
                window: int | None = entry.get("contextTokens", entry["contextWindow"])
                return window
        return None

    def listing(self, params: Json) -> Json:
        """Answer `sessions.list`: the newest first, `limit` of them."""
        with self.lock:
            rows = sorted(self.rows.values(), key=lambda row: -row["updatedAt"])
            limit = params.get("limit", 100)
            shown = [{**row, "snapshotAt": now_ms()} for row in rows[:limit]]
            return {
                "ts": now_ms(),
                "path": _STORE_PATH,
                "count": len(shown),
                "totalCount": len(rows),
                "limitApplied": limit,
                "hasMore": len(rows) > limit,
                "nextOffset": None,
                "owners": [],
                "defaults": self._selection(self.default_model),
                "sessions": shown,
            }

    def description(self, params: Json) -> Json:
        """Answer `sessions.describe`: null for a session that does not exist."""
        with self.lock:
            row = self.rows.get(canonical(params["key"]))
            return {"session": None if row is None else {**row, "snapshotAt": now_ms()}}

    def catalogue(self, *, detailed: bool) -> Json:
        """Answer `models.list`; the usable window is listed only where details are requested."""
        with self.lock:
            hidden = set() if detailed else {"contextTokens"}
            return {"models": [{k: v for k, v in entry.items() if k not in hidden} for entry in self.models]}

    def patch(self, params: Json) -> Json:
        """Answer `sessions.patch`.

        Raises:
            Refused: The model may not be chosen, or the thinking level is not one of the model's.
        """
        with self.lock:
            key = canonical(params["key"])
            wanted = {name: value for name, value in params.items() if name not in {"key", "model"}}
            level = wanted.get("thinkingLevel")
            if level is not None and level not in self.row(key)["thinkingOptions"]:
                options = ", ".join(self.row(key)["thinkingOptions"])
                raise Refused("INVALID_REQUEST", f"invalid thinkingLevel (use {options})")
            if "model" in params:
                wanted |= self._selected(params["model"])
            row = self.change(key, wanted)
            entry = {name: row[name] for name in _ENTRY if name in row}
            if row["modelOverrideSource"] == "user":
                entry |= {"providerOverride": row["modelProvider"], "modelOverride": row["model"]}
                entry |= {"modelOverrideRouteResolution": "resolved"}
            resolved = {"modelProvider": row["modelProvider"], "model": row["model"]}
            return {"ok": True, "path": _STORE_PATH, "key": key, "entry": entry, "resolved": resolved}

    def _selected(self, wanted: str | None) -> Json:
        """Turn a wanted model (name, alias, bare id; None: the default) into the fields of a row."""
        if wanted is None:
            return {**self._selection(self.default_model), "modelOverrideSource": None}
        for entry in self.models:
            if wanted in {self.name(entry), entry["id"], entry.get("alias")}:
                name = self.name(entry)
                source = None if name == self.default_model else "user"
                return {**self._selection(name), "modelOverrideSource": source}
        if "/" not in wanted:
            wanted = f"{self.default_model.partition('/')[0]}/{wanted}"
        raise Refused("INVALID_REQUEST", f"model not allowed: {wanted}")

    def _selection(self, name: str) -> Json:
        provider, _, model_id = name.partition("/")
        return {"modelProvider": provider, "model": model_id, "contextTokens": self.window(name)}

    def reset(self, key: str) -> Json:
        """Answer `sessions.reset`: same key, same id, same model, and nothing of what was said and used."""
        with self.lock:
            used = {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0, "totalTokensFresh": True}
            row = self.change(key, {**used, "systemSent": False, "abortedLastRun": False})
            for name in ("status", "startedAt", "endedAt", "lastRunId", "lastRunError"):
                row.pop(name, None)
            self.transcripts.pop(key, None)
            entry = {name: row[name] for name in _ENTRY if name in row}
            return {"ok": True, "key": key, "entry": entry}

    def drop_usage(self, key: str) -> None:
        """Forget what the session used, as a compaction does."""
        with self.lock:
            row = self.change(key, {"totalTokensFresh": False})
            for name in ("inputTokens", "outputTokens", "totalTokens"):
                row.pop(name, None)

    def say(self, key: str, message: Json) -> None:
        """Add a message to the session's transcript."""
        with self.lock:
            self.transcripts.setdefault(key, []).append(message)

    def history(self, params: Json) -> Json:
        """Answer `chat.history`: the last messages of a session, the oldest of them first."""
        with self.lock:
            key = canonical(params["sessionKey"])
            messages = self.transcripts.get(key, [])
            limit = params.get("limit", 200)
            return {
                "sessionKey": key,
                "sessionId": self.row(key)["sessionId"],
                "messages": messages[-limit:],
                "totalMessages": len(messages),
                "hasMore": len(messages) > limit,
                "thinkingLevel": "off",
                "defaults": self._selection(self.default_model),
                "sessionInfo": dict(self.row(key)),
            }


_ENTRY = (
    *("sessionId", "updatedAt", "displayName", "label", "thinkingLevel", "verboseLevel", "abortedLastRun"),
    *("inputTokens", "outputTokens", "totalTokens", "totalTokensFresh", "modelOverrideSource"),
)
