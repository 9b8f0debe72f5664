from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tray.i18n.words import message
from tray.settings.gateway_config import GatewayConfig, parse_dotenv, parse_gateway_config

_HEX = "0123456789abcdef" * 4


def _parse(gateway_part: object, environ: dict[str, str] | None = None, **rest: object) -> GatewayConfig:
    return parse_gateway_config(json.dumps({"gateway": gateway_part, **rest}), environ or {})


def test_everything_a_client_needs() -> None:
    config = _parse(
        {
            "port": 19001,
            "mode": "remote",
            "auth": {"mode": "token", "token": " tok ", "password": "pass"},
            "remote": {
                "url": "wss://g.example",
                "token": "rtok",
                "password": "rpass",
                "tlsFingerprint": _HEX.upper(),
            },
            "tls": {"enabled": True, "certPath": "~/cert.pem"},
        }
    )
    assert config == GatewayConfig(
        port=19001,
        mode="remote",
        token="tok",
        password="pass",
        remote_url="wss://g.example",
        remote_token="rtok",
        remote_password="rpass",
        tls=True,
        tls_cert_path="~/cert.pem",
        tls_fingerprint=_HEX,
    )


def test_json5_as_people_write_it() -> None:
    text = "\ufeff// mine\n{gateway: {port: 19001, auth: {token: 'tok',}, mode: 'local' /* here */},}"
    assert parse_gateway_config(text, {}) == GatewayConfig(port=19001, token="tok", mode="local")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 20_000, '{"a": ' + "9" * 5000 + "}}", "\x00"])
def test_an_invalid_configuration_is_explained(text: str) -> None:
    assert parse_gateway_config(text, {}) == GatewayConfig(
        valid=False, problems=(message("it is not valid JSON5; nothing of it is used"),)
    )


def test_a_long_file_of_json5_is_read() -> None:
    many = "".join(f"  key{number}: ['one', 0x2, .5,], // a comment\n" for number in range(9000))
    assert parse_gateway_config(f"{{{many} gateway: {{port: 19001}}}}", {}).port == 19001


@pytest.mark.parametrize(
    ("written", "path"),
    [("/ui", "/ui"), ("ui/", "/ui"), ("/a//b/", "/a/b"), ("/", ""), ("", ""), ("${WHERE}/x", "/w/x")],
)
def test_the_base_path_of_the_dashboard(written: str, path: str) -> None:
    assert _parse({"controlUi": {"basePath": written}}, {"WHERE": "w"}) == GatewayConfig(base_path=path)


def test_where_the_gateway_listens() -> None:
    config = _parse({"bind": "custom", "customBindHost": "127.0.0.7"})
    assert config == GatewayConfig(bind="custom", bind_host="127.0.0.7")


def test_an_empty_configuration_is_one() -> None:
    assert parse_gateway_config("{}", {}) == GatewayConfig()


@pytest.mark.parametrize(
    ("written", "environ", "token"),
    [
        ("${TOK}", {"TOK": "s3cret"}, "s3cret"),
        ("a-${TOK}-${_B2}", {"TOK": "x", "_B2": "y"}, "a-x-y"),
        ("$${TOK}", {"TOK": "s3cret"}, "${TOK}"),
        ("${tok} $TOK ${}", {"tok": "s3cret", "TOK": "s3cret"}, "${tok} $TOK ${}"),
        ({"source": "env", "provider": "default", "id": "TOK"}, {"TOK": "s3cret"}, "s3cret"),
    ],
)
def test_variables_in_secrets(written: object, environ: dict[str, str], token: str) -> None:
    config = _parse({"auth": {"token": written}}, environ)
    assert config.token == token
    assert config.problems == ()


def test_the_configuration_has_variables_of_its_own_and_the_environment_wins() -> None:
    own = {"A": "inner", "vars": {"B": "outer", "C": "own", "N": 3}}
    config = _parse({"auth": {"token": "${A}${B}${C}"}}, {"B": "environ"}, env=own)
    assert config.token == "innerenvironown"
    assert _parse({"auth": {"token": "${A}"}}, env={"A": "x", "vars": 3}).token == "x"
    assert _parse({"auth": {"token": "x"}}, env=3).token == "x"


