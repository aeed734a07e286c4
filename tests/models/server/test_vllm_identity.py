"""A server of our own is identified by a folder's weights, and by its answers where the model is only a name."""

from __future__ import annotations

from llmrobust.models.local_spec import LocalSpec
from llmrobust.models.protocol import IDENTIFIED_BY, ModelInfo
from llmrobust.models.server import vllm_server
from llmrobust.models.server.vllm_server import VllmServerModel
from tests.models.http.fault_server import FaultServer


def started(monkeypatch, asked, spec: str, server: FaultServer) -> ModelInfo:
    """What opening the spec gives when the server that it starts is this one."""
    port = int(server.url.split(":")[2].removesuffix("/v1"))

    class Started:
        def __init__(self, command, environment):
            self.running = True

        async def healthy(self, url, within_s):
            """At once."""

        def log_text(self):
            return "INFO core.py: Initializing a V1 LLM engine (v0.32.0) with config: model='m', dtype=torch.float32, seed=0"

        def stop(self, keep_log):
            """It was not ours."""

    monkeypatch.setattr(vllm_server, "ServerProcess", Started)
    monkeypatch.setattr(vllm_server, "free_port", lambda: port)
    monkeypatch.setattr(vllm_server.importlib.util, "find_spec", lambda name: name)
    server.models = [LocalSpec.parse(spec).path.rsplit("/")[-1]]
    return asked(VllmServerModel(spec), [])[0]


def test_weights_in_a_folder_identify_a_server_of_ours_without_probes(server, asked, monkeypatch, tmp_path):
    (tmp_path / "model.safetensors").write_text("weights")
    one, other = server(), server()
    infos = [started(monkeypatch, asked, f"vllm:{tmp_path}", each) for each in (one, other)]
    assert infos[0].fingerprint == infos[1].fingerprint
    assert infos[0].details[IDENTIFIED_BY] == "weights on this machine"
    assert infos[0].details["dtype"] == "float32"
    assert not one.probes
    (tmp_path / "model.safetensors").write_text("others!")
    assert started(monkeypatch, asked, f"vllm:{tmp_path}", one).fingerprint != infos[0].fingerprint


def test_a_name_is_identified_by_its_answers_at_any_port(server, asked, monkeypatch):
    def info(**fields):
        return started(monkeypatch, asked, "vllm:org/name", server(**fields))

    first, again = info(), info()
    other = info(probed=lambda answer, number: {**answer, "choices": [{"text": "another revision"}]})
    assert first.fingerprint == again.fingerprint != other.fingerprint
    assert first.details[IDENTIFIED_BY] == "name and answers to probes"


def test_a_name_whose_answers_identify_nothing_counts_for_one_session(server, asked, monkeypatch):
    infos = [started(monkeypatch, asked, "vllm:org/name", server(probed=lambda answer, number: None)) for _ in range(2)]
    assert infos[0].fingerprint != infos[1].fingerprint
    assert infos[0].trusted().fingerprint == infos[1].trusted().fingerprint
    assert infos[0].details[IDENTIFIED_BY].startswith("this session only")
