"""Methods of a suite in a whole run: what they need is asked once, stored, and shown."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from llmrobust.engine import Engine, Store
from llmrobust.errors import ReportError
from llmrobust.gate.forecast import forecast
from llmrobust.loading import load_plan
from llmrobust.report.html import html_report
from llmrobust.report.run_markdown import run_markdown
from llmrobust.report.run_terminal import summary_lines
from llmrobust.request import Request, Response
from llmrobust.results.json_reader import read_run
from llmrobust.results.method_comparison import chosen_uses, compare_methods
from llmrobust.results.run_result import RunResult
from llmrobust.runner import run_plans
from tests.engine.scripted import ScriptedModel

GOOD, BAD = ("good", "lovely", "superb", "kind"), ("awful", "boring", "dull", "poor")
ROWS = "".join(
    f'  - {{id: e{i}, text: "Film {i} is {word}.", answer: {"positive" if i % 2 else "negative"}}}\n'
    for i, word in enumerate(word for pair in zip(BAD * 5, GOOD * 5, strict=True) for word in pair)
)
SUITE = f"""\
suite: films
prompt:
  user: |
    {{% instruction %}}Decide whether the review is positive or negative.{{% endinstruction %}}
    Review: {{{{ text }}}}
    Sentiment:
examples:
{ROWS}answer: {{field: answer, choices: [positive, negative], scoring: logprobs, accept_low_mass: true}}
perturb:
  - format: {{sample: 6}}
  - typo.drop: {{target: input, rate: 0.1}}
methods: [contextual-calibration, domain-calibration, template-vote: {{k: 3}}]
"""


def biased(request: Request) -> Response:
    """Knows the answer, but every format without a line break adds its own constant to one of the labels."""
    text = request.messages[-1][1]
    evidence = 1.0 if any(word in text for word in GOOD) else -1.0 if any(word in text for word in BAD) else 0.0
    frame = text.partition("eview")[2][:3]
    bias = 0.0 if frame.startswith(": F") else 4.0 if sum(map(ord, frame)) % 2 else -4.0
    share = 1 / (1 + math.exp(-2 * (evidence + bias)))
    return Response(
        "positive" if share > 0.5 else "negative", "stop", "logprobs", (math.log(share), math.log1p(-share))
    )


@pytest.fixture
def run(tmp_path: Path) -> tuple[RunResult, ScriptedModel, Path]:
    path = tmp_path / "films.robust.yaml"
    path.write_text(SUITE)
    plan = load_plan(path, tmp_path)
    model = ScriptedModel(biased)
    model._info = replace(model._info, scoring=("logprobs",))
    engine = Engine(model, lambda: Store(None))
    try:
        return run_plans([plan], engine, tmp_path), model, path
    finally:
        engine.close()


def test_prompts_without_content_are_planned_once_for_each_format(tmp_path: Path):
    path = tmp_path / "films.robust.yaml"
    path.write_text(SUITE)
    plan = load_plan(path, tmp_path)
    plain = [one for one in plan.content_free if one.content == "no-content" and not one.column]
    assert [one.case.request.messages[-1][1].split("Review:")[1] for one in plain] == [
        " N/A\nSentiment:",
        " [MASK]\nSentiment:",
        " \nSentiment:",
    ]
    columns = {one.column for one in plan.content_free}
    assert columns == {"", *plan.columns()}
    words = {word for example in plan.suite.examples for word in example.fields["text"].split()}
    drawn = [one for one in plan.content_free if one.content == "domain-words" and not one.column]
    assert len(drawn) == 20
    assert all(
        set(one.case.request.messages[-1][1].split("Review:")[1].split("\n")[0].split()) <= words for one in drawn
    )
    typo = [one.case.request for one in plan.content_free if one.column.startswith("typo")]
    assert set(typo) == {one.case.request for one in plan.content_free if not one.column}  # nothing is sent twice
    assert not {one.case.request for one in plan.content_free} & {case.request for case in plan.cases}
    assert load_plan(path, tmp_path).content_free == plan.content_free
    assert any("prompts without content are sent" in line for line in forecast(plan).lines())


def test_a_suite_without_such_methods_sends_no_further_prompt(tmp_path: Path):
    path = tmp_path / "films.robust.yaml"
    path.write_text(SUITE.replace("contextual-calibration, domain-calibration, ", ""))
    plan = load_plan(path, tmp_path)
    assert plan.content_free == ()
    assert len(plan.requests()) == len(plan.cases)


def test_contextual_calibration_repairs_formats_that_are_biased(run):
    result, _, _ = run
    found = compare_methods(result, result.suites[0], chosen_uses(result.suites[0]))
    assert found.row("plain").figures.accuracy < 0.8
    for name in ("contextual-calibration", "domain-calibration"):
        assert found.row(name).figures.accuracy == 1
        assert found.row(name).difference.told
    assert found.row("template-vote").requests == 3


def test_every_report_shows_them_and_the_stored_run_gives_the_same_again(run, tmp_path: Path):
    result, model, _ = run
    sent = sum(map(len, model.lists))
    result.save(tmp_path / "run.json")
    again = read_run(tmp_path / "run.json")
    shown = ["\n".join("".join(text for text, _ in line) for line in summary_lines(one)) for one in (result, again)]
    assert shown[0] == shown[1]
    assert "contextual-calibration" in shown[0]
    assert "better than plain" in shown[0]
    assert run_markdown(again) == run_markdown(result)
    assert "| **`contextual-calibration`** | 1.000 |" in run_markdown(result)
    page = html_report(again)
    assert 'id="s0-methods"' in page
    assert '<th scope="row">contextual-calibration' in page
    assert sum(map(len, model.lists)) == sent


@pytest.mark.parametrize("probabilities", [[0.5], [0.2, 0.3, 0.5], [1.5, -0.5], []])
def test_stored_priors_of_other_labels_are_damage(run, tmp_path: Path, probabilities: list[float]):
    """One number would be taken for both labels, three would end in a traceback, and no share is negative."""
    file = tmp_path / "run.json"
    run[0].save(file)
    value = json.loads(file.read_text())
    value["suites"][0]["priors"][0]["probabilities"] = probabilities
    file.write_text(json.dumps(value))
    with pytest.raises(ReportError, match=r"is damaged: .*pr(ior|obabilities)"):
        read_run(file)
