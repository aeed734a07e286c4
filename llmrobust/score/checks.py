"""The registry of checks: how a free answer is read from a reply, and what its gold answer is compared as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from llmrobust.errors import CheckError
from llmrobust.registry import Registry, summary_of
from llmrobust.score.choice import label_index, read_choice
from llmrobust.score.code import gold_code, read_code
from llmrobust.score.frames import unframed
from llmrobust.score.json_fields import fields_of, gold_fields, read_fields
from llmrobust.score.judged_answers import CHECK as JUDGE
from llmrobust.score.judged_answers import MEETS, NO_JUDGE
from llmrobust.score.label_sets import gold_labels, read_labels
from llmrobust.score.ngrams import read_overlapping
from llmrobust.score.normalise import Reading, contains_words, normalised
from llmrobust.score.number import read_number, same_number
from llmrobust.score.rankings import gold_ranking, read_ranking
from llmrobust.score.similarity import gold_similar, plain_text, read_similar
from llmrobust.score.slot_pairs import gold_slots, read_slots
from llmrobust.score.structured import canonical_gold, read_json, same_json
from llmrobust.score.tool_calls import CHECK as TOOL_CALL
from llmrobust.score.tool_calls import gold_calls, read_calls
from llmrobust.suitefile.suite import AnswerSpec
from llmrobust.text.patterns import PatternTooSlow, first_groups, first_match

Reader = Callable[[str], str | None]
Same = Callable[[str, str], bool]
R = TypeVar("R", bound=Reader)


@dataclass(frozen=True, slots=True)
class Check:
    """How answers are read and compared.

    read: from a reply's text without its reasoning, the suite's `answer:` section and the gold answer (None without
    one) to the answer in canonical form: two answers agree if they are equal, and one is right if it equals the gold
    answer's form. gold: that form; None for a text that is not an answer. code: the
    project's functions that it is made of.
    """

    name: str
    summary: str
    read: Callable[[str, AnswerSpec, str | None], Reading]
    gold: Callable[[str, AnswerSpec], str | None]
    code: tuple[Callable[..., object], ...] = ()


CHECKS: Registry[Check] = Registry("check", "llmrobust.checks", CheckError)
"""What `answer: {check: NAME}` may name."""


def check(name: str, *, same: Same | None = None, registry: Registry[Check] = CHECKS) -> Callable[[R], R]:
    """Register the decorated function as a check; its docstring's first line is the summary.

    The function reads a text: it returns the answer in the form in which answers are compared, or None where the text
    gives none (the case is *unparsed*, as it is when the function raises). Gold answers are read by it too. same: takes
    an answer and the gold answer, both as read; if it returns True, the answer counts as that gold answer. Raises
    CheckError when the name is taken.
    """

    def register(function: R) -> R:
        summary = summary_of(function)

        def read(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
            found = _by_function(name, function, text)
            gold = None if same is None or expected is None else _by_function(name, function, expected).answer
            if same is None or gold is None or found.answer is None:
                return found
            try:
                return Reading(gold) if same(found.answer, gold) else found
            except Exception as error:
                return Reading(None, f"check {name} raised {type(error).__name__}: {error}")

        def gold(text: str, spec: AnswerSpec) -> str | None:
            return _by_function(name, function, text).answer

        code = (function,) if same is None else (function, same)
        registry.add(name, Check(name, summary, read, gold, code))
        return function

    return register


def _by_function(name: str, function: Reader, text: str) -> Reading:
    """What a project's function reads; if it fails in any way, there is no answer."""
    try:
        answer = function(text)
    except Exception as error:
        return Reading(None, f"check {name} raised {type(error).__name__}: {error}")
    if answer is None:
        return Reading(None, f"check {name} finds no answer")
    if not isinstance(answer, str):
        return Reading(None, f"check {name} returned {type(answer).__name__}, not a text or None")
    return Reading(answer)


