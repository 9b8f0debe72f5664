from __future__ import annotations

import signal


def test_the_answer_is_printed_and_costs_one_run(gateway, clawtray, marker):
    outcome = clawtray("ask", f"{marker} [[say:forty-two, of course]]")

    assert outcome.code == 0, outcome.stderr
    assert outcome.stdout.strip() == "forty-two, of course"
    assert len(gateway.provider.completions(marker)) == 1


def test_a_streamed_answer_arrives_whole(gateway, clawtray, marker):
    outcome = clawtray("ask", f"{marker} [[words:60]] [[slow:2]]")

    assert outcome.code == 0, outcome.stderr
    assert outcome.stdout.split() == [f"word{n}" for n in range(1, 61)]
    assert len(gateway.provider.completions(marker)) == 1


def test_the_answer_shows_while_it_is_written(clawtray, marker):
    process = clawtray.start("ask", f"{marker} [[words:200]] [[slow:8]]")

    first = process.stdout.read(5)
    still_writing = process.poll() is None
    outcome = clawtray.finish(process)

    assert first == "word1"
    assert still_writing
    assert outcome.stdout.split()[-1] == "word200"


def test_text_from_standard_input(gateway, clawtray, marker):
    outcome = clawtray("ask", "-", stdin=f"{marker}\n[[say:안녕하세요]]\n")

    assert outcome.code == 0, outcome.stderr
    assert outcome.stdout.strip() == "안녕하세요"
    assert len(gateway.provider.completions(marker)) == 1


def test_in_a_session_of_choice(gateway, client, clawtray, key, marker):
    outcome = clawtray("ask", f"{marker} [[usage:21000,10]]", "--session", key)

    assert outcome.code == 0, outcome.stderr
    assert clawtray.session(key)["used"] == 21000


def test_without_a_session_the_main_one_stays_clean(client, clawtray, marker):
    outcome = clawtray("ask", marker)

    assert outcome.code == 0, outcome.stderr
    keys = [session["key"] for session in client.request("sessions.list", {})["sessions"]]
    assert len(keys) == 1
    assert "agent:main:main" not in keys


def test_with_a_model_of_choice(gateway, clawtray, marker):
    outcome = clawtray("ask", marker, "--model", "fake/beta")

    assert outcome.code == 0, outcome.stderr
    assert [c.model for c in gateway.provider.completions(marker)] == ["beta"]


def test_with_a_refused_model_nothing_runs(gateway, clawtray, marker):
    outcome = clawtray("ask", marker, "--model", "fake/hidden")

    assert outcome.code == 1
    assert "not allowed" in outcome.stderr
    assert outcome.stdout == ""
    assert gateway.provider.completions(marker) == ()


def test_somebody_elses_session_keeps_its_model(gateway, client, clawtray, key, marker):
    client.run(key, "hello")

    outcome = clawtray("ask", marker, "--session", key, "--model", "fake/beta")

    assert outcome.code == 2
    assert gateway.provider.completions(marker) == ()
    assert client.session(key)["model"] == "alpha"


def test_a_rejected_request_is_a_failure_not_an_answer(gateway, clawtray, marker):
    outcome = clawtray("ask", f"{marker} [[fail:400]]")

    assert outcome.code == 1
    assert outcome.stdout.strip() == ""
    assert ("400" if gateway.release < (2026, 3) else "rejected the request") in outcome.stderr
    assert len(gateway.provider.completions(marker)) == 1


def test_a_provider_that_refuses_the_key_is_a_failure_not_an_answer(gateway, clawtray, marker):
    # openclaw does not ask a provider again for a minute after this, so it is not fake's models that say it.
    outcome = clawtray("ask", f"{marker} [[fail:401]]", "--model", "other/delta")

    assert outcome.code == 1
    assert outcome.stdout.strip() == ""
    assert "401" in outcome.stderr
    assert len(gateway.provider.completions(marker)) == 1


def test_a_gateway_killed_in_the_middle_is_an_unknown_outcome_and_no_second_run(
    gateway, clawtray, key, marker
):
    process = clawtray.start("--timeout", "20", "ask", f"{marker} [[words:40]] [[slow:30]]", "--session", key)
    clawtray.until_run(process, marker)

    gateway.kill()
    gateway.start()
    outcome = clawtray.finish(process)

    assert outcome.code == 1
    assert outcome.stderr.strip()
    assert len(gateway.provider.completions(marker)) == 1


def test_a_restart_in_the_middle_costs_no_second_run(gateway, clawtray, key, marker):
    process = clawtray.start("--timeout", "60", "ask", f"{marker} [[words:20]] [[slow:4]]", "--session", key)
    clawtray.until_run(process, marker)

    gateway.restart()
    outcome = clawtray.finish(process)

    # Later releases let the run end before they restart, clawdbot does not.
    if outcome.code == 0:
        assert outcome.stdout.split()[-1] == "word20"
    else:
        assert outcome.code == 1
        assert outcome.stderr.strip()
    assert len(gateway.provider.completions(marker)) == 1


def test_interrupted_by_its_user(gateway, clawtray, key, marker):
    process = clawtray.start("ask", f"{marker} [[words:40]] [[slow:10]]", "--session", key)
    clawtray.until_run(process, marker)

    process.send_signal(signal.SIGINT)
    outcome = clawtray.finish(process)

    assert outcome.code == 130
