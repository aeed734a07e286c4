"""Replies as models write them, each with what a person reads in it; null where a person could not be sure."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmrobust.plan import Case
from llmrobust.request import Response
from llmrobust.score import Outcome, score
from llmrobust.score.normalise import normalised
from llmrobust.score.structured import Unreadable, json_value
from llmrobust.score.tool_calls import gold_calls
from llmrobust.suitefile.suite import AnswerSpec

MakeCase = Callable[..., Case]
REPLIES = [json.loads(line) for line in (Path(__file__).parent / "replies.jsonl").read_text("utf-8").splitlines()]


def read(make_case: MakeCase, row: dict[str, Any]) -> str | None:
    """The answer that is read from a reply; the verdict must say why there is none."""
    labels = tuple(row.get("choices", ()))
    verdict = score(make_case(), Response(row["reply"], "stop"), AnswerSpec(choices=labels, check=row["check"]), labels)
    assert (verdict.outcome is Outcome.ANSWERED) == (verdict.answer is not None)
    assert verdict.answer is not None or verdict.reason
    return verdict.answer


@pytest.mark.parametrize("row", REPLIES, ids=lambda row: f"{row['check']}-{row['reply'][:40]!r}")
def test_reply_is_read_as_a_person_reads_it(make_case: MakeCase, row: dict[str, Any]) -> None:
    assert read(make_case, row) == row["read"]


def plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def test_every_collected_case_is_read_as_it_must_be(make_case: MakeCase, shared_data: Path) -> None:
    rows = [json.loads(line) for line in (shared_data.parent / "cases" / "answers.jsonl").read_text().splitlines()]
    assert len(rows) >= 28
    for row in rows:
        if row["check"] == "json":
            try:
                found = json.loads(json.dumps(json_value(row["reply"]), default=plain))
            except Unreadable:
                found = None
            assert found == row["read"], row
            assert all(type(found[key]) is type(row["read"][key]) for key in found), row
        else:
            assert read(make_case, row) == row["read"], row


@pytest.mark.parametrize(
    ("check", "reply", "gold", "right"),
    [
        ("number", "18 (not 20)", "18", True),
        ("number", "1/2", "0.5", True),
        ("number", "\\frac{3}{4}", "0.75", True),
        ("number", "negative five", "-5", True),
        ("number", "one hundred and twenty", "120", True),
        ("number", "1/3", "1/3", True),
        ("json", '{"name": "Ada", "age": "36"}', '{"name": "Ada", "age": 36}', False),
        ("json", '{"name": "Ada", "age": 36, "note": null}', '{"name": "Ada", "age": 36}', True),
        ("json", '{"name": "Ada", "age": 36, "note": "x"}', '{"name": "Ada", "age": 36}', False),
        ("json", '{"a": 2}\n\nNote: {"a": 3} would be wrong', '{"a": 2}', True),
    ],
)
def test_what_is_read_is_compared_by_its_value(
    make_case: MakeCase, check: Any, reply: str, gold: str, right: bool
) -> None:
    assert score(make_case(expected=gold), Response(reply, "stop"), AnswerSpec(check=check), ()).correct is right


NUMBER_FRAMES = st.sampled_from(
    [
        "{}",
        "**{}**",
        "The answer is {}.",
        "The final answer is: **{}**",
        "#### {}",
        "$\\boxed{{{}}}$",
        "<answer>{}</answer>",
        "<think>maybe 17, or 18?</think>\n{}",
        "[THINK]17?[/THINK]{}",
        "16 - 3 - 4 = 9\n#### {}",
        '{{"answer": {}}}',
        "{}\n\nExplanation: there are 3 of them.",
        "So she has {} in all.",
    ]
)


@settings(max_examples=150)
@given(st.decimals(-(10**7), 10**7, places=2, allow_nan=False) | st.integers(-(10**9), 10**9), NUMBER_FRAMES)
def test_a_number_is_read_equal_in_every_common_frame(make_case: MakeCase, value: Decimal | int, frame: str) -> None:
    answer = read(make_case, {"check": "number", "reply": frame.format(value)})
    assert answer is not None
    assert Decimal(answer) == value


CHOICE_FRAMES = st.sampled_from(
    [
        "{}",
        "{}.",
        "({})",
        "**{}**",
        "Answer: {}",
        "The answer is {}.",
        "The correct answer is ({}).",
        "Option {}: that is it",
        "I think it's {}.",
        "I would choose {}.",
        "{}, because the others are wrong",
        "<answer>{}</answer>",
        '{{"answer": "{}"}}',
        "$\\boxed{{\\text{{{}}}}}$",
        "<think>A? B? C? D?</think>\n\n{}",
        "[THINK]A? B?[/THINK]{}",
        "The correct answer is not X but {}.",
        "{}\nExplanation: A, B, C and D were weighed.",
    ]
)


@settings(max_examples=150)
@given(st.sampled_from("ABCD"), st.integers(1, 3), CHOICE_FRAMES)
def test_a_choice_is_read_equal_in_every_common_frame(make_case: MakeCase, label: str, step: int, frame: str) -> None:
    reply = frame.replace("X", "ABCD"[("ABCD".index(label) + step) % 4]).format(label)
    assert read(make_case, {"check": "choice", "reply": reply, "choices": list("ABCD")}) == label


PIECES = st.sampled_from(
    "18 20 -3 1/2 3:2 12:30 1.000,5 minus negative eighteen hundred and half point not but neither nor or A B (c) d) . ,"
    " ; : ? ! \n #### \\boxed{ } \\frac{3}{4} \\text{ <think> </think> [THINK] <answer> </answer> answer is option {"
    " [ \" ' $ % = + * ^ 1. 2. because since between to million k ½ ² × √ January".split(" ")
)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=14), st.sampled_from([" ", ""]), st.sampled_from(["number", "choice", "json"]))
def test_no_reply_whatever_raises(make_case: MakeCase, pieces: list[str], joint: str, check: str) -> None:
    row: dict[str, Any] = {"check": check, "reply": joint.join(pieces)}
    read(make_case, row | ({"choices": list("ABCD")} if check == "choice" else {}))


SMOLLM2 = [
    json.loads(line) for line in (Path(__file__).parent / "smollm2_replies.jsonl").read_text("utf-8").splitlines()
]
"""Different replies of SmolLM2-135M-Instruct (float32, greedy) to prompts of all kinds: tickets, multiple choice, numbers
with and without steps, JSON, dates, sets of labels, rankings, tool calls. Each with what a person reads in it who sees only the
reply, whether it ended or was cut off, and the labels; null where a person could not be sure. Sums are read by their result,
whatever it should be, and a cut-off answer of an open set is none."""


def given(row: dict[str, Any], answer: str) -> Any:
    """An answer in the form in which the row writes it."""
    if row["check"] == "json":
        return json.loads(json.dumps(json_value(row["reply"]), default=plain))
    if row["check"] == "number":
        return Decimal(answer)
    return json.loads(answer) if row["check"] in ("ranking", "multilabel", "tool_call") else answer


def wanted(row: dict[str, Any]) -> Any:
    """What a person reads, in the form of `given`."""
    if row["read"] is None:
        return None
    forms: dict[str, Callable[[Any], Any]] = {
        "number": Decimal,
        "multilabel": sorted,
        "exact": normalised,
        "tool_call": lambda call: json.loads(str(gold_calls(json.dumps(call), AnswerSpec(check="tool_call")))),
    }
    return forms.get(row["check"], lambda read: read)(row["read"])


def test_replies_of_a_real_small_model_are_read_as_a_person_reads_them(make_case: MakeCase) -> None:
    assert len(SMOLLM2) == len({(row["check"], str(row.get("choices")), row["reply"]) for row in SMOLLM2}) >= 300
    misread, unread, readable = [], [], 0
    for row in SMOLLM2:
        labels = tuple(row.get("choices", ()))
        spec = AnswerSpec(choices=labels, check=row["check"], classes=tuple(row.get("classes", ())))
        found = score(make_case(), Response(row["reply"], row["finish"]), spec, labels).answer
        readable += row["read"] is not None
        if found is None:
            unread += [row] if row["read"] is not None else []
        elif given(row, found) != wanted(row):
            misread.append((row, found))
    assert not misread, "an answer that a person does not read is worse than none"
    assert readable > 150
    assert len(unread) < 0.05 * readable, unread
