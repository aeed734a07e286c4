"""Kept edits are found again by what stands around them, in whichever spans they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.operators.builtin.kept import KeptParams, with_text
from llmrobust.operators.kept_cases import KeptCase, KeptCases, KeptEdit, kept_edits, parse_kept
from llmrobust.operators.operator import Draw
from llmrobust.operators.registry import REGISTRY
from llmrobust.prompt.spans import Message, Prompt, Span
from llmrobust.text.edit_script import edited

SPANS = (
    Span("Say what it is: ", "instruction", region="instruction:0"),
    Span("good", "instruction", protected=True, region="instruction:0"),
    Span(" or not.", "instruction", region="instruction:0"),
    Span("\nReview", "label"),
    Span(": ", "separator"),
    Span("a good film", "variable", "text"),
)
PROMPT = Prompt((Message("system", (Span("Be brief."),)), Message("user", SPANS)))
TEXT = PROMPT.messages[1].text


def variants(edits, example="a"):
    params = KeptParams(file="kept.yaml", cases=(KeptCase(example="a", name="x", edits=edits),))
    return list(REGISTRY.get("kept").variants(PROMPT, params, Draw(0, "kept", example)))


def test_an_edit_is_told_from_others_by_its_context():
    at = TEXT.index("good film")
    (edit,) = kept_edits(PROMPT.as_messages(), [(1, at, at + 4, "gud")])
    assert edit.place(TEXT) == (at, at + 4)
    (made,) = variants((edit,))
    assert made.prompt.messages[1].text == TEXT[:at] + "gud" + TEXT[at + 4 :]
    assert made.prompt.protected_texts() == ("good",)


def test_only_its_own_example_is_edited():
    at = TEXT.index("film")
    assert variants(kept_edits(PROMPT.as_messages(), [(1, at, at + 4, "movie")]), example="b") == []


@given(st.integers(0, len(TEXT)), st.integers(0, 12), st.sampled_from(["", "X", "two words"]))
def test_any_edit_gives_the_text_that_it_gave(start: int, length: int, new: str):
    end = min(len(TEXT), start + length)
    made = with_text(PROMPT, 1, start, end, new)
    assert made.messages[1].text == TEXT[:start] + new + TEXT[end:]
    assert made.messages[0] is PROMPT.messages[0]
    edits = kept_edits(PROMPT.as_messages(), [(1, start, end, new)])
    if edits[0].place(TEXT) is not None and TEXT[start:end] != new:
        (variant,) = variants(edits)
        assert variant.prompt.as_messages() == edited(PROMPT.as_messages(), [(1, start, end, new)])


def test_files_are_written_and_read_again():
    edit = KeptEdit(message=1, before="a ", old="good", new="göod\n", after=" film")
    one = KeptCase(example="a", name="typo.drop-0", answer="yes", flipped_to="no", edits=(edit,))
    file = KeptCases(suite="s").with_cases([one, one, one.model_copy(update={"edits": (edit, edit)})])
    assert [case.name for case in file.cases] == ["typo.drop-0", "typo.drop-0-2"]
    assert parse_kept(file.text()) == list(file.cases)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "it is not valid YAML"),
        ("[]", "not written by `llmrobust keep`"),
        ("suite: s\ncases: [{example: a, name: B!, edits: [{message: 0}]}]", "cases.0.name"),
        ("suite: s", "it has no cases"),
    ],
)
def test_other_files_are_refused(text: str, message: str):
    with pytest.raises(ValueError, match=message.replace("[", r"\[")):
        parse_kept(text)


def test_an_edit_that_no_longer_fits_is_an_error():
    from llmrobust.errors import OperatorError

    with pytest.raises(OperatorError, match="no longer fits its prompt"):
        variants((KeptEdit(message=1, before="a ", old="bad", new="x"),))
    with pytest.raises(OperatorError, match="no longer fits its prompt"):
        variants((KeptEdit(message=7, old="good", new="x"),))
