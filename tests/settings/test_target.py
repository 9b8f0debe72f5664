from __future__ import annotations

import pytest

from tray.i18n.words import message
from tray.settings.gateway_config import GatewayConfig
from tray.settings.settings import Profile
from tray.settings.target import (
    TAILNET,
    ConfigFile,
    Generation,
    Resolution,
    SecretOrigin,
    Secrets,
    SecretSource,
    Target,
    address_variables,
    readable_secret,
    resolve,
)
from tray.values import replace

_NAME = "~/.openclaw/openclaw.json"
_DEFAULT = Profile()
_SERVED = GatewayConfig(port=19001, base_path="/ui")
_UNPINNABLE = Profile("far", fingerprint="")
_FULL = GatewayConfig(
    port=19001,
    token="t-local",
    password="p-local",
    remote_url="wss://far.example",
    remote_token="t-remote",
    tls_fingerprint="f" * 64,
)


def _resolve(
    config: GatewayConfig | None = None,
    *,
    profile: Profile = _DEFAULT,
    url: str | None = None,
    generation: Generation = "openclaw",
    certificate: str | None = None,
    **environ: str,
) -> Resolution:
    file = None if config is None else ConfigFile(_NAME, generation, config, certificate)
    return resolve(profile, url=url, environ=environ, file=file)


def _address(resolution: Resolution) -> tuple[str, str]:
    assert resolution.target is not None
    return resolution.target.url, str(resolution.target.source)


def test_nothing_found_is_no_refusal() -> None:
    assert _resolve() == Resolution(None)


def test_a_file_without_a_port_means_the_usual_one() -> None:
    assert _resolve(GatewayConfig()).target == Target(
        "ws://127.0.0.1:18789", _NAME, is_loopback=True, secure=False, generation="openclaw"
    )


def test_each_place_for_the_address_beats_the_next() -> None:
    remote = replace(_FULL, mode="remote")
    far = Profile("far", "ws://127.0.0.1:3")
    gateway_url = {"OPENCLAW_GATEWAY_URL": "ws://127.0.0.1:4", "OPENCLAW_GATEWAY_PORT": "5"}
    own_url = {"CLAWTRAY_URL": " ws://127.0.0.1:2 "}
    assert _address(_resolve(remote, url="127.0.0.1:1", profile=far, **own_url, **gateway_url)) == (
        "ws://127.0.0.1:1",
        "--url",
    )
    assert _address(_resolve(remote, profile=far, **own_url, **gateway_url)) == (
        "ws://127.0.0.1:2",
        "CLAWTRAY_URL",
    )
    assert _address(_resolve(remote, profile=far, **gateway_url)) == ("ws://127.0.0.1:3", "profile far")
    assert _address(_resolve(remote, **gateway_url)) == ("ws://127.0.0.1:4", "OPENCLAW_GATEWAY_URL")
    assert _address(_resolve(remote, OPENCLAW_GATEWAY_PORT="5")) == ("wss://far.example", _NAME)
    assert _address(_resolve(_FULL, OPENCLAW_GATEWAY_PORT="5")) == (
        "ws://127.0.0.1:5",
        "OPENCLAW_GATEWAY_PORT",
    )
    assert _address(_resolve(_FULL)) == ("ws://127.0.0.1:19001", _NAME)


@pytest.mark.parametrize("name", ["OPENCLAW_GATEWAY_PORT", "CLAWDBOT_GATEWAY_PORT"])
def test_a_port_in_the_environment_is_enough(name: str) -> None:
    assert _address(_resolve(**{name: "19001"})) == ("ws://127.0.0.1:19001", name)


@pytest.mark.parametrize("name", ["CLAWTRAY_TOKEN", "OPENCLAW_GATEWAY_PASSWORD", "CLAWDBOT_GATEWAY_TOKEN"])
def test_a_secret_in_the_environment_is_enough(name: str) -> None:
    resolution = _resolve(**{name: "s3cret"})
    assert _address(resolution) == ("ws://127.0.0.1:18789", name)
    assert "s3cret" in {resolution.secrets.token, resolution.secrets.password}


_EMPTY = GatewayConfig()
_CLAWDBOT = {
    "CLAWDBOT_GATEWAY_PORT": "5",
    "CLAWDBOT_GATEWAY_TOKEN": "t-old",
    "CLAWDBOT_GATEWAY_PASSWORD": "p-old",
}
_OPENCLAW = {
    "OPENCLAW_GATEWAY_PORT": "6",
    "OPENCLAW_GATEWAY_TOKEN": "t-new",
    "OPENCLAW_GATEWAY_PASSWORD": "p-new",
}


