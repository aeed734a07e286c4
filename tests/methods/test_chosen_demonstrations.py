"""Demonstrations by vectors, by type, and with noise in them."""

from __future__ import annotations

import numpy as np
import pytest

from llmrobust.methods import METHODS
from llmrobust.methods.demonstrations import FewShotParams, augmented, demonstrations, types_in
from llmrobust.methods.sending import Setting
from tests.methods.test_sent_prompts import LABELS, POOL, prompt, question

CALLS: list[list[str]] = []


def by_length(spec: str, texts):
    """Vectors that point where a text's length says, on a quarter circle."""
    CALLS.append([spec, *texts])
    angles = np.array([min(len(text), 40) for text in texts]) / 40 * np.pi / 2
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def sent(setting: Setting, *questions, **params) -> list[str]:
    method = METHODS.get("few-shot")
    course = method.sending.function(list(questions), method.params(**params), setting)
    return [probe.request.messages[-1][1] for probe in next(course)]


def test_the_nearest_vectors_are_shown_the_nearest_last_and_embedded_in_one_call():
    CALLS.clear()
    setting = Setting(0, LABELS, "answer", POOL, vectors=by_length)
    one, other = question(prompt("A fair film.")), question(prompt("It was a slow film"), example="b")
    first, second = sent(setting, one, other, k=2, choose="embedding", embedder="minilm")
    # Lengths: the pool's 14, 15 and 17; the questions' 12 and 18.
    assert first.index("A joy to read.") < first.index("Dull and slow.") or "Dull and slow." in first
    assert first.split("Review: ")[2].startswith("Dull and slow.")
    assert second.split("Review: ")[2].startswith("What a slow film.")
    assert len(CALLS) == 1
    assert CALLS[0][0] == "minilm"


def test_without_vectors_a_dry_run_still_shows_demonstrations():
    (text,) = sent(Setting(0, LABELS, "answer", POOL), question(prompt()), k=2, choose="embedding")
    assert text.count("Review: ") == 3


@pytest.mark.parametrize(
    ("answer", "types"),
    [
        ("positive", {"positive"}),
        ({"city": "Rome", "day": "", "people": 2}, {"city", "people"}),
        ('{"city": "Rome"}', {"city"}),
        ('{"tokens": ["to", "Rome"], "tags": ["O", "B-city"]}', {"city"}),
        ("to/O New/B-city York/I-city on/O Monday/B-day", {"city", "day"}),
        ([["city", "Rome"], ["day", "Monday"]], {"city", "day"}),
    ],
)
def test_the_types_of_an_answer(answer, types):
    assert types_in(answer) == types


def test_the_fewest_demonstrations_that_show_every_slot():
    rows = (
        {"text": "to Rome", "answer": '{"city": "Rome"}'},
        {"text": "to Oslo", "answer": '{"city": "Oslo"}'},
        {"text": "two to Bonn on Monday", "answer": '{"city": "Bonn", "people": 2}'},
        {"text": "on Monday", "answer": '{"day": "Monday"}'},
    )
    setting = Setting(0, (), "answer", rows)
    found = demonstrations(question(prompt("hi")), FewShotParams(k=2, choose="types"), setting)
    assert [row["text"] for row in found] == ["two to Bonn on Monday", "on Monday"]
    third = demonstrations(question(prompt("hi")), FewShotParams(k=3, choose="types"), setting)
    assert third[2]["text"] == "to Rome"  # all slots are shown: from the start


def test_noise_in_demonstrations_is_fixed_and_leaves_their_answers():
    rows = [{"text": "The film received a wonderful welcome in the beginning.", "answer": "positive"}] * 3
    setting = Setting(4, LABELS, "answer", tuple(rows))
    one = question(prompt())
    for level in ("character", "word", "sentence"):
        params = FewShotParams(k=3, augment=level)
        found = augmented(rows, one, params, setting)
        assert found[0]["text"] != rows[0]["text"], level
        assert found[0]["answer"] == "positive"
        assert found == augmented(rows, one, params, setting)
    assert augmented(rows, one, FewShotParams(), setting) == rows
    each = [row["text"] for row in augmented(rows, one, FewShotParams(augment="all"), setting)]
    assert len(set(each)) == 3


def test_a_row_that_an_operator_leaves_alone_stays():
    rows = [{"text": "7", "answer": "positive"}]
    found = augmented(
        rows, question(prompt()), FewShotParams(augment="word"), Setting(4, LABELS, "answer", tuple(rows))
    )
    assert found == rows
