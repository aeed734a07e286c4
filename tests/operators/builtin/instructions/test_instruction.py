"""Edits of the instruction."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from llmrobust.operators.builtin.instructions.instruction_edits import EditParams
from tests.operators.prompts import CHOICE, OPTIONS, SENTIMENTS, rendered, review, texts


def edited(name: str, instruction: str, labels: tuple[str, ...] = SENTIMENTS, **params: object) -> dict[str, str]:
    template = "{% instruction %}" + instruction + "{% endinstruction %}\nReview: {{ text }}\nSentiment:\n"
    found = texts(name, rendered(template, {"text": "fine"}, labels), labels, **params)
    return {key: text.removesuffix("\nReview: fine\nSentiment:") for key, text in found.items()}


@pytest.mark.parametrize(
    ("plain", "polite"),
    [
        ("Classify the review.", "Please classify the review."),
        ("Answer with positive or negative.", "Please answer with positive or negative."),
        ("Please classify it.", None),
        ("Is it positive?", None),
        ("Review analysis: is it positive?", None),
        ("Answer: positive or negative", None),
    ],
)
def test_commands_are_asked_politely(plain: str, polite: str | None) -> None:
    assert edited("instruction.polite", plain) == ({} if polite is None else {"please": polite})


@pytest.mark.parametrize(
    ("plain", "command"),
    [
        ("Classify the review.", "You must classify the review."),
        ("Please classify the review.", "Classify the review."),
        ("Could you tell me whether it is positive?", "Tell me whether it is positive."),
        ('Can you please decide if "why?" is positive?', 'Decide if "why?" is positive.'),
        ("Your task is to find the mood.", "Find the mood."),
        ("You should choose positive or negative.", "Choose positive or negative."),
        ("Is it positive?", None),
        ("The review follows.", None),
    ],
)
def test_requests_become_commands(plain: str, command: str | None) -> None:
    assert edited("instruction.imperative", plain) == ({} if command is None else {"command": command})


def test_sentences_are_swapped_where_the_second_can_stand_first() -> None:
    swapped = edited("instruction.reorder", "Read the review. Answer with positive or negative.")
    assert swapped["sentences"] == "Answer with positive or negative. Read the review."
    both = edited("instruction.reorder", "Is it positive? Say negative if not.")
    assert both["sentences"] == "Say negative if not. Is it positive?"
    for stays in (
        "Is it good? Yes or no?",
        "Read it. Note that it is long.",
        "Read the review. Then answer.",
        "Read it. Answer with:",
        "One sentence.",
        "One. Two. Three.",
    ):
        assert "sentences" not in edited("instruction.reorder", stays)


def test_an_instruction_of_its_own_moves_behind_the_input() -> None:
    assert texts("instruction.reorder", review("Fine."), SENTIMENTS) == {
        "after-input": "Review: Fine.\nDecide whether the review is positive or negative.\nSentiment:"
    }
    found = texts("instruction.reorder", rendered(CHOICE, OPTIONS, ("A", "B", "C")), ("A", "B", "C"))
    assert found["after-input"].endswith("C. Oslo\nAnswer with A, B or C.\nAnswer:")
    inline = rendered("{% instruction %}Judge this:{% endinstruction %} {{ text }}\nMood:\n", {"text": "x"})
    assert texts("instruction.reorder", inline) == {}


def test_word_edits_leave_labels_and_everything_else_alone() -> None:
    found = edited("instruction.word", "Decide whether the review is positive or negative.", samples=30)
    kinds = [name.rstrip("0123456789").rstrip("-") for name in found]
    assert dict.fromkeys(kinds) == dict.fromkeys(["synonym", "drop", "swap"])
    assert len(set(found.values())) == len(found), "as many as there are, and none twice"
    for text in found.values():
        assert "positive" in text
        assert text.endswith("negative.")
        assert abs(len(text.split()) - 8) <= 1
    once = edited("instruction.word", "Decide whether the review is positive or negative.")
    assert list(once) == ["synonym-0", "drop-0", "swap-0"]


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("Answer the question about the text.", {"Respond to the question about the text."}),
        ("Reply to the customer.", {"Answer the customer."}),
        ("Please answer with one word.", {"Please reply with one word."}),
        ("Extract the dates.", {"Pull out the dates."}),
        ("Help me by answering the question.", {"Help me by responding to the question."}),
        ("The answer to the question is short.", set()),
    ],
)
def test_a_synonym_takes_its_own_complement(instruction: str, expected: set[str]) -> None:
    assert set(edited("instruction.word", instruction, (), kinds=["synonym"], samples=20).values()) == expected


@pytest.mark.parametrize(
    "instruction",
    [
        'Find the error, if there is one; if not, say "no error".',
        "Use the labels Bug, Feature and Question.",
        'Reply with a JSON object with the keys "intent" and "reply".',
        'Answer "acceptable" or "unacceptable".',
    ],
)
@pytest.mark.parametrize("name", ["instruction.word", "instruction.typo", "paraphrase.rules", "instruction.emphasis"])
def test_what_the_instruction_fixes_stays(name: str, instruction: str) -> None:
    wanted = ['"no error"', "Bug", "Feature", "Question", '"intent"', '"reply"', '"acceptable"', '"unacceptable"']
    params = {"samples": 20} if name in ("instruction.word", "instruction.typo") else {}
    found = edited(name, instruction, (), **params)
    assert found or name == "paraphrase.rules"
    for text in found.values():
        assert all(piece in text for piece in wanted if piece in instruction), text


@pytest.mark.parametrize(
    ("instruction", "polite"),
    [
        ("Given the text, decide whether it is true.", "Given the text, please decide whether it is true."),
        ("You are a clerk. Sort the letters by date.", "You are a clerk. Please sort the letters by date."),
        (
            "# Task\n- Paraphrase the sentence.\n- Never add words.",
            "# Task\n- Please paraphrase the sentence.\n- Never add words.",
        ),
        ("Water freezes at zero.", None),
        ("Context is below.", None),
    ],
)
def test_any_command_is_found_in_any_instruction(instruction: str, polite: str | None) -> None:
    found = edited("instruction.polite", instruction, ())
    assert found == ({} if polite is None else {"please": polite})


def test_typos_leave_labels_alone() -> None:
    for text in edited("instruction.typo", "Say positive or negative about this film.", rate=1, samples=5).values():
        assert " positive " in text
        assert " negative " in text
        assert not text.endswith("about this film.")


def test_edits_are_named_after_what_they_do() -> None:
    found = edited("instruction.edit", "Decide whether it is positive.", edits=["polite", "imperative", "typo", "word"])
    assert list(found) == ["polite", "imperative", "typo", "word"]
    assert found["polite"] == "Please decide whether it is positive."
    assert list(edited("instruction.edit", "Is it positive?")) == [], "a label is no place for a typo"


def test_unknown_edits_are_refused() -> None:
    with pytest.raises(ValidationError, match="imperative"):
        EditParams(edits=["rude"])


def test_prompts_without_an_instruction_are_not_edited() -> None:
    prompt = rendered("Classify the review.\nReview: {{ text }}\nMood:\n", {"text": "fine"})
    for name in ("polite", "imperative", "reorder", "word", "typo", "edit"):
        assert texts(f"instruction.{name}", prompt) == {}, name
    assert texts("instruction.typo", prompt, target="text")["0"] != prompt.messages[0].text


def test_system_and_user_instructions_with_equal_numbers_are_two_blocks() -> None:
    prompt = rendered(
        "{% instruction %}Judge the film.{% endinstruction %}\n{{ text }}",
        {"text": "x"},
        system="{% instruction %}You are brief.{% endinstruction %}",
    )
    assert texts("instruction.polite", prompt) == {"please": "Please judge the film.\nx"}
