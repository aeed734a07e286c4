"""What Python users call, also from outside of the package."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import llmrobust as lr

ROOT = Path(__file__).parent.parent
SUITE = """\
suite: greetings
prompt: "Is this a greeting? Answer yes or no.\\nText: {{ text }}\\nAnswer:"
examples:
  - {text: hello there my friend, answer: yes it is}
answer: {field: answer}
perturb: [casing.upper]
gate: {consistency: {min: 0}}
"""


def outside(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in an empty folder, with every warning an error."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )


def api_page() -> str:
    spec = importlib.util.spec_from_file_location("api_page", ROOT / "docs" / "api_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page: str = module.page()
    return page


def test_every_public_name_is_there_and_documented():
    assert dir(lr) == lr.__all__ == sorted(lr.__all__)
    page = (ROOT / "docs" / "api.md").read_text()
    for name in lr.__all__:
        assert getattr(lr, name) is not None
        assert name == "__version__" or f"### `{name}`" in page
    assert page == api_page(), "renew it with: python docs/api_page.py"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'perturbs'"):
        lr.perturbs  # noqa: B018


def test_importing_the_package_imports_nothing_else(tmp_path):
    code = "import sys, llmrobust; print([m for m in sys.modules if m.startswith('llmrobust.') or m in ('numpy', 'pydantic')])"
    assert outside(tmp_path, code).stdout.strip() == "[]"


def test_text_is_perturbed_by_any_operator(tmp_path):
    code = (
        "import llmrobust as lr; text = 'What a wonderful film it was.';"
        "made = lr.perturb('typo.keyboard', text, seed=3); assert made == lr.perturb('typo.keyboard', text, seed=3);"
        "assert made and text not in made; print(lr.perturb('casing.upper', text)[0])"
    )
    done = outside(tmp_path, code)
    assert (done.stderr, done.stdout) == ("", "WHAT A WONDERFUL FILM IT WAS.\n")


@given(st.text(min_size=1, max_size=80), st.integers(0, 99))
def test_variants_differ_from_the_text_and_from_each_other(text: str, seed: int):
    try:
        made = lr.perturb("typo.swap", text, seed=seed, samples=3)
    except lr.SuiteError:  # characters that no prompt can hold
        return
    assert text not in made
    assert len(set(made)) == len(made) <= 3


def test_labels_stay_and_instructions_are_perturbed_as_such():
    text = "Decide whether the review is positive or negative."
    made = lr.perturb("typo.keyboard", text, rate=0.9, labels=("positive", "negative"))
    assert all("positive" in one and "negative" in one for one in made)
    assert lr.perturb("instruction.polite", text)


def test_mistakes_are_named():
    with pytest.raises(lr.OperatorError, match=r'unknown operator "typo\.keybord"; did you mean "typo\.keyboard"'):
        lr.perturb("typo.keybord", "a")
    with pytest.raises(lr.OperatorError, match=r"typo\.keyboard: rates: "):
        lr.perturb("typo.keyboard", "a", rates=1)
    with pytest.raises(lr.OperatorError, match='unknown family "typos"'):
        lr.list_operators("typos")
    with pytest.raises(lr.ReportError, match=r"none\.json"):
        lr.load_run("none.json")


def test_catalogues_are_values():
    names = [one.name for one in lr.list_operators()]
    assert names == sorted(names)
    assert {one.family for one in lr.list_operators("typo")} == {"typo"}
    assert "consistency" in [one.name for one in lr.list_metrics()]


def test_a_suite_is_loaded_with_its_mistakes(tmp_path):
    path = tmp_path / "a.robust.yaml"
    path.write_text(SUITE)
    assert lr.load_suite(path).name == "greetings"
    path.write_text(SUITE.replace("casing.upper", "casing.uper"))
    with pytest.raises(lr.SuiteError, match=r"casing\.uper"):
        lr.load_suite(str(path))


def test_a_run_shows_itself_and_is_read_back(make_run, tmp_path):
    run = make_run()
    assert repr(run).startswith("<RunResult not passed: ")
    assert len(repr(run)) < 200
    shown = run._repr_html_()
    assert "<table>" in shown
    assert "consistency" in shown
    assert len(run.gates) == sum(len(suite.decisions) for suite in run.suites)
    run.save(tmp_path / "run.json")
    again = lr.load_run(tmp_path / "run.json")
    assert [gate.id for gate in again.gates] == [gate.id for gate in run.gates]
    assert not again.passed
    assert [suite.name for suite in lr.compare(run, again).suites] == [suite.name for suite in run.suites]


def test_a_run_without_pandas_says_what_to_install(make_run, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(lr.ReportError, match="pip install pandas"):
        make_run().to_dataframe()


def test_a_run_is_a_frame_with_a_row_for_each_case(make_run):
    pytest.importorskip("pandas", reason="pandas is not installed: pip install pandas")
    run = make_run()
    frame = run.to_dataframe()
    assert len(frame) == sum(len(suite.cases) for suite in run.suites)
    assert {"suite", "use", "example", "status", "answer"} <= set(frame.columns)


@pytest.mark.parametrize("code", ["from llmrobust.run import run", "import llmrobust; run = llmrobust.run.run"])
def test_the_old_place_of_run_works_with_a_warning(tmp_path, code):
    use = f"""
import warnings
{code}
import llmrobust, llmrobust.run
assert callable(llmrobust.run) and llmrobust.run is not run
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        run(["none.robust.yaml"])
    except llmrobust.SuiteError as error:
        print(error)
print(caught[0].category.__name__, caught[0].message)
"""
    done = outside(tmp_path, use)
    assert done.stderr == ""
    assert "none.robust.yaml" in done.stdout
    assert "DeprecationWarning llmrobust.run.run is deprecated: call llmrobust.run" in done.stdout


def test_a_text_in_another_language_is_perturbed_in_it() -> None:
    (german,) = lr.perturb("context.proverb", "Das Zimmer war sauber.", language="de")
    assert german.startswith("Das Zimmer war sauber. ")
    assert "请判断这条评论是否正面。" in lr.perturb("paraphrase.rules", "判断这条评论是否正面。", language="zh")
    with pytest.raises(lr.OperatorError, match=r"word\.synonym is written for en, not for de"):
        lr.perturb("word.synonym", "Das Zimmer war sauber.", language="de")
