"""Work shared among processes: the same results in the same order, and none that is wrong where a process fails."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmrobust import compact_cases, forked
from llmrobust.compact_cases import CompactPlan, compact_plan
from llmrobust.loading import load_plans
from llmrobust.operators import OperatorRegistry, operator
from llmrobust.operators.operator import Draw, Params, Variant
from llmrobust.prompt.spans import Prompt
from llmrobust.suitefile import load_suite
from tests.same_cases import contents

SUITE = """\
suite: films
prompt:
  system: "Answer briefly."
  user: |
    {% instruction %}Is the review positive or negative?{% endinstruction %}
    {{ options | choices }}
    Review: {{ text }}
    Answer:
examples: {file: data.jsonl}
answer: {field: answer, choices: [A, B], scoring: text}
repeats: 2
noise_floor: {examples: 2, times: 2}
perturb:
  - typo.keyboard: {rate: 0.1, samples: 2, target: input}
  - format: {sample: 2}
  - order.options: {samples: 1}
  - punctuation.strip_final: {target: input}
"""
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked on Linux only")


@needs_fork
@pytest.mark.parametrize("processes", [1, 2, 3, 9])
def test_results_come_in_order(processes: int) -> None:
    assert list(forked.forked(lambda number: number * "é", 7, processes)) == [number * "é" for number in range(7)]


@needs_fork
def test_results_end_where_a_process_fails() -> None:
    def work(number: int) -> int:
        if number == 3:
            raise RuntimeError("not this one")
        return number

    assert list(forked.forked(work, 6, 2)) == [0, 1, 2]


@needs_fork
def test_results_end_where_a_process_is_killed() -> None:
    def work(number: int) -> int:
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert list(forked.forked(work, 6, 2)) == [0, 1]


@needs_fork
def test_processes_end_with_whoever_takes_no_more_results() -> None:
    results = forked.forked(lambda number: os.getpid(), 100, 2)
    child = next(results)
    results.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@needs_fork
def test_processes_end_with_their_parent(tmp_path: Path) -> None:
    def work(number: int) -> tuple[int, bytes]:
        return os.getpid(), b"x" * 1_000_000  # more than a pipe holds

    told = tmp_path / "pid"
    parent = os.fork()
    if parent == 0:
        results = forked.forked(work, 100, 2)
        told.write_text(str(next(results)[0]))
        os._exit(0)
    os.waitpid(parent, 0)
    child, deadline = int(told.read_text()), time.monotonic() + 10
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_one_process_with_other_threads_and_beside_other_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert forked.processes_to_use() == 1
    finally:
        done.set()
        thread.join()
    monkeypatch.setattr(forked.threading, "active_count", lambda: 1)
    monkeypatch.setattr(forked.sys, "platform", "linux")
    monkeypatch.setattr(forked, "_ALONE", ())
    monkeypatch.setattr(forked.os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    assert forked.processes_to_use() == 3
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    assert forked.processes_to_use() == 1
    monkeypatch.delenv("PYTEST_XDIST_WORKER")
    monkeypatch.setattr(forked.sys, "platform", "darwin")
    assert forked.processes_to_use() == 1


def planned(folder: Path, monkeypatch: pytest.MonkeyPatch, processes: int, suite: str = SUITE) -> CompactPlan:
    """A plan of blocks of three examples, made in so many processes."""
    rows = [
        f'{{"id": "e{i}", "text": "Film {i} was long, and I liked it.", "answer": "{"AB"[i % 2]}", '
        f'"options": ["positive", "negative"]}}\n'
        for i in range(14)
    ]
    (folder / "data.jsonl").write_text("".join(rows))
    path = folder / "films.robust.yaml"
    path.write_text(suite)
    monkeypatch.setattr("llmrobust.expansion.BLOCK", 3)
    monkeypatch.setattr(compact_cases, "processes_to_use", lambda: processes)
    (plan,) = load_plans(path, folder, compact=True)
    assert isinstance(plan, CompactPlan)
    return plan


@needs_fork
@pytest.mark.parametrize("processes", [2, 3])
def test_plans_are_the_same_whatever_the_number_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    forks = []
    monkeypatch.setattr(compact_cases, "forked", lambda *given: forks.append(given) or forked.forked(*given))
    one, several = (planned(tmp_path, monkeypatch, count) for count in (1, processes))
    assert len(forks) == 1
    assert len(one.cases) > 100
    for case, same in zip(one.cases, several.cases, strict=True):
        assert contents(case) == contents(same)
        if case.example.id == "e8":
            assert case.prompt.messages == same.prompt.messages
    assert several.counts == one.counts
    assert several.requests() == one.requests()
    assert several.columns() == one.columns()


@needs_fork
def test_an_operator_that_fails_in_a_process_says_what_it_says_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = OperatorRegistry()

    @operator("own.broken", level="word", source="made up", touches=("prompt",), registry=registry)
    def broken(prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
        """Fails at one example."""
        if draw.example_id == "e7":
            raise RuntimeError("no more of e7")
        yield Variant(prompt, "0")

    planned(tmp_path, monkeypatch, 1)
    path = tmp_path / "films.robust.yaml"
    path.write_text(SUITE[: SUITE.index("perturb:")] + "perturb: [own.broken]\n")
    suite = load_suite(path, tmp_path, registry=registry)
    said = []
    for processes in (1, 2):
        monkeypatch.setattr(compact_cases, "processes_to_use", lambda count=processes: count)
        with pytest.raises(RuntimeError) as found:
            compact_plan(suite)
        said.append((str(found.value), [entry.name for entry in found.traceback][-3:]))
    assert said[0] == said[1]
    assert said[0][0] == "no more of e7"
