"""Stored runs of models whose true behaviour is known, made from their labels' probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from llmrobust.plan import ORIGINAL, CaseKey
from llmrobust.results.run_data import Manifest, ModelFacts, Requests, Timing
from llmrobust.results.run_result import RunResult
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status
from llmrobust.suitefile.suite import AnswerSpec

LABELS = ("no", "yes")


def softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def stored(
    shares: np.ndarray,
    gold: Sequence[int | None],
    *,
    families: Sequence[str] = (),
    clusters: Sequence[str] = (),
    labels: Sequence[str] = LABELS,
    seed: int = 0,
    has_shares: bool = True,
    **more,
) -> RunResult:
    """shares: (examples, 1 + variants, labels), the unperturbed prompt first."""
    examples, columns, _ = shares.shape
    families = families or ["format"] * (columns - 1)
    cases = []
    for e in range(examples):
        first = labels[int(shares[e, 0].argmax())]
        right = gold[e]
        expected = None if right is None else labels[right]
        for c in range(columns):
            answer = labels[int(shares[e, c].argmax())]
            original = c == 0
            family = ORIGINAL if original else families[c - 1]
            correct = None if expected is None else answer == expected
            cases.append(
                CaseResult(
                    key=CaseKey(family, ORIGINAL if original else f"v{c}", f"ex-{e}", 0),
                    family=family,
                    operator=family,
                    status=Status.PASSED if answer == first and correct is not False else Status.FLIPPED,
                    answer=answer,
                    clean_answer=first,
                    expected=expected,
                    correct=correct,
                    scored_by="logprobs" if has_shares else "text",
                    margin=None,
                    reason="",
                    request=f"{e * columns + c:064x}",
                    agrees=None if original else answer == first,
                    probabilities=tuple(round(float(one), 6) for one in shares[e, c]) if has_shares else None,
                    text=answer,
                    prompt=(("user", f"{e} in format {c}"),),
                    clean_prompt=(("user", f"{e} in format 0"),),
                )
            )
    suite = SuiteResult(
        name="known",
        path="suites/known.robust.yaml",
        digest="ab" * 32,
        seed=seed,
        repeats=1,
        choices=tuple(labels),
        prompt_digest="cd" * 8,
        prompts=(),
        uses=(),
        n_examples=examples,
        planned=len(cases),
        cases=tuple(cases),
        measurements=(),
        decisions=(),
        answer=AnswerSpec(field="answer", choices=tuple(labels), check="choice"),
        clusters=tuple((f"ex-{e}", name) for e, name in enumerate(clusters)),
        **more,
    )
    model = ModelFacts("scripted:", "scripted", "test", "fp", 1024, ("logprobs",), ())
    requests = Requests(len(cases), len(cases), 0, len(cases), 0, 40 * len(cases), 2 * len(cases))
    return RunResult(Manifest("0.1", "3.11", 0.95, model), (suite,), requests, Timing(1.0))


def biased(examples: int = 80, formats: int = 8, seed: int = 0) -> tuple[np.ndarray, list[int]]:
    """A model that knows the answer, in formats that add a constant to one of the labels; the classes are balanced."""
    rng = np.random.default_rng(seed)
    gold = [e % 2 for e in range(examples)]
    evidence = np.array([[1.0, -1.0] if g == 0 else [-1.0, 1.0] for g in gold])
    bias = np.concatenate([[0.0], rng.choice([-6.0, -4.0, 4.0, 6.0], formats)])
    scores = evidence[:, None, :] + rng.normal(0, 0.3, (examples, formats + 1, 2))
    scores[:, :, 1] += bias
    return softmax(scores), gold


def noisy(examples: int = 80, formats: int = 9, wrong: float = 0.3, seed: int = 0) -> tuple[np.ndarray, list[int]]:
    """A model that is wrong with the same chance in every format, independently."""
    rng = np.random.default_rng(seed)
    gold = [e % 2 for e in range(examples)]
    said = np.array(gold)[:, None] ^ (rng.random((examples, formats + 1)) < wrong)
    return np.stack([np.where(said == 0, 0.8, 0.2), np.where(said == 1, 0.8, 0.2)], axis=2), gold


def unbalanced(examples: int = 80, formats: int = 8, seed: int = 0) -> tuple[np.ndarray, list[int]]:
    """A model that is always right, not always by much, where nine of ten examples are of one class."""
    rng = np.random.default_rng(seed)
    gold = [int(e % 10 != 0) for e in range(examples)]
    strength = rng.uniform(0.2, 3.0, (examples, formats + 1))
    sign = np.where(np.array(gold) == 1, 1.0, -1.0)[:, None]
    return softmax(np.stack([-sign * strength, sign * strength], axis=2)), gold