@pytest.mark.parametrize(
    ("resolution", "port", "token", "password"),
    [
        (_resolve(_EMPTY, **_CLAWDBOT), 18789, None, None),
        (_resolve(_EMPTY, generation="moltbot", **_CLAWDBOT), 18789, None, None),
        (_resolve(_EMPTY, generation="clawdbot", **_CLAWDBOT), 5, "t-old", "p-old"),
        (_resolve(_EMPTY, generation="clawdbot", **_CLAWDBOT, **_OPENCLAW), 6, "t-new", "p-new"),
        (_resolve(**_CLAWDBOT), 5, "t-old", "p-old"),
        (_resolve(**_CLAWDBOT, **_OPENCLAW), 6, "t-new", "p-new"),
    ],
)
def test_older_variables_count_unless_no_older_gateway_reads_the_file(
    resolution: Resolution, port: int, token: str | None, password: str | None
) -> None:
    assert _address(resolution)[0] == f"ws://127.0.0.1:{port}"
    assert resolution.secrets.shared == (token, password)


@pytest.mark.parametrize(("generation", "port"), [("openclaw", 19001), ("clawdbot", 4)])
def test_an_older_name_for_the_address_counts_by_the_same_rule(generation: Generation, port: int) -> None:
    older = {"CLAWDBOT_GATEWAY_URL": "ws://127.0.0.1:4", "MOLTBOT_GATEWAY_URL": "ws://127.0.0.1:5"}
    assert _address(_resolve(_FULL, generation=generation, **older))[0] == f"ws://127.0.0.1:{port}"


def test_the_variables_that_count_are_named_in_their_order() -> None:
    assert address_variables(ConfigFile(_NAME, "openclaw", _EMPTY)) == (
        "CLAWTRAY_URL",
        "OPENCLAW_GATEWAY_URL",
        "OPENCLAW_GATEWAY_PORT",
    )
    assert address_variables(ConfigFile("~/.clawdbot/clawdbot.json", "clawdbot", _EMPTY)) == (
        "CLAWTRAY_URL",
        "OPENCLAW_GATEWAY_URL",
        "CLAWDBOT_GATEWAY_URL",
        "OPENCLAW_GATEWAY_PORT",
        "CLAWDBOT_GATEWAY_PORT",
    )
    assert len(address_variables(None)) == 7


def test_a_bad_port_in_the_environment_is_passed_over() -> None:
    resolution = _resolve(_FULL, OPENCLAW_GATEWAY_PORT="s3cret")
    assert _address(resolution) == ("ws://127.0.0.1:19001", _NAME)
    assert [str(each) for each in resolution.problems] == [
        "OPENCLAW_GATEWAY_PORT is no port number; it is ignored"
    ]


def test_a_remote_mode_without_an_address_means_this_computer() -> None:
    resolution = _resolve(GatewayConfig(mode="remote"))
    assert _address(resolution)[0] == "ws://127.0.0.1:18789"
    assert "there is no gateway.remote.url" in str(resolution.problems[0])


@pytest.mark.parametrize(
    ("resolution", "said"),
    [
        (_resolve(url=""), "cannot be read from --url"),
        (_resolve(url="ws://me:s3cret@host"), "from --url cannot be used. An address must not carry"),
        (
            _resolve(GatewayConfig(), profile=Profile("far", "")),
            "cannot be read from profile far; correct it there",
        ),
        (_resolve(GatewayConfig(valid=False)), f"cannot be read from {_NAME}"),
        (
            _resolve(replace(_FULL, mode="remote", remote_url="http://h/?s3cret")),
            f"from {_NAME} cannot be used",
        ),
        (
            _resolve(url="ws://far.example", CLAWTRAY_TOKEN="s3cret"),
            "Use wss://, or set allow_plain = true in profile",
        ),
        (_resolve(profile=_UNPINNABLE, url="wss://far.example"), "fingerprint in profile far"),
        (_resolve(profile=_UNPINNABLE, CLAWTRAY_URL="wss://far.example"), "fingerprint in profile far"),
        (_resolve(profile=_UNPINNABLE, CLAWTRAY_TOKEN="s3cret"), "fingerprint in profile far"),
        (_resolve(replace(_FULL, mode="remote", tls_fingerprint="")), f"fingerprint in {_NAME}"),
    ],
)
def test_a_forbidden_address_is_refused_with_a_reason(resolution: Resolution, said: str) -> None:
    assert resolution.target is None
    assert resolution.refusal is not None
    assert said in str(resolution.refusal)
    assert not resolution.secrets.given
    assert "s3cret" not in repr(resolution)


