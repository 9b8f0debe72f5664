from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.view.panel.markdown import Run, is_safe, parse


def shown(text):
    """The text that is read."""
    return "".join(run.text for run in parse(text))


def styles(text, word):
    """The styles of the run with this text."""
    return next(run.styles for run in parse(text) if run.text == word)


def test_plain_text():
    assert parse("Good day.") == (Run("Good day."),)
    assert parse("") == ()


def test_paragraphs_stand_apart_by_a_small_gap():
    assert parse("One.\n\nTwo.") == (Run("One."), Run("\n", ("gap",)), Run("\n", ("gap",)), Run("Two."))


def test_a_line_break_stays_one():
    assert shown("One\ntwo  \nthree") == "One\ntwo\nthree"


@pytest.mark.parametrize(("marks", "style"), [("#", "h1"), ("##", "h2"), ("###", "h3"), ("######", "h3")])
def test_headings(marks, style):
    assert styles(f"{marks} Plan\n\ntext", "Plan") == (style,)
    assert styles(f"{marks} Plan\n\ntext", "text") == ()


def test_emphasis_and_code():
    text = "a **b** *c* `d` ***e***"
    assert styles(text, "b") == ("strong",)
    assert styles(text, "c") == ("em",)
    assert styles(text, "d") == ("code",)
    assert set(styles(text, "e")) == {"strong", "em"}


def test_lists_are_tight_and_numbered_as_written():
    assert shown("- one\n- two") == "•\tone\n•\ttwo"
    assert shown("3. three\n4. four") == "3.\tthree\n4.\tfour"
    assert styles("- one", "•\t") == ("in1", "mark")
    assert styles("- one", "one") == ("in1",)


def test_lists_in_lists_are_indented_to_a_depth_that_has_a_style():
    text = "".join(f"{'  ' * depth}- d{depth}\n" for depth in range(6))
    assert styles(text, "d1") == ("in2",)
    assert styles(text, "d5") == ("in4",)


def test_an_empty_item_keeps_its_mark():
    assert shown("-\n- two") == "•\t\n•\ttwo"


@pytest.mark.parametrize("text", ["```python\nx = 1\n  y\n```", "    x = 1\n      y\n"])
def test_code_is_shown_as_it_was_written(text):
    assert parse(text) == (Run("x = 1\n  y", ("block",)),)


def test_code_within_a_list():
    text = "1. do\n\n   ```\n   x\n   ```\n"
    assert styles(text, "x") == ("in1", "block")


def test_quotes_and_rules():
    assert styles("> said", "said") == ("quote",)
    assert styles("> said\n\nmore", "more") == ()
    assert styles("a\n\n---\n\nb", "―" * 12) == ("rule",)


def test_links_have_their_address():
    assert Run("docs", ("link",), "https://docs.example/?a=1") in parse(
        "see [docs](https://docs.example/?a=1)."
    )
    assert Run("http://a.example/", ("link",), "http://a.example/") in parse("<http://a.example/>")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ms-settings:x", "/local", "mailto:a@b.example"])
def test_other_addresses_are_text_alone(address):
    assert all(run.link is None for run in parse(f"[here]({address})"))
    assert "here" in shown(f"[here]({address})")


def test_html_and_pictures_are_what_was_written():
    assert shown("<b>bold</b> <script>x</script>") == "<b>bold</b> <script>x</script>"
    assert shown("![a cat](https://cat.example/)") == "a cat"


def test_what_could_turn_the_text_around_is_gone():
    assert shown("ab\u202ecd\x1b[31m") == "abcd[31m"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/", True),
        ("http://a.example", True),
        ("javascript:x", False),
        ("https://\u0430.example/", False),
        ("https://a.example/ b", False),
        ("", False),
    ],
)
def test_addresses_that_may_be_offered(url, safe):
    assert is_safe(url) is safe


@given(st.text())
def test_any_text_can_be_parsed(text):
    assert all(isinstance(run, Run) for run in parse(text))


@given(st.text(alphabet="-*#>`[]()1. \nab_", max_size=60))
def test_any_markup_can_be_parsed(text):
    assert all(run.text == "" or run.text.strip("\n") != "" or "\n" in run.text for run in parse(text))
