import pytest

from tests.faults import DOOR, FAULTS, STREAM, Faults


def test_a_fault_happens_as_often_as_it_is_set_to():
    faults = Faults()
    faults.add("http", 2, {})
    assert [faults.take("http") is not None for _ in range(3)] == [True, True, False]


def test_a_fault_without_a_number_happens_until_it_is_cleared():
    faults = Faults()
    fault = faults.add("http", None, {})
    assert faults.take("http") is faults.take("http") is fault
    assert not fault.over.is_set()
    faults.clear("http")
    assert fault.over.is_set()
    assert faults.take("http") is None


def test_a_fault_used_up_is_still_over_when_cleared():
    faults = Faults()
    fault = faults.add("slow_dial", 1, {})
    faults.take("slow_dial")
    faults.clear()
    assert fault.over.is_set()


def test_a_fault_is_for_its_method_only():
    faults = Faults()
    faults.add("mute", None, {"method": "agent"})
    assert faults.take("mute", method="health") is None
    assert faults.take("mute", method="agent") is not None


def test_clearing_one_leaves_the_others():
    faults = Faults()
    faults.add("http", None, {})
    faults.add("pairing", None, {})
    faults.clear("http")
    assert faults.take("pairing") is not None


def test_an_unknown_fault_is_an_error_that_names_the_known_ones():
    with pytest.raises(ValueError, match="half_frame"):
        Faults().add("halfframe", None, {})


def test_the_groups_are_made_of_known_faults():
    assert FAULTS.keys() >= DOOR | STREAM
