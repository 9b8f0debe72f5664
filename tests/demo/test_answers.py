import pytest

from tray.demo.answers import answer, subject


@pytest.mark.parametrize(
    ("prompt", "about"),
    [
        ("What is the capital of France?", "“the capital of France”"),
        ("Tell me about\n  the garden", "“the garden”"),
        ("Please explain quantum  computing to me. Thanks!", "“quantum computing to me”"),
        ("whatever works", "“whatever works”"),
        ("why?", "that"),
        ("", "that"),
        ("word " * 40, f"“{'word ' * 11}word…”"),
    ],
)
def test_the_subject_is_what_the_prompt_is_about(prompt, about):
    assert subject(prompt) == about


def test_an_answer_names_the_subject_says_that_it_is_a_demo_and_stays_the_same():
    said = answer("What about {braces}?")
    assert "“{braces}”" in said
    assert said.endswith("(This is the demo speaking: no model was asked and no token was spent.)")
    assert answer("What about {braces}?") == said