def _read_choice(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    if not spec.choices:
        return Reading(None, "there are no choices")
    found = read_choice(text, spec.choices, ignore_case=spec.ignore_case)
    return found if isinstance(found, Reading) else Reading(spec.choices[found])


def _gold_choice(text: str, spec: AnswerSpec) -> str | None:
    found = label_index(text, spec.choices, ignore_case=spec.ignore_case) if spec.choices else None
    return None if found is None else spec.choices[found]


def _read_exact(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    answer = normalised(unframed(text), spec.ignore_case)
    return Reading(answer) if answer else Reading(None, "the answer is empty")


def _gold_text(text: str, spec: AnswerSpec) -> str | None:
    return normalised(text, spec.ignore_case) or None


def _read_containing(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """An answer that contains the gold answer is the gold answer: two such answers agree."""
    read = _read_exact(text, spec, expected)
    gold = None if expected is None else normalised(expected, spec.ignore_case)
    return Reading(gold) if read.answer and gold and contains_words(read.answer, gold) else read


def _read_number(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """An answer near enough to the gold answer is the gold answer: two such answers agree."""
    read = read_number(text)
    gold = read_number(expected) if expected is not None else Reading(None)
    return gold if read.answer and gold.answer and same_number(read.answer, gold.answer, spec.tolerance) else read


def _read_json(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """A value that equals a gold answer without a type is the gold answer."""
    if spec.fields:
        return read_fields(text, spec, expected)
    read = read_json(text, spec.json_path, spec.ignore_case, spec.coerce)
    gold = None if expected is None else canonical_gold(expected, spec.ignore_case, spec.coerce)
    return Reading(gold) if read.answer is not None and gold is not None and same_json(read.answer, gold) else read


def _gold_matched(text: str, spec: AnswerSpec) -> str | None:
    return gold_fields(text, replace(spec, coerce=True)) if spec.fields else _gold_text(text, spec)


def _gold_json(text: str, spec: AnswerSpec) -> str | None:
    return gold_fields(text, spec) if spec.fields else canonical_gold(text, spec.ignore_case, spec.coerce)


def _read_matched(text: str, spec: AnswerSpec, expected: str | None) -> Reading:
    """The first group (or all) of the first match of the suite's pattern, or its named groups as fields."""
    try:
        if spec.fields:
            groups = first_groups(spec.pattern or "", text, ignore_case=spec.ignore_case)
            if groups is None:
                return Reading(None, f"nothing in the answer matches {spec.pattern}")
            return fields_of(groups, replace(spec, coerce=True), expected)
        value = first_match(spec.pattern or "", text, ignore_case=spec.ignore_case)
    except PatternTooSlow as error:
        return Reading(None, str(error))
    if value is None:
        return Reading(None, f"nothing in the answer matches {spec.pattern}")
    answer = normalised(value, spec.ignore_case)
    return Reading(answer) if answer else Reading(None, f"the group of {spec.pattern} is empty")


def _gold_judged(text: str, spec: AnswerSpec) -> str | None:
    return MEETS if spec.judge is not None and spec.judge.question == "criteria" else plain_text(text) or None


for _ngrams, _what in (("bleu", "words in order"), ("chrf", "letters in order"), ("rouge", "the longest common words")):
    CHECKS.add(
        _ngrams, Check(_ngrams, f"a text that shares {_what} with the gold answer", read_overlapping, gold_similar)
    )

for _built_in in (
    Check("choice", "one of the choices", _read_choice, _gold_choice),
    Check("exact", "the gold answer and nothing else", _read_exact, _gold_text),
    Check("contains", "the gold answer somewhere", _read_containing, _gold_text),
    Check("regex", "what the pattern's first group matches", _read_matched, _gold_matched),
    Check("number", "the gold number, within the tolerance", _read_number, lambda text, spec: read_number(text).answer),
    Check(
        "json",
        "the gold value, at `json_path`",
        _read_json,
        _gold_json,
    ),
    Check("ranking", "items in order", read_ranking, gold_ranking),
    Check("multilabel", "a set of labels", read_labels, gold_labels),
    Check("slots", "slots and their values, also as BIO tags", read_slots, gold_slots),
    Check("similarity", "a text of the same meaning, by vectors", read_similar, gold_similar),
    Check(TOOL_CALL, "a tool call: its name and its arguments", read_calls, gold_calls),
    Check(JUDGE, "what a second model calls right", lambda text, spec, gold: Reading(None, NO_JUDGE), _gold_judged),
    Check("code", "Python code with the same syntax tree", read_code, gold_code),
):
    CHECKS.add(_built_in.name, _built_in)