def test_an_unreadable_file_does_not_stand_in_the_way_of_an_explicit_address() -> None:
    assert (
        _address(_resolve(GatewayConfig(valid=False), CLAWTRAY_URL="ws://127.0.0.1:1"))[0]
        == "ws://127.0.0.1:1"
    )


def test_plain_addresses_beyond_this_computer_need_consent() -> None:
    resolution = _resolve(profile=Profile("far", "ws://far.example", allow_plain=True))
    assert resolution.target == Target(
        "ws://far.example", message("profile {name}", name="far"), is_loopback=False, secure=False
    )


_ENV = {"OPENCLAW_GATEWAY_TOKEN": "t-env", "OPENCLAW_GATEWAY_PASSWORD": "p-env"}
_REMOTE = replace(_FULL, mode="remote")


@pytest.mark.parametrize(
    ("resolution", "token", "password"),
    [
        # ours stand alone
        (_resolve(_FULL, CLAWTRAY_TOKEN="mine", **_ENV), "mine", None),
        (_resolve(_FULL, CLAWTRAY_PASSWORD="mine"), None, "mine"),
        # this computer's gateway: file, environment, the remote pair
        (_resolve(_FULL, **_ENV), "t-local", "p-local"),
        (_resolve(replace(_FULL, token=None), **_ENV), "t-env", "p-local"),
        (_resolve(replace(_FULL, token=None)), "t-remote", "p-local"),
        (_resolve(None, **_ENV), "t-env", "p-env"),
        # the file's remote gateway: its pair, environment, the local pair
        (_resolve(_REMOTE, **_ENV), "t-remote", "p-env"),
        (_resolve(_REMOTE), "t-remote", "p-local"),
        (_resolve(_FULL, url="https://far.example/"), "t-remote", "p-local"),
        # an address in the environment: its secrets first
        (_resolve(_FULL, OPENCLAW_GATEWAY_URL="ws://127.0.0.1:1", **_ENV), "t-env", "p-env"),
        (
            _resolve(_FULL, OPENCLAW_GATEWAY_URL="wss://far.example", OPENCLAW_GATEWAY_TOKEN="t-env"),
            "t-env",
            "p-local",
        ),
        (
            _resolve(_FULL, OPENCLAW_GATEWAY_URL="wss://else.example", OPENCLAW_GATEWAY_TOKEN="t-env"),
            "t-env",
            None,
        ),
        # an explicit address: on this computer the file's, elsewhere none
        (_resolve(_FULL, CLAWTRAY_URL="localhost:1"), "t-local", "p-local"),
        (_resolve(_FULL, profile=Profile("x", "wss://else.example"), **_ENV), None, None),
        (_resolve(_FULL, profile=Profile("X_GATEWAY_URL", "wss://else.example"), **_ENV), None, None),
    ],
)
def test_which_secret_goes_where(resolution: Resolution, token: str | None, password: str | None) -> None:
    assert (resolution.secrets.token, resolution.secrets.password) == (token, password)
    assert "t-" not in repr(resolution.secrets)
    assert "p-" not in str(resolution)


@pytest.mark.parametrize(
    ("resolution", "fingerprint"),
    [
        (_resolve(replace(_FULL, tls=True), certificate="c" * 64), "c" * 64),
        (_resolve(_REMOTE, certificate="c" * 64), "f" * 64),
        (_resolve(_REMOTE, profile=Profile(fingerprint="a" * 64)), "a" * 64),
        (_resolve(_FULL, url="wss://else.example", certificate="c" * 64), None),
        (_resolve(_FULL, certificate="c" * 64), None),
        (_resolve(url="wss://else.example"), None),
    ],
)
def test_which_certificate_is_expected(resolution: Resolution, fingerprint: str | None) -> None:
    assert resolution.target is not None
    assert resolution.target.fingerprint == fingerprint
    assert resolution.target.secure is resolution.target.url.startswith("wss://")


