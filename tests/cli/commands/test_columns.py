"""Commands on suites with several prompts, and on runs of several models."""

from __future__ import annotations

import json

import pytest

import llmrobust
from llmrobust.cli import main
from llmrobust.models.protocol import ModelInfo
from llmrobust.models.specs import MODELS, Backend
from llmrobust.request import Response

SUITE = """\
suite: signs
prompts:
  - {id: v1, user: "{{ text }} Sign?"}
  - {id: v2, user: "Which sign? {{ text }}"}
examples:
  - {id: a, text: "plus one.", answer: plus}
  - {id: b, text: "minus one.", answer: minus}
  - {id: c, text: "plus two.", answer: plus}
answer: {field: answer, choices: [plus, minus]}
perturb: [casing.upper]
gate:
  accuracy: {min: 0.4}
"""


class Signs:
    """Reads signs; `signs:blind` cannot read capitals."""

    def __init__(self, spec: str):
        self.spec = spec

    async def open(self):
        return ModelInfo(self.spec, self.spec, "test", self.spec, 1024, 8, 1)

    async def answer(self, batch):
        return [self._one(request.messages[-1][1]) for request in batch]

    def _one(self, text):
        read = text if "blind" in self.spec else text.lower()
        return Response("plus" if "plus" in read else "minus", "stop", prompt_tokens=5, completion_tokens=1)

    async def close(self):
        return None


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.setitem(MODELS._entries, "signs", Backend("signs", "signs:", "test", Signs, named="maybe"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "signs.robust.yaml").write_text(SUITE)
    return tmp_path


@pytest.fixture
def both(here):
    run = llmrobust.run("signs.robust.yaml", ["signs:", "blind=signs:blind"])
    run.save("both.json")
    return llmrobust.load_run("both.json")


def said(capsys, *words):
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_check_plan_and_show_know_the_prompts(here, capsys):
    code, out, _ = said(capsys, "check", "signs.robust.yaml")
    assert code == 0
    assert "signs.robust.yaml: 2 prompts, 3 examples, 6 cases each, 1 gate" in out
    code, out, _ = said(capsys, "plan", "signs.robust.yaml")
    assert "signs[v1]: 3 examples" in out
    assert "2 prompts of the suite: 12 distinct prompts together" in out
    code, out, _ = said(capsys, "show", "signs.robust.yaml")
    assert "signs[v1]: example a" in out
    assert "signs[v2]: example a" in out
    code, out, _ = said(capsys, "show", "signs.robust.yaml", "--prompt", "v2")
    assert "signs[v1]" not in out
    code, _, err = said(capsys, "show", "signs.robust.yaml", "--prompt", "v9")
    assert code == 2
    assert "v1, v2" in err


def test_a_run_of_several_models_in_python(both):
    assert [suite.name for suite in both.suites] == [
        "signs[v1,signs]",
        "signs[v1,blind]",
        "signs[v2,signs]",
        "signs[v2,blind]",
    ]
    assert [one.label for one in both.models] == ["signs", "blind"]
    assert both.model_of(both.suites[1]).spec == "signs:blind"
    assert [suite.tokens for suite in both.suites] == [6.0] * 4


def test_matrix_and_leaderboard_in_every_form(both, here, capsys):
    code, out, _ = said(capsys, "matrix", "both.json")
    assert code == 0
    assert "v1 / blind" in out
    for command, kind in (("matrix", "llmrobust-matrix"), ("leaderboard", "llmrobust-leaderboard")):
        code, out, _ = said(capsys, command, "both.json", "--format", "json")
        assert (code, json.loads(out)["format"]) == (0, kind)
        assert said(capsys, command, "both.json", "--output", f"{command}.html")[0] == 0
        assert (here / f"{command}.html").read_text().startswith("<!DOCTYPE html>")
        assert "| :--" in said(capsys, command, "both.json", "--format", "markdown")[1]
        code, _, err = said(capsys, command, "both.json", "--over", "typo")
        assert (code, 'no edits of the family "typo"' in err) == (2, True)
        code, _, err = said(capsys, command, "both.json", "--suite", "other")
        assert (code, "they hold signs" in err) == (2, True)
    code, _, err = said(capsys, "leaderboard", "both.json", "--by", "effective")
    assert code == 2
    assert "takes 5 entries or more, and there are 4" in err


def test_one_run_alone_is_no_matrix(here, capsys):
    llmrobust.run(llmrobust.load_suite("signs.robust.yaml", "v1"), "signs:").save("one.json")
    code, _, err = said(capsys, "matrix", "one.json")
    assert code == 2
    assert "name two runs" in err


def test_stored_runs_of_several_models_name_one(both, capsys):
    for words in (("gate", "both.json", "signs.robust.yaml"), ("baseline", "save", "both.json")):
        code, _, err = said(capsys, *words)
        assert code == 2
        assert "is a run of several models (signs, blind): name one with --model" in err
    code, out, _ = said(capsys, "gate", "both.json", "signs.robust.yaml", "--model", "blind")
    assert code == 0
    assert "signs[v2]:" in out
    code, _, err = said(capsys, "gate", "both.json", "signs.robust.yaml", "--model", "deaf")
    assert (code, "it has signs, blind" in err) == (2, True)
    code, out, _ = said(capsys, "rescore", "both.json", "signs.robust.yaml", "--model", "signs", "--output", "new.json")
    assert code == 0
    assert [suite.name for suite in llmrobust.load_run("new.json").suites] == ["signs[v1]", "signs[v2]"]


def test_a_models_part_is_a_run_that_diff_compares(both, capsys):
    for name in ("signs", "blind"):
        assert said(capsys, "report", "both.json", "--model", name, "--output", f"{name}.json")[0] == 0
    _, out, _ = said(capsys, "diff", "signs.json", "blind.json")
    assert "signs[v1]" in out
    assert "model changed" in out


def test_replay_takes_the_ids_of_columns(here, capsys):
    node = "signs.robust.yaml::v2::blind::casing::upper-all[a]"
    models = ("--llm", "signs:", "--llm", "blind=signs:blind")
    code, out, err = said(capsys, "replay", node, *models)
    assert "signs:blind" in out, err
    assert "Which sign?" in out
    code, _, err = said(capsys, "replay", "signs.robust.yaml::casing::upper-all[a]", *models)
    assert code == 2
    assert "has several prompts (v1, v2)" in err


def test_one_column_of_a_stored_run_is_a_run_wherever_one_is_read(both, capsys):
    code, out, err = said(capsys, "diff", "both.json#signs", "both.json#blind")
    assert code == 0, err  # three examples, so that the loss may be chance
    assert "both.json#signs" in out
    assert "both.json#blind" in out
    assert "accuracy" in out
    assert said(capsys, "diff", "both.json#signs", "both.json#signs")[0] == 2
    assert said(capsys, "diff", "run:both.json#blind", "both.json#signs")[0] == 0
    assert said(capsys, "gate", "both.json#blind", "signs.robust.yaml") == said(
        capsys, "gate", "both.json", "signs.robust.yaml", "--model", "blind"
    )
    assert said(capsys, "report", "both.json#blind") == said(capsys, "report", "both.json", "--model", "blind")
    assert said(capsys, "methods", "both.json#signs")[0] == 0
    assert llmrobust.load_run("both.json#signs").suites == llmrobust.load_run("both.json").by_model("signs").suites


def test_a_column_that_is_not_there_is_named_with_those_that_are(both, capsys):
    code, _, err = said(capsys, "report", "both.json#deaf")
    assert (code, err.strip()) == (2, 'both.json: has no model "deaf"; it has signs, blind')
    llmrobust.load_run("both.json#signs").save("one.json")
    code, _, err = said(capsys, "gate", "one.json#signs", "signs.robust.yaml")
    assert (code, "it is a run of one model, which needs no #" in err) == (2, True)
    code, _, err = said(capsys, "gate", "none.json#signs", "signs.robust.yaml")
    assert (code, err.strip()) == (2, "none.json: no such file")
    code, _, err = said(capsys, "gate", "both.json#signs", "signs.robust.yaml", "--model", "blind")
    assert (code, "names a model already" in err) == (2, True)
    code, _, err = said(capsys, "gate", "both.json", "signs.robust.yaml")
    assert "name one with --model, or as both.json#signs" in err


def test_a_file_that_is_called_like_a_column_is_that_file(both, capsys):
    llmrobust.load_run("both.json#blind").save("both.json#signs")
    assert [one.name for one in llmrobust.load_run("both.json#signs").suites] == ["signs[v1]", "signs[v2]"]
    assert said(capsys, "diff", "both.json#signs", "run:both.json#blind")[0] == 0
