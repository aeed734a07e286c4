"""Which spans of a prompt are pieces of the grammar."""

from __future__ import annotations

from llmrobust.prompt.format_grammar import template
from llmrobust.prompt.format_reader import Structure, structure_of
from llmrobust.prompt.spans import Prompt
from tests.operators.prompts import CHOICE, OPTIONS, rendered, review


def read(prompt: Prompt) -> Structure:
    structure = structure_of(prompt)
    assert structure is not None
    return structure


def written(prompt: Prompt) -> list[str]:
    structure = read(prompt)
    return [template(part, structure.original) for part in structure.parts]


def test_fields_are_read_with_the_format_that_they_stand_in() -> None:
    structure = read(review("Fine."))
    assert dict(structure.original) == {
        ("fields", "casing"): "as_is",
        ("fields", "separator"): ": ",
        ("fields", "space"): "\n",
    }
    assert written(review("Fine.")) == ["Review: {}\nSentiment: {}"]
    assert structure.answer_label == "Sentiment"


def test_options_and_their_heading_are_read() -> None:
    prompt = rendered(CHOICE, OPTIONS)
    assert written(prompt) == ["Question: {}\nOptions: \nA. {}\nB. {}\nC. {}\nAnswer: {}"]
    assert read(prompt).numbers == ("A", "B", "C")
    assert read(prompt).original["options", "wrapper"] == "x."


def test_the_original_format_writes_nothing_anew() -> None:
    for prompt in (review("Fine."), rendered(CHOICE, OPTIONS)):
        structure = read(prompt)
        assert structure.allows(structure.original)
        assert structure.texts(structure.original) == {}


def test_blank_lines_between_demonstrations_are_no_space_of_the_format() -> None:
    template_text = (
        "{% for one in shots %}Review: {{ one }}\nSentiment: good\n\n{% endfor %}Review: {{ text }}\nSentiment:\n"
    )
    prompt = rendered(template_text, {"shots": ["x", "y"], "text": "z"})
    spaces = [p for p in read(prompt).pieces if p.slots == (("fields", "space"),)]
    assert all(prompt.span(piece.place).text == "\n" for piece in spaces)


def test_fields_that_are_all_a_blank_line_apart_are_joined_by_it() -> None:
    prompt = rendered("Review: {{ text }}\n\nSentiment:\n", {"text": "z"})
    assert read(prompt).original["fields", "space"] == "\n\n"


def test_numbers_of_an_unknown_kind_are_left_alone() -> None:
    spans = rendered("{{ options | choices }}", OPTIONS).messages[0].spans
    assert spans[0].text == "A."
    odd = rendered("{{ options | choices }}", OPTIONS).with_texts({(0, 0): "Q.", (0, 4): "Z."})
    assert structure_of(odd) is None
    late = rendered("{{ options | choices }}", {"options": ["x", "y"]}).with_texts({(0, 0): "B.", (0, 4): "C."})
    assert structure_of(late) is None, "options begin at the beginning"


def test_text_without_fields_has_no_structure() -> None:
    assert structure_of(rendered("Is {{ text }} fine?", {"text": "this"})) is None
    assert structure_of(Prompt(())) is None
