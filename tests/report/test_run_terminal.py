"""The summary in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from llmrobust.gate import NoiseFloor
from llmrobust.models.protocol import LEFT_OUT, SERVERS
from llmrobust.report.run_terminal import summary_lines
from llmrobust.report.terminal_lines import WIDTH
from llmrobust.request import Failure
from llmrobust.results.run_result import RunResult

MakeRun = Callable[..., RunResult]

SUMMARY = """\
model http://localhost:8000/v1#tickets (tickets, http)
40 prompts, 25 distinct: 10 sent, 15 from the store (20 prompts/s)

triage  suites/triage.robust.yaml  (10 examples)
                               cases           accuracy        consistency     drop   worst
original                          10   1.000 [.72,1.00]
all perturbed                     30    0.900 [.60,.98]    0.900 [.60,.98]   +0.100   0.700
  typo                            20    0.850 [.54,.96]    0.850 [.54,.96]   +0.150   0.700
    typo.keyboard                 10    0.800 [.49,.94]    0.800 [.49,.94]   +0.200   0.800
    typo.swap                     10    0.900 [.60,.98]    0.900 [.60,.98]   +0.100   0.900
  format                          10   1.000 [.72,1.00]   1.000 [.72,1.00]   +0.000   1.000
a model that ignores its input also has a consistency of 1: no edit here must change the answer
  typo.swap: 2 unchanged (no case)
  format: 1 not applicable (no case)
  1 unparsed, 1 truncated (count as wrong and as flipped)
flipped:
  ex-0  typo.keyboard/0  billing -> praise (gold billing)
      Classify the ticket.⏎Ticket: I was [-charged-]{+chrged+} twice this month⏎Category:
gates:
  PASS           accuracy             0.900 [.60,.98], at least 0.5
  FAIL           consistency[typo]    0.850 [.54,.96], at least 0.95
  PASS           consistency[format]  1.000 [.72,1.00], at least 0.95
  PASS           consistency          0.900 [.65,.98], at least 0.5
  NOT EVALUATED  spread[format]       at most 0.1
                 not evaluated: spread is undefined: fewer than two variants with gold answers
                 it is max over variants of accuracy - min over variants of accuracy
"""


def text_of(result: RunResult, flips: int = 10) -> str:
    return "".join("".join(text for text, _ in line) + "\n" for line in summary_lines(result, flips))


def test_summary_as_a_whole(make_run: MakeRun) -> None:
    assert text_of(make_run()) == SUMMARY


def test_lines_fit_the_terminal(make_run: MakeRun) -> None:
    lines = text_of(make_run()).splitlines()
    assert max(map(len, lines)) <= WIDTH + 2


def test_only_so_many_flips_are_shown(make_run: MakeRun) -> None:
    from llmrobust.request import Response

    run = make_run({"format": {i: Response("bug", "stop") for i in range(6)}})
    text = text_of(run, flips=2)
    assert "flipped, the first 2 of 6:" in text
    assert text.count("billing -> bug") == 2
    assert "billing -> bug" not in text_of(run, flips=0)


def test_partial_runs_say_so_and_show_no_gates(make_run: MakeRun) -> None:
    text = text_of(make_run(keep=12))
    assert "(10 examples, 12 of 40 cases)" in text
    assert "gates:" not in text


def test_missing_answers_are_counted_and_leave_gates_open(make_run: MakeRun, failed_reply: Failure) -> None:
    text = text_of(make_run({"format": {0: failed_reply}}))
    assert "1 without an answer (not counted; no gate is decided)" in text
    assert "NOT EVALUATED  accuracy" in text


def test_styles_tell_decisions_apart(make_run: MakeRun) -> None:
    styles = {text.strip(): style for line in summary_lines(make_run()) for text, style in line if style}
    assert styles["PASS"] == "green"
    assert styles["FAIL"] == "red bold"
    assert styles["NOT EVALUATED"] == "yellow bold"
    assert styles["[-charged-]"] == "red"


def test_random_answers_point_to_the_noise_floor(make_run: MakeRun) -> None:
    run = make_run()
    suite = run.suites[0]
    assert suite.sampling is not None
    assert "chance" not in text_of(run)
    drawn = replace(suite, sampling=replace(suite.sampling, temperature=0.7), repeats=3)
    text = " ".join(text_of(replace(run, suites=(drawn,))).split())
    assert "temperature 0.7, 3 repeats: some flips are chance; `noise_floor: {examples: 50}` in the suite" in text
    measured = replace(drawn, noise=NoiseFloor.of({"ex-0": 4}, {"ex-0": 1}))
    assert "some flips are chance" not in text_of(replace(run, suites=(measured,)))


def test_servers_that_came_and_went_are_counted_and_those_left_out_are_named(make_run: MakeRun) -> None:
    run = make_run()
    model = run.manifest.model
    assert model is not None
    details = (*model.details, (SERVERS, "3"), (LEFT_OUT, "servers.txt:2: no server answers"))
    text = text_of(replace(run, manifest=replace(run.manifest, model=replace(model, details=details))))
    assert "servers that took part: 3\nleft out: servers.txt:2: no server answers\n" in text
