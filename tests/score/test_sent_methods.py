"""Methods that send prompts of their own, asked of models whose true behaviour is known."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from llmrobust.engine import Engine, Store
from llmrobust.gate.forecast import forecast
from llmrobust.loading import load_plan
from llmrobust.methods import use_of
from llmrobust.request import Failure, Reply, Request, Response
from llmrobust.results.json_reader import read_run
from llmrobust.results.method_arrays import asked_of
from llmrobust.results.method_comparison import MethodComparison, chosen_uses, compare_methods
from llmrobust.results.run_result import RunResult
from llmrobust.runner import run_plans
from llmrobust.score.model_judge import Judges
from tests.engine.scripted import ScriptedModel

SUITE = """\
suite: films
prompt:
  user: |
    {{% instruction %}}Is the review positive or negative?{{% endinstruction %}}
    Review: {{{{ text }}}}
    Sentiment:
examples: {{file: films.jsonl}}
answer: {{field: answer, choices: [positive, negative], scoring: {scoring}}}
seed: 5
perturb:
{perturb}
methods:
{methods}
gate:
  accuracy: {{min: 0.1}}
"""
INVISIBLE = "  - casing.upper: {target: input}"


def films(folder: Path, methods: str, perturb: str = INVISIBLE, examples: int = 40, scoring: str = "text") -> Path:
    rows = []
    for n in range(examples):
        good = n % 2 == 0
        text = f"film {n} is {'good' if good else 'dull'} and long."
        rows.append(f'{{"id": "{n}", "text": "{text}", "answer": "{"positive" if good else "negative"}"}}\n')
    (folder / "films.jsonl").write_text("".join(rows))
    path = folder / "films.robust.yaml"
    path.write_text(SUITE.format(methods=methods, perturb=perturb, scoring=scoring))
    return path


def run(path: Path, answer: Callable[[Request], Reply], store: Path | None = None) -> tuple[RunResult, ScriptedModel]:
    model = ScriptedModel(answer, max_batch=64)
    engine = Engine(model, lambda: Store(store))
    try:
        return run_plans([load_plan(path, path.parent)], engine, path.parent), model
    finally:
        engine.close()


def compared(result: RunResult) -> MethodComparison:
    suite = result.suites[0]
    return compare_methods(result, suite, chosen_uses(suite))


def said(positive: bool) -> Response:
    return Response("positive" if positive else "negative", "stop", prompt_tokens=10, completion_tokens=1)


def review(request: Request) -> str:
    return request.messages[-1][1].split("Review: ")[-1].split("\nSentiment")[0]


def case_blind(request: Request) -> Reply:
    """Right, but for texts in capital letters, which are positive to it."""
    text = review(request)
    return said("good" in text or text.isupper())


def noisy(request: Request) -> Reply:
    """Right with a chance of .7, drawn by the prompt and the seed."""
    digest = hashlib.sha256(f"{request.messages}{request.sampling.seed}".encode()).digest()
    return said(("good" in review(request).lower()) == (digest[0] < 0.7 * 256))


def shouting_is_bad(request: Request) -> Reply:
    """Reads the tone: what is shouted is negative, and here that is right."""
    return said(not review(request).isupper())


def test_normalising_repairs_a_model_that_capital_letters_break(tmp_path: Path):
    found = compared(run(films(tmp_path, "  - normalise"), case_blind)[0])
    plain, repaired = found.row("plain"), found.row("normalise")
    assert plain.figures.accuracy == pytest.approx(0.5)
    assert repaired.figures.accuracy == 1
    assert repaired.difference.told
    assert found.chosen == "normalise"
    assert (repaired.requests, repaired.tokens, repaired.once) == (1, 11, 0)


def test_normalising_hurts_where_capital_letters_say_something(tmp_path: Path):
    path = films(tmp_path, "  - normalise", "  - casing.lower: {target: input}")
    rows = path.parent / "films.jsonl"
    texts = [("It ended.", "positive"), ("THE FILM HAS ENDED", "negative")]
    shouted = [(n, *texts[n % 2]) for n in range(40)]
    rows.write_text("".join(f'{{"id": "{n}", "text": "{t}", "answer": "{a}"}}\n' for n, t, a in shouted))
    result = run(path, shouting_is_bad)[0]
    arrays = asked_of(result.suites[0])
    assert (arrays.given[:, 0] == arrays.gold[:, 0]).all()
    assert (arrays.sent["normalise"].given[:, 0] == arrays.gold[:, 0]).mean() == 0.5


def test_votes_over_samples_repair_a_noisy_model(tmp_path: Path):
    found = compared(run(films(tmp_path, "  - self-consistency: {n: 5}", examples=120), noisy)[0])
    voted = found.row("self-consistency")
    # Five votes that are right with .7 each: .837; at least one of five right: 1 - .3^5 = .998.
    assert found.row("plain").figures.accuracy == pytest.approx(0.7, abs=0.12)
    assert voted.figures.accuracy == pytest.approx(0.837, abs=0.09)
    assert voted.requests == 5
    assert voted.tokens == 55
    (note,) = voted.notes
    assert note.startswith(("pass@1 0.7", "pass@1 0.6"))
    assert "pass@5 0.99" in note or "pass@5 1.000" in note


def test_a_rewritten_instruction_is_sent_once_and_believed_by_the_rules(tmp_path: Path):
    def understands(request: Request) -> Reply:
        text = request.messages[-1][1]
        if text.endswith("Corrected:"):
            return Response("Is the review positive or negative, please?", "stop")
        return said("good" in review(request).lower() and "please" in text)

    result, model = run(films(tmp_path, "  - self-denoising"), understands)
    found = compared(result)
    assert found.row("self-denoising").figures.accuracy == 1
    assert found.row("self-denoising").once == 1
    sent = [request for some in model.lists for request in some]
    assert sum(request.messages[-1][1].endswith("Corrected:") for request in sent) == 1


def test_a_rerun_sends_nothing_and_gives_the_same_table(tmp_path: Path):
    path = films(tmp_path, "  - normalise\n  - self-consistency: {n: 3}\n  - self-denoising: {rounds: 2}")
    first, model = run(path, noisy, tmp_path / "replies.sqlite")
    again, silent = run(path, noisy, tmp_path / "replies.sqlite")
    assert model.lists
    assert silent.lists == []
    assert compared(again) == compared(first)
    assert compared(first).row("plain").tokens == 11  # and not the mean over what methods have sent too


def test_a_stored_run_gives_the_same_table_without_a_model(tmp_path: Path):
    result, _ = run(films(tmp_path, "  - normalise\n  - self-consistency: {n: 3}"), noisy)
    result.save(tmp_path / "run.json")
    assert compared(read_run(tmp_path / "run.json")) == compared(result)


def test_steps_of_several_methods_are_sent_together(tmp_path: Path):
    path = films(tmp_path, "  - normalise\n  - ignore-irrelevant\n  - self-consistency: {n: 2}", examples=8)
    plan = load_plan(path, tmp_path)
    _, model = run(path, noisy)
    cases = len({case.request for case in plan.cases})
    sent = [request for some in model.lists for request in some]
    assert len(sent) == len(set(sent)) == cases + sum(one.requests for one in forecast(plan).methods)


def test_plan_says_what_methods_cost(tmp_path: Path):
    path = films(tmp_path, "  - normalise\n  - self-consistency: {n: 3}\n  - self-denoising: {rounds: 5}", examples=8)
    lines = list(forecast(load_plan(path, tmp_path)).lines())
    costs = {one.label: one for one in forecast(load_plan(path, tmp_path)).methods}
    # 8 unperturbed prompts are in order, and shouted ones in sentence case are new: "Film 0 is good and long."
    assert costs["normalise"].requests == 8
    assert costs["self-consistency"].requests == 3 * 16
    assert (costs["self-denoising"].requests, costs["self-denoising"].once) == (16 + 5, 5)
    assert "  method self-denoising: at most 21 prompts more, of which 5 for texts that it rewrites" in "\n".join(lines)


def test_plan_bounds_what_depends_on_rewritings(tmp_path: Path):
    path = films(tmp_path, "  - rewrite-vote: {n: 3}\n  - sensitivity-aware: {k: 3}", examples=8, scoring="auto")
    costs = {one.label: one for one in forecast(load_plan(path, tmp_path)).methods}
    # One instruction, rewritten 3 times; each of 16 prompts with up to 3 rewritings.
    assert (costs["rewrite-vote"].requests, costs["rewrite-vote"].once) == (3 * 16 + 3, 3)
    # Two copies of 16 prompts for each of two labels; the prompts themselves are the run's own.
    assert (costs["sensitivity-aware"].requests, costs["sensitivity-aware"].at_most) == (2 * 2 * 16, False)


def test_a_failed_request_leaves_its_case_without_an_answer(tmp_path: Path):
    def fails(request: Request) -> Reply:
        if "Film 3 " in request.messages[-1][1]:
            return Failure("timeout", "no answer in 5 s")
        return case_blind(request)

    result, _ = run(films(tmp_path, "  - normalise"), fails)
    (sent,) = result.suites[0].sent
    assert [result.suites[0].cases[n].example for n in sent.failed] == ["3"]
    result.save(tmp_path / "run.json")
    assert read_run(tmp_path / "run.json").suites[0].sent == (sent,)


def test_a_run_without_the_methods_prompts_says_what_to_do(tmp_path: Path):
    result, _ = run(films(tmp_path, "  - template-vote").with_suffix(".yaml"), noisy)
    found = compare_methods(result, result.suites[0], [use_of("normalise")])
    assert found.row("normalise").unusable == (
        "needs prompts of its own, which the run did not send: name it under `methods:` and run again"
    )


def certain(positive: bool, share: float) -> Response:
    shares = (share, 1 - share) if positive else (1 - share, share)
    return Response("", "stop", "logprobs", tuple(math.log(one) for one in shares), prompt_tokens=10)


def with_models(folder: Path, combine: str, **answers: Callable[[Request], Reply]) -> tuple[MethodComparison, dict]:
    """Run with further models "large" and "other"; the suite's own is "small"."""
    path = films(folder, f"  - several-models: {{models: [http://large, http://other], combine: {combine}}}")
    path.write_text(path.read_text().replace("scoring: text", "scoring: logprobs, accept_low_mass: true"))
    models = {name: ScriptedModel(answer, max_batch=64, fingerprint=name) for name, answer in answers.items()}
    engines = {name: Engine(model, lambda: Store(None)) for name, model in models.items()}
    judges = Judges(lambda specs: engines[specs[0].removeprefix("http://")])
    try:
        result = run_plans([load_plan(path, folder)], engines["small"], folder, judges=judges)
    finally:
        for engine in engines.values():
            engine.close()
    return compared(result), {name: sum(map(len, model.lists)) for name, model in models.items()}


