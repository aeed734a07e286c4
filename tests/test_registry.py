"""One registry for operators, metrics, checks, model backends and report formats."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from llmrobust import registry as module
from llmrobust.errors import CheckError, GateError, LlmRobustError, ModelError, OperatorError, ReportError
from llmrobust.metrics import METRICS
from llmrobust.models.specs import MODELS
from llmrobust.operators import REGISTRY
from llmrobust.registry import Registry
from llmrobust.report.formats import FORMATS
from llmrobust.score.checks import CHECKS
from llmrobust.suitefile.suite import CHECKS as BUILT_IN_CHECKS

ALL = [REGISTRY, METRICS, CHECKS, MODELS, FORMATS]
ERRORS = [OperatorError, GateError, CheckError, ModelError, ReportError]


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> Registry[int]:
    return Registry("odd word", "test.words", OperatorError)


def installs(monkeypatch: pytest.MonkeyPatch, *points: EntryPoint) -> None:
    monkeypatch.setattr(module, "entry_points", lambda group: [one for one in points if one.group == group])


@pytest.mark.parametrize(("registry", "error"), list(zip(ALL, ERRORS, strict=True)), ids=[one.kind for one in ALL])
def test_names_that_are_unknown_or_taken_are_the_registrys_own_error(
    registry: Registry[object], error: type[LlmRobustError]
) -> None:
    known = registry.names()[0]
    assert known in registry
    assert registry.find(known) is registry.get(known)
    assert registry.find("no such name") is None
    with pytest.raises(error, match=f'unknown {registry.kind} "{known}x"; did you mean "{known}"'):
        registry.get(f"{known}x")
    with pytest.raises(error, match=f"{registry.kind} named '{known}' exists already"):
        registry.add(known, object())
    assert registry.group == f"llmrobust.{registry.group.rpartition('.')[2]}"


def test_values_come_sorted_by_name(words: Registry[int]) -> None:
    words.add("two", 2)
    words.add("one", 1)
    assert (words.names(), list(words), len(words)) == (["one", "two"], [1, 2], 2)


def test_a_module_registers_itself_and_a_value_is_registered_under_its_name(
    words: Registry[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "words_of_a_stranger.py").write_text("FIVE = 5\n")
    monkeypatch.syspath_prepend(tmp_path)
    installs(
        monkeypatch,
        EntryPoint("five", "words_of_a_stranger:FIVE", "test.words"),
        EntryPoint("all", "words_of_a_stranger", "test.words"),
        EntryPoint("six", "words_of_a_stranger:SIX", "another.group"),
    )
    assert [point.name for point in words.installed()] == ["all", "five"]
    assert words.names() == []
    words.load_installed()
    words.load_installed()
    assert words.names() == ["five"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("no_such_module", "ModuleNotFoundError"),
        ("words_with_a_mistake", "ZeroDivisionError: division by zero"),
        ("words_of_a_stranger:SIX", "AttributeError"),
    ],
)
def test_a_broken_distribution_is_named(
    words: Registry[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str, said: str
) -> None:
    (tmp_path / "words_of_a_stranger.py").write_text("FIVE = 5\n")
    (tmp_path / "words_with_a_mistake.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    installs(monkeypatch, EntryPoint("broken", value, "test.words"))
    with pytest.raises(OperatorError, match=f"the odd words of .* cannot be loaded: {said}"):
        words.load_installed()


def test_the_built_in_checks_are_those_that_suites_know() -> None:
    assert set(BUILT_IN_CHECKS) <= set(CHECKS.names())
    assert all(CHECKS.get(name).summary for name in BUILT_IN_CHECKS)
