"""What the other tests here take for granted of the gateways."""

from __future__ import annotations

import pytest

from tests.peers.operator_client import RefusedError


def test_its_own_command_line_reaches_it(gateway):
    result = gateway.cli("health", "--json")

    assert result.returncode == 0, result.stderr
    assert '"ok": true' in result.stdout


def test_a_restart_is_announced_and_keeps_port_and_sessions(gateway, client, key):
    client.run(key, "hello")

    announced = gateway.restart()

    assert announced == {"reason": "gateway restarting", "restartExpectedMs": 1500}
    with gateway.connect() as again:
        assert again.session(key)["totalTokens"] == 12000


def test_killed_it_is_gone_and_comes_back_with_its_sessions(gateway, client, key):
    client.run(key, "hello")

    gateway.kill()
    with pytest.raises(ConnectionRefusedError), gateway.connect():
        pass
    gateway.start()

    with gateway.connect() as again:
        assert again.session(key)["totalTokens"] == 12000


def test_a_compaction_leaves_no_figure(gateway, client, key):
    client.run(key, "first [[usage:30000,200]]")
    client.run(key, "see /etc/hosts and 0123456789abcdef [[usage:31000,200]]")

    gateway.compact(key)

    figure = client.session(key)
    assert (figure.get("totalTokens") or 0, figure.get("totalTokensFresh", False)) == (0, False)


def test_a_provider_failure_is_one_run(gateway, client, key, marker):
    try:
        answer = client.run(key, f"{marker} [[fail:400]]")["result"]["payloads"][0]["text"]
    except RefusedError as error:
        answer = str(error)

    assert ("400" if gateway.release < (2026, 3) else "rejected") in answer
    assert len(gateway.provider.completions(marker)) == 1
