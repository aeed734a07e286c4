"""What a person writes after --llm."""

from __future__ import annotations

import subprocess
import sys

import pytest

from llmrobust import registry
from llmrobust.errors import ModelError
from llmrobust.models import parse_spec, parse_specs, specs
from llmrobust.models.http.listed_servers import ListedServers
from llmrobust.models.http.openai_model import OpenAiModel
from llmrobust.models.http.replicas import Replicas
from llmrobust.models.local.hf_model import HfModel
from llmrobust.models.local.tiny.model import BundledModel
from llmrobust.models.local.vllm_offline import VllmOfflineModel
from llmrobust.models.server.vllm_server import VllmServerModel


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("tiny", BundledModel),
        ("hf:org/name?dtype=float32&revision=main", HfModel),
        ("vllm:/models/x?max-model-len=1024&enforce-eager", VllmServerModel),
        ("vllm-offline:/models/x", VllmOfflineModel),
        ("http://127.0.0.1:8000/v1", OpenAiModel),
        ("https://example.org/api/v1#some/model", OpenAiModel),
        ("servers:servers.txt", ListedServers),
    ],
)
def test_spec_names_a_backend(spec, kind):
    model = parse_spec(spec)
    assert isinstance(model, kind)
    assert model.spec == spec


def test_several_addresses_are_replicas():
    model = parse_specs(["http://a:1/v1", "http://b:1/v1"])
    assert isinstance(model, Replicas)
    assert model.spec == "http://a:1/v1 http://b:1/v1"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("tyni", 'did you mean "tiny"'),
        ("vlm:/models/x", 'did you mean "vllm"'),
        ("Qwen/Qwen3-0.6B", 'did you mean "hf:Qwen/Qwen3-0.6B"'),
        ("vllm", "needs a model after the colon"),
        ("servers", "needs a model after the colon"),
        ("servers:", "does not name a file: write it as servers:FILE"),
        ("hf:", "does not name a model"),
        ("hf:x?dtipe=float32", 'did you mean "dtype"'),
        ("hf:x?dtype=a&dtype=b", 'gives "dtype" twice'),
        ("vllm:x?port=80", "set by llmrobust"),
        ("vllm:x?startup-timeout=soon", "give seconds"),
        ("http://host:8000", None),
        ("http://host:8000/v2", "does not end in /v1"),
        ("http://host:99999/v1", "not a server address"),
        ("http:///v1", "not a server address"),
        ("http://user:secret@host/v1", "must not contain a password"),
    ],
)
def test_wrong_spec_is_explained(spec, words):
    if words is None:
        assert parse_spec(spec).spec == spec
        return
    with pytest.raises(ModelError) as caught:
        parse_spec(spec)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


def test_unknown_spec_lists_all_forms():
    with pytest.raises(ModelError) as caught:
        parse_spec("gguf:model")
    for form, _ in specs.known_forms():
        assert form in str(caught.value)


def test_replicas_must_be_addresses_and_different():
    with pytest.raises(ModelError, match='"tiny" is not one'):
        parse_specs(["http://a:1/v1", "tiny"])
    with pytest.raises(ModelError, match="given twice"):
        parse_specs(["http://a:1/v1", "http://a:1/v1"])
    with pytest.raises(ModelError, match="no model given"):
        parse_specs([])


def test_backend_of_a_distribution_is_found_by_its_prefix(monkeypatch):
    class Entry:
        name = "echo"

        def load(self):
            return lambda spec: ("made", spec)

    monkeypatch.setattr(registry, "entry_points", lambda group: [Entry()] if group == "llmrobust.models" else [])
    assert parse_spec("echo:x") == ("made", "echo:x")
    with pytest.raises(ModelError, match=r"echo\[:\.\.\.\] +from an installed plugin"):
        parse_spec("eco:x")


def test_parsing_a_spec_imports_nothing_heavy():
    code = (
        "import sys; from llmrobust.models import parse_spec\n"
        "for spec in ('tiny', 'hf:x', 'vllm:x', 'vllm-offline:x', 'http://h/v1', 'servers:f'): parse_spec(spec)\n"
        "print([name for name in ('torch', 'transformers', 'vllm', 'aiohttp', 'numpy') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
