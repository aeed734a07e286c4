"""Replies in styles that models have: Markdown, units, hedges, refusals, negations, other languages, JSON in fences, lists.

`other_replies.jsonl` has one reply a line, each with the `answer:` section that it is read by and what a person reads in
it: null where a person could not be sure. `person` is what a person reads where nothing is read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llmrobust.plan import Case
from llmrobust.request import Response
from llmrobust.score import score
from llmrobust.suitefile.suite import AnswerSpec, FieldSpec

MakeCase = Callable[..., Case]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "other_replies.jsonl").read_text("utf-8").splitlines()]
EACH = 60
"""Replies of each kind, at least."""
AS_TEXT = ("number", "choice", "exact", "code")


def spec_of(section: dict[str, Any]) -> AnswerSpec:
    """The `answer:` section of a row."""
    fields = {name: {"check": one} if isinstance(one, str) else one for name, one in section.get("fields", {}).items()}
    listed = {key: tuple(section[key]) for key in ("choices", "classes") if key in section}
    given = {key: value for key, value in section.items() if key not in ("fields", *listed)}
    return AnswerSpec(fields=tuple(FieldSpec(name, **one) for name, one in fields.items()), **listed, **given)


def read(make_case: MakeCase, row: dict[str, Any]) -> Any:
    """What is read from a row's reply, in the form in which the row writes it."""
    spec = spec_of(row["answer"])
    answer = score(make_case(), Response(row["reply"], "stop"), spec, spec.choices).answer
    if answer is None or spec.check in AS_TEXT or (spec.check == "regex" and not spec.fields):
        return answer
    try:
        return json.loads(answer)
    except ValueError:
        return answer


def same(found: Any, wanted: Any) -> bool:
    """Equal values of equal types: 1 is neither true nor "1"."""
    return json.dumps(found, sort_keys=True) == json.dumps(wanted, sort_keys=True)


def test_replies_in_other_styles_are_read_as_a_person_reads_them(make_case: MakeCase) -> None:
    wrong = [(row, found) for row in ROWS if not same(found := read(make_case, row), row["read"])]
    assert not wrong
    counts = Counter(row["answer"]["check"] for row in ROWS)
    kinds = ("number", "choice", "json", "ranking", "multilabel", "slots", "code", "tool_call")
    assert all(counts[check] >= EACH for check in kinds), counts


def test_nearly_all_that_a_person_reads_in_other_styles_is_read() -> None:
    missed = [row for row in ROWS if "person" in row]
    assert all(row["read"] is None for row in missed)
    assert len(missed) < 0.05 * sum(row["read"] is not None for row in ROWS)
