"""Formats: what may change, that gold labels follow, and that formats line up across examples."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from llmrobust.operators import REGISTRY, Draw
from llmrobust.operators.builtin.structure.format import CasingParams, EnumeratorParams, FormatParams, SeparatorParams
from llmrobust.operators.builtin.structure.format_names import value_name, value_of
from llmrobust.prompt.format_grammar import VALUES
from tests.operators.prompts import CHOICE, OPTIONS, SENTIMENTS, rendered, review, texts, variants

LETTERS = ("A", "B", "C")


def choice(**fields: object):
    return rendered(CHOICE, {**OPTIONS, **fields}, LETTERS)


def test_a_separator_is_changed_in_every_field_and_has_no_space_at_the_end() -> None:
    found = texts("format.separator", review("It was fine."), SENTIMENTS)
    assert found["double-colon"].endswith("Review::It was fine.\nSentiment::")
    assert found["space-dash-space"].endswith("Review - It was fine.\nSentiment -")
    assert found["newline-tab"].endswith("Review\n\tIt was fine.\nSentiment")
    assert len(found) == 13, "all of 15 but the present one and none at all"


def test_casing_leaves_out_what_changes_nothing() -> None:
    found = texts("format.casing", review("It was fine."), SENTIMENTS)
    assert set(found) == {"upper", "lower"}
    assert found["upper"].endswith("REVIEW: It was fine.\nSENTIMENT:")


def test_spacing_changes_the_space_between_fields_only() -> None:
    found = texts("format.spacing", review("It was fine."), SENTIMENTS)
    assert found["space-double-bar-space"].endswith("negative.\nReview: It was fine. || Sentiment:")
    assert "none" not in found, "two texts must not touch"


def test_numbering_takes_labels_and_their_mentions_with_it() -> None:
    found = variants("format.enumerator", choice(), LETTERS)
    roman = found["lower-roman"]
    assert dict(roman.label_map) == {"A": "i", "B": "ii", "C": "iii"}
    assert roman.prompt.messages[0].text == (
        "Answer with i, ii or iii.\nQuestion: Where is the Louvre?\nOptions:\ni. Paris\nii. Rome\niii. Oslo\nAnswer:"
    )
    assert dict(found["bracketed"].label_map) == {}
    assert "[A] Paris" in found["bracketed"].prompt.messages[0].text
    assert set(found) == {
        "parenthesised", "closed", "space-closed", "bracketed", "angled",
        "digits", "lower-letters", "upper-roman", "lower-roman", "unicode-roman",
    }  # fmt: skip


def test_labels_written_out_in_the_instruction_follow_but_articles_stay() -> None:
    prompt = rendered(
        "Answer A, B or C. A wrong answer costs a point.\n{{ options | choices }}\nAnswer:\n", OPTIONS, LETTERS
    )
    found = texts("format.enumerator", prompt, LETTERS)
    assert found["digits"].startswith("Answer 1, 2 or 3. A wrong answer costs a point.\n1. Paris")


def test_answers_of_demonstrations_follow_the_numbering() -> None:
    template = (
        "{% for one in shots %}{% example %}Q: {{ one.q }}\n{{ one.options | choices }}\nAnswer: {{ one.answer }}\n\n"
        "{% endexample %}{% endfor %}Q: {{ question }}\n{{ options | choices }}\nAnswer:\n"
    )
    shots = [{"q": "2+2?", "options": ["3", "4"], "answer": "B"}, {"q": "A?", "options": ["x", "y"], "answer": "A"}]
    found = texts("format.enumerator", rendered(template, {**OPTIONS, "shots": shots}, LETTERS), LETTERS)
    assert "Q: 2+2?\n1. 3\n2. 4\nAnswer: 2\n\nQ: A?\n1. x\n2. y\nAnswer: 1\n\nQ: Where" in found["digits"]


def test_without_answer_labels_numbers_change_and_nothing_is_mapped() -> None:
    found = variants("format.enumerator", rendered(CHOICE, OPTIONS), ())
    assert dict(found["digits"].label_map) == {}
    assert found["digits"].prompt.messages[0].text.startswith("Answer with 1, 2 or 3.")


def test_labels_that_an_example_does_not_show_follow_too() -> None:
    found = variants("format.enumerator", choice(options=["Paris", "Rome"]), ("A", "B", "C", "unsure"))
    assert dict(found["digits"].label_map) == {"A": "1", "B": "2", "C": "3"}


def test_too_many_options_for_a_numbering_leave_that_numbering_out() -> None:
    found = texts("format.enumerator", rendered(CHOICE, {**OPTIONS, "options": [f"o{i}" for i in range(13)]}))
    assert "unicode-roman" not in found
    assert "lower-roman" in found


def test_protected_structure_stays() -> None:
    prompt = rendered("Review: {{ text }}\nSentiment:\n", {"text": "Fine."}, SENTIMENTS, protect=["label"])
    assert texts("format.casing", prompt) == {}
    assert all("case=" not in name for name in texts("format", prompt, sample=40))


def test_protected_numbers_stay_wherever_they_are_named() -> None:
    template = "Answer with {% protect %}{{ options | labels }}{% endprotect %}.\n{{ options | choices }}\nAnswer:\n"
    found = texts("format.enumerator", rendered(template, OPTIONS, LETTERS), LETTERS)
    assert "digits" not in found
    assert "\n[A] Paris" in found["bracketed"]


def test_formats_are_different_valid_and_named_after_what_changes() -> None:
    found = variants("format", choice(), LETTERS, sample=40)
    whole = {one.prompt.messages[0].text for one in found.values()}
    assert len(found) == len(whole) == 40
    assert choice().messages[0].text not in whole
    for name, one in found.items():
        assert re.fullmatch(r"[a-z0-9._=+-]+", name)
        assert ("num=" in name) == bool(one.label_map)


def test_formats_are_all_there_are_when_there_are_few() -> None:
    found = variants("format", review("Fine."), SENTIMENTS, sample=100, attributes=["casing"])
    assert set(found) == {"case=upper", "case=lower"}
    both = variants("format", review("Fine."), SENTIMENTS, sample=1000, attributes=["casing", "separator"])
    assert len(both) == 3 * 14 - 1


def test_formats_line_up_across_examples_and_move_with_the_seed() -> None:
    first = variants("format", review("Fine."), SENTIMENTS, "ex-1", sample=12)
    other = variants("format", review("A longer text. It has two sentences."), SENTIMENTS, "ex-2", sample=12)
    assert list(first) == list(other)
    assert list(variants("format", review("Fine."), SENTIMENTS, seed=1, sample=12)) != list(first)


def test_an_example_with_too_many_options_has_the_others_formats_but_for_that_numbering() -> None:
    few = variants("format", choice(), LETTERS, sample=40)
    many = variants("format", choice(options=[f"option {i}" for i in range(13)]), LETTERS, sample=40)
    assert list(many) == [name for name in few if "num=unicode-roman" not in name]
    assert len(many) < 40


def test_a_smaller_sample_is_the_beginning_of_a_larger_one() -> None:
    few = list(variants("format", choice(), LETTERS, sample=4))
    assert list(variants("format", choice(), LETTERS, sample=16))[:4] == few


def test_items_of_a_word_are_an_enumeration_with_a_space_before_the_number() -> None:
    prompt = rendered("Sentence 1: {{ a }}\nSentence 2: {{ b }}\nSame:\n", {"a": "One.", "b": "Two."}, ("yes", "no"))
    found = texts("format", prompt, ("yes", "no"), sample=1000, attributes=["option_separator", "wrapper"])
    assert found["items1-wrap=bracketed.items1-gap=none"] == "Sentence[1]: One.\nSentence[2]: Two.\nSame:"


def test_numbers_that_the_instruction_names_stay() -> None:
    template = "{% instruction %}Does sentence 1 entail sentence 2?{% endinstruction %}\n" \
        "Sentence 1: {{ a }}\nSentence 2: {{ b }}\nAnswer:\n"  # fmt: skip
    prompt = rendered(template, {"a": "One.", "b": "Two."})
    assert all("num=" not in name for name in texts("format", prompt, sample=60))


def test_a_heading_keeps_its_list_below_it() -> None:
    found = texts("format.separator", choice(), LETTERS)
    assert "\nOptions::\nA. Paris" in found["double-colon-space"]
    assert "\nOptions -\nA. Paris" in found["space-dash-space"]


def test_running_text_has_no_format() -> None:
    prompt = rendered("Is this right? {{ text }}", {"text": "Yes."})
    for name in ("format", "format.separator", "format.casing", "format.spacing", "format.enumerator"):
        assert texts(name, prompt) == {}, name


def test_chosen_values_are_taken_by_name_or_as_they_are() -> None:
    assert set(texts("format.separator", review("Fine."), values=["double-colon", " - "])) == {
        "double-colon",
        "space-dash-space",
    }
    assert len(texts("format.separator", review("Fine."), sample=3)) == 3


def test_an_unknown_value_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValidationError, match='"colonn" is not a known value; known are none, triple-colon-space'):
        SeparatorParams(values=["colonn"])
    with pytest.raises(ValidationError, match="as-is, title, upper, lower"):
        CasingParams(values=["shouting"])
    with pytest.raises(ValidationError, match="grammar"):
        FormatParams(grammar="own")
    assert EnumeratorParams(values=["[x]", "lower-roman"]).values == ["[x]", "lower-roman"]


def test_every_value_has_a_name_of_its_own() -> None:
    for attribute, known in VALUES.items():
        names = [value_name(attribute, value) for value in known]
        assert len(set(names)) == len(known)
        assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)
        assert [value_of(attribute, name) for name in names] == list(known)
    assert value_name("separator", "::") == "double-colon"
    assert value_name("space", " <sep> ") == "space-sep-tag-space"


def test_the_seed_of_a_use_replaces_the_suites() -> None:
    operator = REGISTRY.get("format")
    assert operator is not None
    made = [
        [v.name for v in operator.variants(review("Fine."), operator.params(sample=5, seed=7), Draw(s, "format", "e"))]
        for s in (1, 2)
    ]
    assert made[0] == made[1]