def knows(request: Request) -> bool:
    return "good" in review(request).lower()


def test_a_cascade_asks_the_large_model_only_where_the_small_one_is_unsure(tmp_path: Path):
    found, sent = with_models(
        tmp_path,
        "cascade",
        small=lambda one: certain(True, 0.55) if review(one).isupper() else certain(knows(one), 0.95),
        large=lambda one: certain(knows(one), 0.95),
        other=lambda one: certain(not knows(one), 0.95),
    )
    row = found.row("several-models")
    assert row.figures.accuracy == 1
    assert found.row("plain").figures.accuracy == 0.5
    assert row.requests == 1.5
    assert sent == {"small": 80, "large": 40, "other": 0}
    assert row.notes == ("asked again: 50% by http://large",)


def test_a_majority_of_models_outvotes_the_one_that_is_wrong(tmp_path: Path):
    found, sent = with_models(
        tmp_path,
        "majority",
        small=lambda one: certain(not knows(one), 0.99),
        large=lambda one: certain(knows(one), 0.6),
        other=lambda one: certain(knows(one), 0.6),
    )
    assert found.row("several-models").figures.accuracy == 1
    assert found.row("several-models").requests == 3
    assert set(sent.values()) == {80}


def test_the_mean_of_probabilities_follows_the_one_that_is_sure(tmp_path: Path):
    # P(right): .01, .6, .6: the mean is .403, so that the model which is sure and wrong wins.
    found, _ = with_models(
        tmp_path,
        "mean",
        small=lambda one: certain(not knows(one), 0.99),
        large=lambda one: certain(knows(one), 0.6),
        other=lambda one: certain(knows(one), 0.6),
    )
    assert found.row("several-models").figures.accuracy == 0


