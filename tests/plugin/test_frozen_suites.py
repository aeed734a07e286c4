"""Suites with frozen variants under pytest: what is stale or unreviewed is said, marked, and passes no gate."""

from __future__ import annotations

import json

import pytest

from llmrobust.operators.frozen_variants import FrozenFile, FrozenVariant, Review, text_hash
from tests.plugin.conftest import Project

SUITE = """\
suite: reviews
prompt:
  user: |
    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples:
  - {id: a, text: "movie 1 is good.", answer: positive}
  - {id: b, text: "movie 2 is superb.", answer: positive}
  - {id: c, text: "movie 3 is awful.", answer: negative}
answer: {field: answer, choices: [positive, negative]}
perturb:
  - frozen: {file: frozen.jsonl}
  - punctuation.strip_final: {target: input}
gate:
  - accuracy: {min: 0.5}
  - consistency: {min: 0.1, per: family}
  - clean_accuracy: {min: 0.5}
"""


def variant(example: str, original: str, text: str, *, approved: bool) -> FrozenVariant:
    reviews = (Review.on(text, "ann", "approved", "2026-11-28"),) if approved else ()
    return FrozenVariant(
        name="paraphrase-1",
        kind="paraphrase",
        target="text",
        example=example,
        original=original,
        original_sha256=text_hash(original),
        text=text,
        reviews=reviews,
    )


@pytest.fixture
def frozen(project: Project) -> Project:
    variants = (
        variant("a", "movie 1 is good.", "movie 1 is lovely.", approved=True),
        variant("b", "movie 2 is superb.", "movie 2 is a superb one.", approved=False),
        variant("c", "movie 3 was awful.", "movie 3 is terrible.", approved=True),
    )
    project.write("suites/reviews.robust.yaml", SUITE)
    project.write("suites/frozen.jsonl", FrozenFile("reviews", variants).text())
    return project


def test_stale_and_unreviewed_variants_are_said_at_collection_and_not_run(frozen: Project) -> None:
    result = frozen.run("suites", "--collect-only", "-q")
    result.stdout.fnmatch_lines(
        [
            "*reviews: frozen: 2 variants dropped: *was not reviewed: run `llmrobust review` (1)*",
        ]
    )
    assert "went stale: its original changed since it was made (1)" in result.stdout.str()
    result.stdout.fnmatch_lines(["*::frozen::paraphrase-1?a?"])
    assert "paraphrase-1[b]" not in result.stdout.str()
    assert frozen.run("suites").ret == 0


def test_unreviewed_variants_run_where_allowed_are_marked_and_no_gate_on_them_is_evaluated(frozen: Project) -> None:
    result = frozen.run(
        "suites", "--robust-allow-unreviewed", "--robust-json", "run.json", "--robust-markdown", "run.md"
    )
    assert result.ret == 1
    text = result.stdout.str()
    assert "paraphrase-1.unreviewed" in (frozen.path / "run.json").read_text()
    assert "UNREVIEWED: 1 case of" in text
    assert "UNREVIEWED: 1 case of" in (frozen.path / "run.md").read_text()
    decisions = {
        one["id"]: one["status"] for one in json.loads((frozen.path / "run.json").read_text())["suites"][0]["decisions"]
    }
    assert decisions == {
        "accuracy": "not evaluated",
        "consistency[frozen]": "not evaluated",
        "consistency[punctuation]": "pass",
        "clean_accuracy": "pass",
    }
    assert "nobody has reviewed 1 generated variant" in text


def test_a_suite_may_accept_them(frozen: Project) -> None:
    frozen.write("suites/reviews.robust.yaml", SUITE.replace("gate:\n", "accept_unreviewed: true\ngate:\n"))
    assert frozen.run("suites", "--robust-allow-unreviewed").ret == 0


def test_in_waves_no_gate_on_them_is_evaluated_either(frozen: Project) -> None:
    result = frozen.run("suites", "--robust-allow-unreviewed", "--robust-sequential")
    assert result.ret == 1
    assert "nobody has reviewed 1 generated variant" in result.stdout.str()
