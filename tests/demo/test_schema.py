import pytest

from tray.demo.schema import Shape, a, at_least, complaints, one_of, text, text_or_null

SHAPE = Shape(
    ("name",),
    {
        "name": text,
        "note": text_or_null,
        "count": at_least(1),
        "kind": one_of("a", "b"),
        "list": a(list),
        "on": a(bool),
        "inner": Shape(("x",), {"x": a(int)}),
    },
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"name": "n"}, []),
        ({"name": "n", "note": None, "count": 1, "kind": "b", "list": [], "on": True, "inner": {"x": 1}}, []),
        ([], ["must be object"]),
        ({}, ["must have required property 'name'"]),
        ({"name": "n", "foo": 1}, ["at root: unexpected property 'foo'"]),
        ({"name": ""}, ["at /name: must not have fewer than 1 characters"]),
        ({"name": 1}, ["at /name: must be string"]),
        ({"name": "n", "count": 0}, ["at /count: must be >= 1"]),
        ({"name": "n", "count": True}, ["at /count: must be integer"]),
        ({"name": "n", "kind": "c"}, ["at /kind: must be equal to one of the allowed values"]),
        ({"name": "n", "list": {}}, ["at /list: must be array"]),
        ({"name": "n", "on": 1}, ["at /on: must be boolean"]),
        ({"name": "n", "inner": {"x": True}}, ["at /inner/x: must be number"]),
        ({"name": "n", "inner": {}}, ["at /inner: must have required property 'x'"]),
        ({"name": "n", "inner": {"x": 1, "y": 2}}, ["at /inner: unexpected property 'y'"]),
    ],
)
def test_each_breach_is_named_where_it_stands(value, expected):
    assert list(complaints(SHAPE, value)) == expected
