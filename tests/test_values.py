"""The base of values with private fields, and `replace`."""

from __future__ import annotations

from typing import ClassVar

import pytest

from tray.values import PrivateStruct, replace


class Login(PrivateStruct, frozen=True):
    private_fields: ClassVar[frozenset[str]] = frozenset({"token"})

    user: str
    token: str = "s3cret"


def test_repr_leaves_out_private_fields():
    assert repr(Login("ann")) == "Login(user='ann')"


def test_private_fields_count_in_comparison():
    assert Login("ann", "one") != Login("ann", "two")
    assert Login("ann") == Login("ann", "s3cret")


def test_replace_changes_the_named_fields_alone():
    changed = replace(Login("ann", "one"), user="bob")

    assert (changed.user, changed.token) == ("bob", "one")


def test_replace_refuses_an_unknown_field():
    with pytest.raises(TypeError):
        replace(Login("ann"), nobody=1)


def test_values_are_frozen():
    with pytest.raises(AttributeError):
        Login("ann").user = "bob"
