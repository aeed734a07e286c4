"""BLEU, chrF and ROUGE as checks: figures of their libraries, agreement, and what a suite must say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmrobust.errors import SuiteError
from llmrobust.loading import load_plan
from llmrobust.plan import Case
from llmrobust.request import Response
from llmrobust.runner import SuiteRun
from llmrobust.score import Outcome, score
from llmrobust.score.ngrams import ngram_score
from llmrobust.score.verdict import Status
from llmrobust.suitefile.suite import NGRAM_CHECKS, AnswerSpec

pytest.importorskip("sacrebleu", reason="pip install 'llmrobust[ngrams]'")
pytest.importorskip("rouge_score", reason="pip install 'llmrobust[ngrams]'")
GOLD = "The meeting was moved to Friday afternoon."


def test_scores_are_those_of_the_libraries() -> None:
    """By hand for ROUGE-L: 6 of 7 words in common with 8: P 6/8, R 6/7, F1 0.8."""
    assert ngram_score("rouge", "The long meeting was moved to Monday afternoon.", GOLD) == pytest.approx(0.8)
    import sacrebleu

    for text in ("The meeting was moved to Thursday.", "It is on Friday.", GOLD, "cat"):
        chrf = sacrebleu.sentence_chrf(text, [GOLD]).score / 100
        bleu = sacrebleu.sentence_bleu(text, [GOLD], use_effective_order=True).score / 100
        assert ngram_score("chrf", text, GOLD) == pytest.approx(chrf)
        assert ngram_score("bleu", text, GOLD) == pytest.approx(min(1.0, bleu))


@pytest.mark.parametrize("check", NGRAM_CHECKS)
def test_an_answer_that_overlaps_enough_is_right(make_case: Callable[..., Case], check: str) -> None:
    spec = AnswerSpec(check=check, min=0.5)

    def right(text: str) -> bool | None:
        return score(make_case(expected=GOLD), Response(text, "stop"), spec, ()).correct

    assert right("The meeting was moved  to Friday.")
    assert right("<think>Hm.</think>" + GOLD)
    assert right("Cats sleep all day long.") is False
    assert score(make_case(expected=GOLD), Response(" ", "stop"), spec, ()).outcome is Outcome.UNPARSED


SUITE = """\
suite: notes
prompt: "Say it again: {{ text }}"
examples: [{id: a, text: Please say it., gold: The meeting was moved to Friday afternoon.}]
answer: {field: gold, check: chrf, min: 0.6}
perturb: [whitespace.tabs]
"""


def test_wrong_answers_agree_where_they_overlap(tmp_path: Path) -> None:
    path = tmp_path / "notes.robust.yaml"
    path.write_text(SUITE)
    plan = load_plan(path, tmp_path)
    said = {True: "A cat sleeps on the sofa.", False: "The cat sleeps on the sofa."}
    replies = {case.request: Response(said[case.is_original], "stop") for case in plan.cases}
    assert [one.status for one in SuiteRun.of(plan, replies).judged] == [Status.WRONG, Status.WRONG]


def test_a_suite_must_choose_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "notes.robust.yaml"
    path.write_text(SUITE.replace(", min: 0.6", ""))
    with pytest.raises(SuiteError, match="check: chrf needs min"):
        load_plan(path, tmp_path)


def test_answers_overlap_in_what_follows_the_marker(tmp_path: Path) -> None:
    """A long chain of thought would make any two answers alike, or any two different."""
    path = tmp_path / "notes.robust.yaml"
    path.write_text(SUITE.replace("min: 0.6", 'min: 0.6, after: "So:"'))
    plan = load_plan(path, tmp_path)
    said = {True: "A cat sleeps on the sofa.", False: "Dogs bark."}
    replies = {
        case.request: Response(
            f"First one reads it all, word by word, again and again. So: {said[case.is_original]}", "stop"
        )
        for case in plan.cases
    }
    assert [one.status for one in SuiteRun.of(plan, replies).judged] == [Status.WRONG, Status.FLIPPED]
