from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given

from tray.core.model import History

LIMIT = 3
HISTORY = History(LIMIT, key=lambda record: record[0], has_ended=lambda record: record[1])
RECORDS = st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=30)


def test_a_record_is_found_by_its_key():
    records = ((1, False), (2, True))
    assert HISTORY.find(records, 2) == (2, True)
    assert HISTORY.find(records, 3) is None


def test_a_record_is_replaced_where_it_is_or_becomes_the_latest():
    records = ((1, False), (2, False))
    assert HISTORY.put(records, (1, True), in_place=True) == ((1, True), (2, False))
    assert HISTORY.put(records, (1, True), in_place=False) == ((2, False), (1, True))


def test_a_new_record_becomes_the_latest_and_the_oldest_that_has_ended_goes():
    records = ((1, False), (2, True), (3, True), (4, True))
    for in_place in (True, False):
        assert HISTORY.put(records, (5, False), in_place=in_place) == (
            (1, False),
            (3, True),
            (4, True),
            (5, False),
        )


@given(RECORDS)
def test_what_is_under_way_stays_and_the_last_that_ended_stay(records):
    kept, latest = (), {}
    for number, (key, ended) in enumerate(records):
        kept = HISTORY.put(kept, (key, ended), in_place=False)
        latest[key] = (number, ended)
    newest_first = sorted(((number, key) for key, (number, _) in latest.items()), reverse=True)
    open_keys = {key for key, (_, ended) in latest.items() if not ended}
    keys = [key for key, _ in kept]
    assert len(keys) == len(set(keys))
    assert open_keys <= set(keys)
    assert len([key for key, ended in kept if ended]) <= LIMIT
    assert keys == [key for _, key in reversed(newest_first) if key in keys]