def test_a_port_may_come_from_a_variable() -> None:
    assert _parse({"port": "${PORT}"}, {"PORT": "19001"}).port == 19001


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        (3, "gateway is no object; it is ignored"),
        ({"port": "x"}, "gateway.port is no port number; it is ignored"),
        ({"port": True}, "gateway.port is no port number; it is ignored"),
        ({"port": 65536}, "gateway.port is no port number; it is ignored"),
        ({"port": 18789.0}, "gateway.port is no port number; it is ignored"),
        ({"mode": "s3cret"}, "gateway.mode is neither local nor remote; it is ignored"),
        ({"mode": 3}, "gateway.mode is no text that can be used; it is ignored"),
        ({"auth": ["s3cret"]}, "gateway.auth is no object; it is ignored"),
        ({"auth": {"token": 3}}, "gateway.auth.token is no text that can be used; it is ignored"),
        ({"auth": {"token": "s3cret\n2"}}, "gateway.auth.token is no text that can be used; it is ignored"),
        (
            {"auth": {"token": "s3cret\ud800"}},
            "gateway.auth.token is no text that can be used; it is ignored",
        ),
        ({"auth": {"token": "${TOK}"}}, "gateway.auth.token needs the variable TOK, which is not set"),
        (
            {"auth": {"password": {"source": "file", "id": "/s3cret"}}},
            "gateway.auth.password is kept elsewhere; give it as CLAWTRAY_TOKEN or CLAWTRAY_PASSWORD",
        ),
        (
            {"auth": {"token": {"source": "env", "id": "s3cret"}}},
            "gateway.auth.token needs the variable that it names, which is not set",
        ),
        ({"tls": {"enabled": "yes"}}, "gateway.tls.enabled is neither true nor false; it is ignored"),
        (
            {"auth": {"$include": "./s3cret.json5"}},
            "gateway.auth.$include cannot be followed: included files are not read",
        ),
    ],
)
def test_what_cannot_be_used_is_named_and_left_out(part: object, problem: str) -> None:
    config = _parse(part)
    assert [str(each) for each in config.problems] == [problem]
    assert config == GatewayConfig(problems=config.problems)
    assert "s3cret" not in repr(config)


def test_a_broken_fingerprint_is_not_the_same_as_none() -> None:
    config = _parse({"remote": {"tlsFingerprint": "s3cret"}})
    assert config.tls_fingerprint == ""
    assert [str(each) for each in config.problems] == [
        "gateway.remote.tlsFingerprint is no SHA-256 of a certificate; that gateway is not called"
    ]
    assert _parse({"remote": {"tlsFingerprint": " "}}).tls_fingerprint is None


def test_an_include_at_the_top_is_named_once() -> None:
    problems = parse_gateway_config('{"$include": "./x"}', {}).problems
    assert [str(each) for each in problems] == ["$include cannot be followed: included files are not read"]


def test_included_files_count_like_the_configuration_itself() -> None:
    files = {"./g.json": '{port: 19001, auth: {token: "${TOK}"}}', "./e.json": '{TOK: "s3cret"}'}

    def read(written: str, _file: str) -> tuple[str, str]:
        return files[written], written

    text = '{"gateway": {"$include": "./g.json", "mode": "local"}, "env": {"$include": ["./e.json"]}}'
    config = parse_gateway_config(text, {}, read)
    assert config == GatewayConfig(port=19001, mode="local", token="s3cret")


def test_an_empty_secret_is_none() -> None:
    assert _parse({"auth": {"token": "", "password": " "}}) == GatewayConfig()


def test_no_secret_shows() -> None:
    config = _parse(
        {
            "auth": {"token": "s3cret", "password": "s3cret"},
            "remote": {"url": "ws://me:s3cret@host", "token": "s3cret", "password": "s3cret"},
        }
    )
    assert config.remote_password == "s3cret"
    assert "s3cret" not in repr(config) + str(config)


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("${HOME_X}"),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "port",
                    "mode",
                    "auth",
                    "token",
                    "remote",
                    "url",
                    "tls",
                    "enabled",
                    "source",
                    "id",
                    "env",
                    "vars",
                ]
            ),
            inner,
        )
    ),
    max_leaves=10,
)


@given(st.text())
@example("'\\u{110000}'")
@example("{a:1e999}")
def test_any_text_gives_a_configuration(text: str) -> None:
    config = parse_gateway_config(text, {})
    assert config.valid or config.problems


@given(
    st.dictionaries(st.sampled_from(["gateway", "env", "$include"]), _values),
    st.sampled_from(["", "x", "19001"]),
)
def test_any_values_give_a_configuration(document: dict[str, object], variable: str) -> None:
    config = parse_gateway_config(json.dumps(document), {"HOME_X": variable})
    assert config.port is None or 0 < config.port < 65536
    assert all(secret is None or secret.isprintable() for secret in (config.token, config.password))


def test_dotenv_as_gateways_read_it() -> None:
    text = """\ufeff
# a note
PLAIN=value
export EXPORTED = spaced  # note
SINGLE='a # b "c" \\n'
DOUBLE="a\\nb # c"
BACK=`it's`
EMPTY=
NEXT=not swallowed
LONG="one
two"
PLAIN=last wins
no assignment
UNCLOSED="x
"""
    assert parse_dotenv(text) == {
        "PLAIN": "last wins",
        "EXPORTED": "spaced",
        "SINGLE": 'a # b "c" \\n',
        "DOUBLE": "a\nb # c",
        "BACK": "it's",
        "EMPTY": "",
        "NEXT": "not swallowed",
        "LONG": "one\ntwo",
        "UNCLOSED": '"x',
    }


@given(st.text())
def test_any_text_gives_variables(text: str) -> None:
    assert all(isinstance(value, str) for value in parse_dotenv(text).values())
