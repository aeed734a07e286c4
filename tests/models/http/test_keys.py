"""Which key goes to which server."""

from __future__ import annotations

import asyncio

import pytest

from llmrobust.errors import ModelError
from llmrobust.models import parse_specs
from llmrobust.models.http.keys import EMBEDDER_KEY, JUDGE_KEY, judge_settings, key_for
from llmrobust.models.local.vllm_environment import server_environment
from tests.models.http.fault_server import Fault

MAIN = "http://127.0.0.1:8000/v1"


@pytest.fixture(autouse=True)
def keys(monkeypatch):
    monkeypatch.setenv("LLMROBUST_API_KEY", "sk-main")
    monkeypatch.delenv(JUDGE_KEY, raising=False)
    monkeypatch.delenv(EMBEDDER_KEY, raising=False)


@pytest.mark.parametrize(
    ("address", "models", "key"),
    [
        ("http://127.0.0.1:8001/v1", [MAIN], "sk-main"),
        ("http://judge.example/v1", [MAIN], ""),
        ("https://api.example/v1", ["https://api.example/v1#m"], "sk-main"),
        ("http://api.example/v1", ["https://api.example/v1#m"], ""),
        ("https://api.example/v1", ["http://api.example:80/v1"], "sk-main"),
        ("https://api.example.evil.example/v1", ["https://api.example/v1"], ""),
        ("https://api.example@evil.example/v1", ["https://api.example/v1"], ""),
        ("https://api.example/v1", ["tiny"], ""),
        ("https://api.example/v1", ["hf:api.example"], ""),
        ("https://api.example/v1", [], ""),
        ("http://[::1/v1", ["http://[::1/v1"], ""),
        ("https://b.example/v1", ["https://a.example/v1", "https://b.example/v1"], "sk-main"),
    ],
)
@pytest.mark.parametrize("variable", [JUDGE_KEY, EMBEDDER_KEY])
def test_the_key_of_the_tested_model_stays_on_its_host(address, models, key, variable):
    assert key_for(address, variable, models) == key


@pytest.mark.parametrize("variable", [JUDGE_KEY, EMBEDDER_KEY])
def test_a_key_of_its_own_goes_anywhere_and_comes_first(monkeypatch, variable):
    monkeypatch.setenv(variable, "sk-own")
    other = EMBEDDER_KEY if variable == JUDGE_KEY else JUDGE_KEY
    assert key_for("https://judge.example/v1", variable, []) == "sk-own"
    assert key_for("http://127.0.0.1:8001/v1", variable, [MAIN]) == "sk-own"
    assert key_for("https://judge.example/v1", other, []) == ""


def opened(model):
    async def body():
        try:
            return await model.open()
        finally:
            await model.close()

    return asyncio.run(body())


@pytest.mark.parametrize(("models", "sent"), [([], None), ([MAIN], "Bearer sk-main")])
def test_a_judge_is_opened_with_its_key(server, models, sent):
    one, two = server(), server()
    opened(parse_specs([one.url, two.url], judge_settings(models)))
    assert {headers.get("Authorization") for each in (one, two) for _, _, headers in each.calls} == {sent}


def test_a_judge_that_wants_a_key_is_told_with_its_variable(server):
    with pytest.raises(ModelError, match=f"the key in {JUDGE_KEY} is not set"):
        opened(parse_specs([server(faults=[Fault(401)]).url], judge_settings([])))


def test_servers_that_are_started_get_no_key_of_others(monkeypatch):
    kept = server_environment({"LLMROBUST_API_KEY": "a", JUDGE_KEY: "b", EMBEDDER_KEY: "c", "PATH": "/bin"})
    assert set(kept.values()).isdisjoint({"a", "b", "c"})
    assert kept["PATH"] == "/bin"