def test_where_the_secrets_were_found_is_known() -> None:
    file, process = SecretOrigin(SecretSource.FILE, _NAME), SecretSource.ENVIRONMENT
    assert _resolve(_FULL).secrets.origin == file
    assert _resolve(GatewayConfig()).secrets.origin is None
    assert _resolve(_FULL, CLAWTRAY_TOKEN="t").secrets.origin == SecretOrigin(process, "CLAWTRAY_TOKEN")
    assert _resolve(_FULL, CLAWTRAY_PASSWORD="p").secrets.origin == SecretOrigin(process, "CLAWTRAY_PASSWORD")
    named = {"OPENCLAW_GATEWAY_URL": "ws://127.0.0.1:4", "OPENCLAW_GATEWAY_TOKEN": "t"}
    assert _resolve(_FULL, **named).secrets.origin == SecretOrigin(process, "OPENCLAW_GATEWAY_TOKEN")
    without = replace(_FULL, token=None, remote_token=None)
    assert _resolve(without).secrets.origin == file  # the password is the file's


def test_where_a_secret_was_found_makes_it_no_other() -> None:
    assert Secrets("t", origin=SecretOrigin(SecretSource.FILE, _NAME)).shared == Secrets("t").shared


def test_the_name_of_the_gateway_here_is_its_file_s() -> None:
    here = _resolve(GatewayConfig(), generation="clawdbot").target
    far = _resolve(replace(_FULL, mode="remote"), generation="clawdbot").target
    bare = _resolve(url="ws://127.0.0.1:1").target
    assert here is not None
    assert far is not None
    assert bare is not None
    assert (here.generation, far.generation, bare.generation) == ("clawdbot", None, None)


@pytest.mark.parametrize(
    ("resolution", "base_path"),
    [
        (_resolve(_SERVED), "/ui"),
        (_resolve(_SERVED, url="ws://localhost:19001"), "/ui"),
        (_resolve(_SERVED, OPENCLAW_GATEWAY_PORT="19005"), "/ui"),
        (_resolve(_SERVED, url="ws://127.0.0.1:19002"), ""),
        (_resolve(_SERVED, url="ws://127.0.0.1:19001/other"), ""),
        (_resolve(_SERVED, url="wss://far.example:19001"), ""),
        (_resolve(replace(_SERVED, mode="remote", remote_url="ws://127.0.0.1:19001")), ""),
        (_resolve(url="ws://127.0.0.1:18789"), ""),
    ],
)
def test_the_dashboard_s_path_is_that_of_the_gateway_here(resolution: Resolution, base_path: str) -> None:
    assert resolution.target is not None
    assert resolution.target.base_path == base_path


@pytest.mark.parametrize(
    ("bind", "host", "expected"),
    [
        ("custom", "127.0.0.7", "127.0.0.7"),
        ("custom", "0.0.0.0", None),
        ("custom", "far.example", None),
        ("custom", None, None),
        ("tailnet", "127.0.0.7", TAILNET),
        ("lan", "127.0.0.7", None),
        ("auto", None, None),
        (None, None, None),
    ],
)
def test_where_else_the_gateway_here_may_listen(
    bind: str | None, host: str | None, expected: str | None
) -> None:
    config = replace(_FULL, bind=bind, bind_host=host)
    target = _resolve(config).target
    assert target is not None
    assert (target.url, target.bind) == ("ws://127.0.0.1:19001", expected)
    written = _resolve(config, url="ws://127.0.0.1:19001").target
    assert written is not None
    assert written.bind is None


@pytest.mark.parametrize(
    ("host", "bind"), [("127.0.0.1", TAILNET), ("100.64.0.9", TAILNET), ("100.64.0.9", None)]
)
def test_a_gateway_that_loopback_does_not_reach(host: str, bind: str | None) -> None:
    target = Target(f"ws://{host}:18789", "the file", is_loopback=True, secure=False, bind=bind)
    assert target.not_on_loopback == ((host, bind) == ("100.64.0.9", TAILNET))


def test_the_user_who_may_run_the_gateway_is_the_profiles() -> None:
    resolution = _resolve(_FULL, profile=Profile(gateway_user="1002@127.0.0.1:18789"))
    assert resolution.target is not None
    assert resolution.target.gateway_user == "1002@127.0.0.1:18789"


@pytest.mark.parametrize("typed", ["t0ken", " t0ken\r\n", "\ufefft0ken\n"])
def test_a_secret_is_read_without_what_is_around_it(typed):
    assert readable_secret(typed) == "t0ken"


@pytest.mark.parametrize(("typed", "said"), [("", "Nothing"), (" \n", "Nothing"), ("a\x07b", "characters")])
def test_what_is_no_secret_is_said(typed, said):
    assert said in str(readable_secret(typed))
