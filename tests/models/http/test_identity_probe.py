"""What cannot be shown to be the same model is never taken for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from llmrobust.engine import Engine, Store
from llmrobust.errors import ModelError
from llmrobust.models import parse_specs
from llmrobust.models.http.identity_probe import BY_ANSWERS, BY_WEIGHTS, PROBES
from llmrobust.models.protocol import IDENTIFIED_BY
from tests.models.http.fault_server import Body, FaultServer, serve
from tests.models.requests import chat

ALIAS_ONLY = {"chat"}
"""A server that is not vLLM: chats and a name, nothing else that could identify its model."""
Change = Callable[[Body, int], Body | None]


def says(text: str, logprob: float | None = None) -> Change:
    """Answers every probe with the text, and one log-probability if given."""

    def change(answer: Body, number: int) -> Body:
        choice = answer["choices"][0]
        choice.pop("logprobs", None)
        choice.update({"message": {"content": text}} if "message" in choice else {"text": text})
        if logprob is not None:
            choice["logprobs"] = {"content": [{"token": text, "logprob": logprob}]}
        return answer

    return change


def noisy(answer: Body, number: int) -> Body:
    """Another answer in the second round."""
    return says(f"answer {number}")(answer, number) or {}


def stats_of(urls: list[str], store: Path, *, trust_store: bool = False) -> tuple[int, int]:
    """(sent, from the store) of one session that asks two fixed questions."""
    engine = Engine(parse_specs(urls), lambda: Store(store), trust_store=trust_store)
    try:
        requests = chat("good", "bad")
        engine.submit(requests)
        engine.replies(requests)
        stats = engine.stats()
        return stats.sent, stats.from_store
    finally:
        engine.close()


def test_an_unchanged_server_is_asked_nothing_but_the_probes(server, tmp_path):
    one = server(features=set(ALIAS_ONLY))
    assert stats_of([one.url], tmp_path / "store") == (2, 0)
    one.calls.clear()
    one.probes.clear()
    assert stats_of([one.url], tmp_path / "store") == (0, 2)
    assert len(one.probes) == 2 * len(PROBES)
    assert not one.bodies("/v1/chat/completions")


@pytest.mark.parametrize(
    "change",
    [says("another model"), says("-", logprob=-0.25), says("-", logprob=-0.2512)],
    ids=["other-answers", "other-weights", "other-quantisation"],
)
def test_a_model_changed_under_its_name_is_asked_anew(server, tmp_path, change: Change):
    one = server(features=set(ALIAS_ONLY), probed=says("-", logprob=-0.252))
    assert stats_of([one.url], tmp_path / "store") == (2, 0)
    one.probed = change
    assert stats_of([one.url], tmp_path / "store") == (2, 0)


def test_another_port_is_another_server_though_names_and_answers_are_equal(server, tmp_path):
    for _ in range(2):
        assert stats_of([server(features=set(ALIAS_ONLY)).url], tmp_path / "store") == (2, 0)


def test_another_server_on_the_same_port_with_the_same_name_is_asked_anew(tmp_path):
    with serve(FaultServer(features=set(ALIAS_ONLY))) as one:
        assert stats_of([one.url], tmp_path / "store") == (2, 0)
        port = int(one.url.split(":")[2].removesuffix("/v1"))
    with serve(FaultServer(features=set(ALIAS_ONLY), probed=says("new weights")), port) as one:
        assert stats_of([one.url], tmp_path / "store") == (2, 0)
        assert stats_of([one.url], tmp_path / "store") == (0, 2)


def test_another_template_is_asked_anew(server, tmp_path):
    one = server(features=set(ALIAS_ONLY))
    assert stats_of([one.url], tmp_path / "store") == (2, 0)
    one.template = "<good>"
    assert stats_of([one.url], tmp_path / "store") == (2, 0)


def test_an_adapter_under_another_name_is_asked_anew(server, tmp_path):
    one = server(features=set(ALIAS_ONLY), models=["base", "adapter"])
    for name in ("base", "adapter"):
        assert stats_of([f"{one.url}#{name}"], tmp_path / "store") == (2, 0)


def test_probes_are_not_answered_from_a_cache(server, asked):
    one = server()
    asked(one.url, [])
    salts = [body["cache_salt"] for body in one.probes]
    assert len(set(salts)) == len(salts) == 2 * len(PROBES)


@pytest.mark.parametrize("status", [429, 500])
def test_a_server_that_fails_to_answer_the_probes_says_why_and_is_still_asked(server, asked, status):
    one = server(features=set(ALIAS_ONLY), probe_status=status)
    info, replies = asked(one.url, chat("good"))
    assert info.details[IDENTIFIED_BY].startswith("this session only: the server did not answer the probes (")
    assert f"HTTP {status}" in info.details[IDENTIFIED_BY]
    assert replies[0].text == "+"


def test_a_restarted_vllm_whose_folder_cannot_be_read_is_probed_too(server, tmp_path):
    one = server()
    assert stats_of([one.url], tmp_path / "store")[0] == 2
    one.probed = says("other weights, same command")
    assert stats_of([one.url], tmp_path / "store")[0] == 2


def test_weights_on_this_machine_identify_a_server_at_any_port_until_its_answers_change(server, asked, tmp_path):
    (tmp_path / "model.safetensors").write_text("weights")
    first, second = (asked(server(models=[str(tmp_path)]).url, [])[0] for _ in range(2))
    quantised = asked(server(models=[str(tmp_path)], probed=says("quantised")).url, [])[0]
    assert first.details[IDENTIFIED_BY] == BY_WEIGHTS
    assert first.fingerprint == second.fingerprint != quantised.fingerprint


@pytest.mark.parametrize(
    ("probed", "reason"),
    [
        (noisy, "identical probes got different answers"),
        (lambda answer, number: says("-", logprob=-number)(answer, number), "different log-probabilities"),
        (lambda answer, number: None, "did not answer the probes"),
        (says(""), "gave empty answers to the probes"),
    ],
    ids=["noisy-texts", "noisy-scores", "refused", "empty"],
)
def test_replies_of_what_cannot_be_identified_count_for_one_session(server, asked, tmp_path, probed, reason):
    one: FaultServer = server(features=set(ALIAS_ONLY), probed=probed)
    assert reason in asked(one.url, [])[0].details[IDENTIFIED_BY]
    for _ in range(2):
        assert stats_of([one.url], tmp_path / "store") == (2, 0)
    assert stats_of([one.url], tmp_path / "store", trust_store=True) == (2, 0)
    assert stats_of([one.url], tmp_path / "store", trust_store=True) == (0, 2)


def test_trust_does_not_hide_a_change_that_probes_show(server, tmp_path):
    one = server(features=set(ALIAS_ONLY), probed=says("before"))
    assert stats_of([one.url], tmp_path / "store", trust_store=True) == (2, 0)
    one.probed = says("after")
    assert stats_of([one.url], tmp_path / "store", trust_store=True) == (2, 0)


def test_servers_without_log_probabilities_are_identified_by_their_texts(server, asked):
    one = server(features={"chat", "strict"})
    assert asked(one.url, [])[0].details[IDENTIFIED_BY] == BY_ANSWERS
    assert all("top_k" not in body for body in one.probes)


def opened(*servers: FaultServer) -> None:
    async def run() -> None:
        model = parse_specs([one.url for one in servers])
        try:
            await model.open()
        finally:
            await model.close()

    asyncio.run(run())


def test_replicas_that_answer_alike_share_the_load_in_any_order(server, tmp_path):
    one, other = server(features=set(ALIAS_ONLY)), server(features=set(ALIAS_ONLY))
    assert stats_of([one.url, other.url], tmp_path / "store") == (2, 0)
    assert stats_of([other.url, one.url], tmp_path / "store") == (0, 2)


def test_replicas_that_answer_differently_are_refused(server):
    with pytest.raises(ModelError, match="not replicas of one model: they answer identical prompts differently"):
        opened(server(features=set(ALIAS_ONLY)), server(features=set(ALIAS_ONLY), probed=says("other")))


def test_replicas_that_cannot_be_shown_to_be_equal_are_refused(server):
    with pytest.raises(ModelError, match="cannot be shown to be the same model as the other replicas"):
        opened(server(features=set(ALIAS_ONLY)), server(features=set(ALIAS_ONLY), probed=noisy))
