"""Delta debugging finds the smallest edit that flips, and never tries more than its budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.engine import Engine, Store
from llmrobust.loading import load_plan
from llmrobust.request import Response
from llmrobust.runner import run_plans
from llmrobust.score.embedding import embedder, forget_embedder
from llmrobust.score.verdict import Status
from llmrobust.search.shrink import (
    Found,
    Probe,
    Shrink,
    flips_to_shrink,
    letter_edits,
    smallest_edits,
    with_edits,
    word_edits,
)
from tests.engine.scripted import ScriptedModel

BEFORE = (("system", "Be brief."), ("user", "alpha beta gamma delta epsilon zeta eta theta"))
AFTER = (("system", "Be brief."), ("user", "ALPHA BETA GAMMA DELTA EPSILON ZETA ETA THETA"))
Flips = Callable[[str], bool]


def shrunk(flips: Flips, budget: int = 100, left: Callable[[str], float] | None = None, before=BEFORE, after=AFTER):
    """What is found, and the texts that were tried, batch by batch."""
    asking, batches = Shrink(before, after, budget, "b").run(), []
    try:
        wanted = next(asking)
        while True:
            texts = [with_edits(before, one)[-1][1] for one in wanted]
            batches.append(texts)
            wanted = asking.send([Probe(flips(text), left(text) if left else None, "b") for text in texts])
    except StopIteration as ended:
        found: Found = ended.value
        return found, batches


def text_of(found: Found, before=BEFORE) -> str:
    return with_edits(before, found.edits)[-1][1]


def test_the_words_that_changed_are_the_edits():
    before, after = (("user", "It was a good film, really."),), (("user", "It was the good movie, truly."),)
    edits = list(word_edits(before, after))
    assert [(before[0][1][s:e], new) for _, s, e, new in edits] == [
        ("a", "the"),
        ("film", "movie"),
        ("really", "truly"),
    ]
    assert with_edits(before, edits) == after
    assert with_edits(before, edits[1:2]) == (("user", "It was a good movie, really."),)


def test_a_single_edit_that_flips_alone_is_found_in_one_batch_of_words():
    found, batches = shrunk(lambda text: "DELTA" in text)
    assert text_of(found) == "alpha beta gamma DELTA epsilon zeta eta theta"
    assert found.minimal
    assert len(batches[0]) == 8


def test_two_edits_that_flip_only_together():
    found, _ = shrunk(lambda text: "BETA" in text and "ETA" in text.split())
    assert text_of(found) == "alpha BETA gamma delta epsilon zeta ETA theta"
    assert found.minimal


def test_three_of_eight_are_found_and_none_can_be_left_out():
    flips: Flips = lambda text: sum(word in text.split() for word in ("ALPHA", "DELTA", "THETA")) == 3  # noqa: E731
    found, _ = shrunk(flips)
    assert text_of(found) == "ALPHA beta gamma DELTA epsilon zeta eta THETA"
    assert found.minimal


def test_what_is_left_is_tried_letter_by_letter():
    before, after = (("user", "a wonderful film"),), (("user", "a wXnderfZl film"),)
    found, _ = shrunk(lambda text: "Z" in text, before=before, after=after)
    assert text_of(found, before) == "a wonderfZl film"
    assert list(letter_edits(before, (0, 2, 11, "wXnderfZl"))) == [(0, 3, 4, "X"), (0, 9, 10, "Z")]


def test_the_margin_guides_which_edits_are_tried_together():
    together = ("GAMMA", "ZETA")

    def left(text: str) -> float:
        return 1 - 0.3 * sum(word in text.split() for word in together)

    found, batches = shrunk(lambda text: all(word in text.split() for word in together), left=left)
    assert "alpha beta GAMMA delta epsilon ZETA eta theta" in batches[1]  # the first two by margin
    assert len(batches[1]) == 2
    assert text_of(found) == "alpha beta GAMMA delta epsilon ZETA eta theta"


def test_the_strongest_of_several_single_edits_is_taken():
    found, _ = shrunk(lambda text: "BETA" in text or "THETA" in text, left=lambda text: 0.1 if "THETA" in text else 0.4)
    assert text_of(found).endswith("THETA")


@pytest.mark.parametrize("budget", [1, 3, 8, 9, 12])
def test_the_budget_is_kept_and_its_end_is_said(budget: int):
    flips: Flips = lambda text: sum(map(str.isupper, text.split())) >= 7  # noqa: E731
    found, batches = shrunk(flips, budget)
    assert sum(map(len, batches)) <= budget
    assert flips(text_of(found))
    assert not found.minimal
    assert found.probes == sum(map(len, batches))


@given(st.sets(st.integers(0, 7), min_size=1), st.integers(20, 300))
def test_whatever_is_needed_what_is_found_flips_and_is_minimal(needed: set[int], budget: int):
    words = BEFORE[1][1].split()

    def flips(text: str) -> bool:
        return all(text.split()[at] == words[at].upper() for at in needed)

    found, batches = shrunk(flips, budget)
    assert sum(map(len, batches)) <= budget
    text = text_of(found)
    assert flips(text)
    if found.minimal:
        assert all(
            not flips(with_edits(BEFORE, found.edits[:i] + found.edits[i + 1 :])[-1][1])
            for i in range(len(found.edits))
        )
    if budget >= 200:
        assert found.minimal


def test_nothing_is_tried_twice():
    flips: Flips = lambda text: sum(map(str.isupper, text.split())) >= 5  # noqa: E731
    _, batches = shrunk(flips)
    tried = [text for batch in batches for text in batch]
    assert len(tried) == len(set(tried))


MEANINGS = """\
suite: moods
prompt: "{{ text }}"
examples: [{id: a, text: alpha beta gamma, gold: fine}]
answer: {field: gold, check: similarity, min: 0.9}
perturb: [casing.upper]
"""


def test_another_wording_of_the_same_answer_is_no_flip(tmp_path):
    """Free answers are worded anew for every prompt; what flips is the meaning."""
    forget_embedder()
    embedder(lambda texts: np.array([["bad" in text, "bad" not in text] for text in texts], dtype=float))

    def said(request):
        text = request.messages[-1][1]
        return Response(f"It is {'bad' if 'ALPHA' in text else 'good'}: {text}", "stop")

    path = tmp_path / "moods.robust.yaml"
    path.write_text(MEANINGS)
    plan = load_plan(path, tmp_path)
    engine = Engine(ScriptedModel(said, max_batch=64), lambda: Store(None))
    try:
        suite = run_plans([plan], engine, tmp_path).suites[0]
        (flip,) = flips_to_shrink(plan, suite.cases)
        (found,) = smallest_edits(plan, [flip], engine)
    finally:
        engine.close()
        forget_embedder()
    assert found.prompt(flip.clean_prompt)[-1][1] == "ALPHA beta gamma"
    assert found.minimal


def test_flips_that_a_judge_found_are_not_shrunk(tmp_path):
    """Nobody asks the judge about a part of the edits, and an answer that nobody judged is no sign that it stays."""
    path = tmp_path / "moods.robust.yaml"
    path.write_text(MEANINGS.replace("check: similarity, min: 0.9", "check: exact"))
    plan = load_plan(path, tmp_path)
    engine = Engine(ScriptedModel(max_batch=64), lambda: Store(None))
    try:
        cases = run_plans([plan], engine, tmp_path).suites[0].cases
    finally:
        engine.close()
    path.write_text(MEANINGS.replace("check: similarity, min: 0.9", "check: judge, judge: {llm: tiny}"))
    judged = load_plan(path, tmp_path)
    flipped = [replace(one, status=Status.FLIPPED) for one in cases if not one.is_original]
    assert flips_to_shrink(plan, flipped)
    assert flips_to_shrink(judged, flipped) == []
