"""The other ways in which a gateway can accept a client: by a password, or with nothing at all."""

from __future__ import annotations

import pytest

from tests.peers.realgateway import Gateway

PASSWORD = 'a-pässword with "quotes" and blanks'


@pytest.fixture(scope="module")
def by_password(running_gateway):
    with Gateway(running_gateway.spec, auth={"mode": "password", "password": PASSWORD}) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def by_nothing(running_gateway):
    # 2026.1 knows no such mode, and needs nothing where nothing is said of it.
    auth = {"mode": "none"} if running_gateway.release >= (2026, 2) else {}
    with Gateway(running_gateway.spec, auth=auth) as gateway:
        yield gateway


def spoken(outcome):
    assert PASSWORD not in outcome.stdout + outcome.stderr
    return outcome.code, outcome.stdout + outcome.stderr


def test_a_password(by_password, clawtray):
    url = {"CLAWTRAY_URL": by_password.url, "CLAWTRAY_TOKEN": ""}
    code, said = spoken(clawtray("status", **url, CLAWTRAY_PASSWORD="another"))
    assert code == 41
    assert "does not accept the password from CLAWTRAY_PASSWORD" in said
    code, said = spoken(clawtray("status", **url, CLAWTRAY_PASSWORD=PASSWORD))
    assert code == 0, said


def test_a_password_of_the_gateway_s_own_file(by_password, clawtray):
    home = str(by_password.home)
    code, said = spoken(clawtray("status", HOME=home, CLAWTRAY_URL="", CLAWTRAY_TOKEN=""))
    assert code == 0, said


def test_no_password_where_one_is_wanted(by_password, clawtray):
    code, said = spoken(clawtray("status", CLAWTRAY_URL=by_password.url, CLAWTRAY_TOKEN=""))
    assert code == 41
    assert "needs a password, and none was found" in said


def test_a_token_where_a_password_is_wanted(by_password, clawtray):
    code, said = spoken(clawtray("status", CLAWTRAY_URL=by_password.url, CLAWTRAY_TOKEN="a-token"))
    assert code == 41
    assert "password" in said


def test_nothing_at_all(by_nothing, clawtray):
    code, said = spoken(clawtray("status", CLAWTRAY_URL=by_nothing.url, CLAWTRAY_TOKEN=""))
    assert code == 0, said
    with by_nothing.connect() as client:
        client.request("sessions.list", {})


def test_a_token_where_nothing_is_wanted(by_nothing, clawtray):
    code, said = spoken(clawtray("status", CLAWTRAY_URL=by_nothing.url, CLAWTRAY_TOKEN="a-token"))
    assert code == 0, said
