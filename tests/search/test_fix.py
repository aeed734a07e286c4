"""`llmrobust fix` with models whose weakness is known: what helps is found, verified and written; nothing else is claimed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from llmrobust.cli import main
from llmrobust.methods.recipe import read_recipe
from llmrobust.models.specs import MODELS, model
from llmrobust.request import Reply, Request, Response
from llmrobust.results.json_reader import read_run
from tests.engine.scripted import ScriptedModel

SUITE = """\
suite: films
prompt:
  user: |
    {% instruction %}Is the review positive or negative?{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples: {file: films.jsonl}
answer: {field: answer, choices: [positive, negative], scoring: text}
seed: 5
perturb:
  - casing.upper: {target: input}
  - typo.keyboard: {target: input, rate: 0.05, samples: 2}
  - paraphrase: {target: instruction, file: wordings.yaml}
  - format: {sample: 3}
gate:
  accuracy: {min: 0.9}
"""
WORDINGS = '- "Decide: is it positive or negative?"\n- "Say positive or negative."\n'


def said(positive: bool) -> Response:
    return Response("positive" if positive else "negative", "stop", prompt_tokens=10, completion_tokens=1)


def needs_a_wording(request: Request) -> Reply:
    """Right only where the instruction says "Decide", else always positive."""
    text = request.messages[-1][1]
    return said(digits(text) % 2 == 0 if "Decide" in text else True)


def hopeless(request: Request) -> Reply:
    return said(True)


def always_right(request: Request) -> Reply:
    return said(digits(request.messages[-1][1]) % 2 == 0)


def shouting_hides(request: Request) -> Reply:
    """Cannot read capital letters; whatever is written so is positive to it."""
    text = request.messages[-1][1]
    return said(digits(text) % 2 == 0 or "FILM" in text)


def digits(text: str) -> int:
    return int("".join(one for one in text if one.isdigit())[:3] or 0)


ANSWERS = {
    "wording": needs_a_wording,
    "hopeless": hopeless,
    "right": always_right,
    "shouting": shouting_hides,
}
SENT: list[Request] = []


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    rows = [
        {"id": f"{n}", "text": f"film {n:03} was shown here", "answer": "negative" if n % 2 else "positive"}
        for n in range(40)
    ]
    (tmp_path / "films.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "films.robust.yaml").write_text(SUITE)
    (tmp_path / "wordings.yaml").write_text(WORDINGS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    monkeypatch.chdir(tmp_path)
    SENT.clear()

    @model("scripted-fix", form="scripted-fix:KIND")
    def scripted(spec: str) -> ScriptedModel:
        answer = ANSWERS[spec.partition(":")[2]]

        def noted(request: Request) -> Reply:
            SENT.append(request)
            return answer(request)

        return ScriptedModel(noted, max_batch=64, fingerprint=spec)

    yield tmp_path
    del MODELS._entries["scripted-fix"]


def fix(kind: str, *options: str) -> int:
    return main(["fix", "films.robust.yaml", "--llm", f"scripted-fix:{kind}", "--noconftest", *options])


def test_a_wording_that_helps_is_found_verified_and_written(project: Path, capsys: pytest.CaptureFixture[str]):
    assert fix("wording") == 0
    out = capsys.readouterr().out
    assert "20 examples and 2 edits choose," in out
    assert "5 variants edit the prompt's own text, which a fix replaces: they verify nothing" in out
    assert "FAIL  accuracy: 0.5" in out
    assert "PASS  accuracy: 1.000" in out
    assert "difference  +0.5" in out
    assert "the gates pass on examples that did not choose" in out
    assert "  of edits that did not choose  +0.5" in out
    recipe = read_recipe((project / "films.fixed.json").read_text())
    assert "Decide" in recipe.templates[0].messages[0][1][0]
    assert recipe.measured["after"]["accuracy"] == 1
    assert recipe.measured["difference"]["low"] > 0.2
    assert (project / "films.fixed.jinja").read_text() == (
        "Decide: is it positive or negative?\nReview: {{ text }}\nSentiment:"
    )


def test_what_is_written_runs_as_a_model(project: Path):
    assert fix("wording") == 0
    assert (
        main_pytest("--llm", "fixed:films.fixed.json", "--robust-json", "run.json") == 1
    )  # edits of its own text fail
    run = read_run(Path("run.json"))
    inputs = [case for case in run.suites[0].cases if case.family in ("casing", "typo", "original")]
    assert all(case.correct for case in inputs)
    assert run.manifest.model.spec == "fixed:films.fixed.json"
    assert dict(run.manifest.model.details)["fixed"].startswith("wording")


def main_pytest(*options: str) -> int:
    return int(pytest.main(["films.robust.yaml", "-q", "-p", "no:cacheprovider", *options]))


def test_repaired_inputs_are_found_where_capital_letters_break_the_model(project: Path, capsys):
    suite = project / "films.robust.yaml"
    suite.write_text(
        SUITE.replace("samples: 2}", "samples: 1}").replace(
            "  - typo.keyboard: {target: input, rate: 0.05, samples: 1}\n", ""
        )
    )
    assert fix("shouting") == 0
    assert read_recipe((project / "films.fixed.json").read_text()).normalise
    out = capsys.readouterr().out
    assert "there is one edit of the input, so that no other edit verifies" in out
    assert not (project / "films.fixed.jinja").exists()  # the prompt is not all that changes
    compile((project / "films_fixed.py").read_text(), "films_fixed.py", "exec")


def test_a_model_that_nothing_helps_is_said_to_be_so(project: Path, capsys: pytest.CaptureFixture[str]):
    assert fix("hopeless") == 1
    out = capsys.readouterr().out
    assert "nothing in the budget helps" in out
    assert not (project / "films.fixed.json").exists()


def test_a_green_gate_needs_no_fix(project: Path, capsys: pytest.CaptureFixture[str]):
    assert fix("right") == 0
    assert "there is nothing to fix" in capsys.readouterr().out
    assert not (project / "films.fixed.json").exists()
    assert len(SENT) <= 20 * 4


def test_the_budget_is_kept_and_a_rerun_sends_nothing(project: Path, capsys: pytest.CaptureFixture[str]):
    fix("hopeless", "--budget", "520", "--store", "replies.sqlite")
    assert 0 < len(SENT) <= 520
    SENT.clear()
    fix("hopeless", "--budget", "520", "--store", "replies.sqlite")
    assert SENT == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("--budget", "50", "a budget of 50 requests is too small: verifying takes up to"),
        ("gate:\n  accuracy: {min: 0.9}\n", "", "films.robust.yaml has no gates, so nothing says when it is fixed"),
        ("  - casing.upper: {target: input}\n  - typo.keyboard: {target: input, rate: 0.05, samples: 2}\n", "",
         "every edit of the suite changes the prompt's own text"),
        ("Review: {{ text }}\n", "Review:\n", "the prompt has no input"),
    ],
)  # fmt: skip
def test_what_cannot_be_fixed_says_why(project: Path, capsys, old: str, new: str, message: str):
    if old == "--budget":
        code = fix("hopeless", old, new)
    else:
        (project / "films.robust.yaml").write_text(SUITE.replace(old, new))
        code = fix("hopeless")
    assert code == 2
    assert message in capsys.readouterr().err


def test_one_of_several_prompts_is_fixed(project: Path, capsys: pytest.CaptureFixture[str]):
    prompts = SUITE[SUITE.index("prompt:") : SUITE.index("examples:")]
    lines = prompts.replace("prompt:\n  user: |\n", "prompts:\n  - id: v1\n    user: |\n").replace("    ", "      ")
    lines = lines.replace("      user: |", "    user: |") + '  - {id: v2, user: "Good? {{ text }}"}\n'
    (project / "films.robust.yaml").write_text(SUITE.replace(prompts, lines))
    assert fix("wording") == 2
    assert "the suite has several: v1, v2" in (err := capsys.readouterr().err)
    assert "--prompt ID" in err
    assert fix("wording", "--prompt", "v3") == 2
    assert 'the suite has no prompt "v3"' in capsys.readouterr().err
    assert fix("wording", "--prompt", "v1") == 0
    written = sorted(path.name for path in project.iterdir() if ".fixed" in path.name or "_fixed" in path.name)
    assert written == ["films-v1.fixed.jinja", "films-v1.fixed.json", "films_v1_fixed.py"]


def test_a_file_that_is_no_recipe_is_refused(project: Path, capsys: pytest.CaptureFixture[str]):
    Path("x.json").write_text("{}")
    assert main(["models", "fixed:x.json"]) != 0
    assert main(["models", "fixed:absent.json"]) != 0
    said_of_both = "".join(capsys.readouterr())
    assert "x.json: is no recipe of `llmrobust fix`: format: Field required" in said_of_both
    assert "absent.json: cannot be read: No such file or directory" in said_of_both


class Server(BaseHTTPRequestHandler):
    """A chat server that knows films."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        messages = tuple((one["role"], one["content"]) for one in asked["messages"])
        text = needs_a_wording(Request(messages)).text
        body = json.dumps({"choices": [{"message": {"content": f" {text.capitalize()}."}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def test_the_python_that_is_written_needs_no_llmrobust(project: Path):
    assert fix("wording") == 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/v1"
        asking = f"print([fixed.answer({{'text': f'film {{n:03}} was shown'}}, {url!r}, 'm') for n in (6, 7)])"
        code = (
            "import sys, importlib.util as u; sys.modules['llmrobust'] = None\n"
            "spec = u.spec_from_file_location('fixed', 'films_fixed.py'); fixed = u.module_from_spec(spec)\n"
            f"spec.loader.exec_module(fixed)\n{asking}"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    finally:
        server.shutdown()
    assert done.stdout == "['positive', 'negative']\n", done.stderr