def scored_films(folder: Path, method: str) -> Path:
    """The films, answered by the labels' log-probabilities."""
    path = films(folder, f"  - {method}")
    path.write_text(path.read_text().replace("scoring: text", "scoring: logprobs, accept_low_mass: true"))
    return path


def unsteady(request: Request) -> Reply:
    """Takes shouted reviews for positive with .6, which random tokens throw over where it is wrong."""
    if not review(request).isupper():
        return certain(knows(request), 0.9)
    if request.noise is None:
        return certain(True, 0.6)
    positive = 0.6 if knows(request) else (0.9, 0.001, 0.00001)[request.noise.seed % 3]
    return Response("", "stop", "logprobs", (math.log(positive), math.log(0.4)), prompt_tokens=10)


def test_decoding_by_sensitivity_is_asked_and_stored_as_other_methods_are(tmp_path: Path):
    path = scored_films(tmp_path, "sensitivity-aware: {k: 4, noise: shared}")
    result, model = run(path, unsteady, tmp_path / "replies.sqlite")
    found = compared(result)
    plain, decoded = found.row("plain"), found.row("sensitivity-aware")
    assert plain.figures.accuracy == 0.5
    assert decoded.figures.accuracy > plain.figures.accuracy
    assert decoded.requests == 4
    assert sum(request.noise is not None for some in model.lists for request in some) == 3 * 80
    again, silent = run(path, unsteady, tmp_path / "replies.sqlite")
    assert silent.lists == []
    assert compared(again) == found


def test_a_model_without_log_probabilities_cannot_decode_by_sensitivity(tmp_path: Path):
    found = compared(run(films(tmp_path, "  - sensitivity-aware", scoring="auto"), noisy)[0])
    assert found.row("sensitivity-aware").unusable.startswith("needs the labels' log-probabilities")


def test_a_chain_of_thought_helps_a_model_that_answers_rightly_only_after_thinking(tmp_path: Path):
    def thinks(request: Request) -> Reply:
        last = request.messages[-1][1]
        if last.endswith("Let's think step by step."):
            good = "good" in review(request).lower()
            return Response("It praises." if good else "It complains.", "length", prompt_tokens=20, completion_tokens=8)
        if last == "Therefore, the answer is":
            return said(request.messages[-2][1] == "It praises.")
        return said(True)

    found = compared(run(films(tmp_path, "  - chain-of-thought: {tokens: 8}"), thinks)[0])
    thought = found.row("chain-of-thought")
    assert found.row("plain").figures.accuracy == pytest.approx(0.5)
    assert thought.figures.accuracy == 1
    assert thought.difference.told
    assert (thought.requests, thought.tokens, thought.once) == (2, 39, 0)
