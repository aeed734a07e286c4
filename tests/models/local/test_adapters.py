"""LoRA adapters are models: how a spec names one, and what identifies it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmrobust.errors import ModelError
from llmrobust.models import parse_spec
from llmrobust.models.choices import model_choices
from llmrobust.models.local.adapters import Adapter, adapter_of
from llmrobust.models.local.identity import identity
from llmrobust.models.local.perplexity import bits_a_word
from llmrobust.models.local.vllm_offline import engine_arguments
from llmrobust.models.local_spec import LocalSpec
from llmrobust.models.protocol import IDENTIFIED_BY
from llmrobust.models.ray_cluster import RaySpec
from llmrobust.models.server import vllm_server
from llmrobust.models.server.vllm_server import server_arguments
from tests.models.server.test_vllm_identity import started


@pytest.fixture(autouse=True)
def on_a_cpu(monkeypatch):
    """Which vLLM is installed is looked up among all packages, which takes a while."""
    monkeypatch.setattr(vllm_server, "runs_on_cpu", lambda: True)


@pytest.fixture
def lora(tmp_path: Path) -> Path:
    """A folder that an adapter lies in."""
    folder = tmp_path / "polite"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"r": 24}))
    (folder / "adapter_model.safetensors").write_text("weights")
    return folder


def arguments(spec: str) -> list[str]:
    parsed = LocalSpec.parse(spec)
    return server_arguments(parsed, cpu=False, adapter=adapter_of(parsed))


def test_a_folder_is_served_beside_the_model_with_the_rank_that_it_needs(lora: Path):
    assert arguments(f"vllm:base#{lora}") == [
        "--enable-lora", "--lora-modules", f"polite={lora}", "--max-lora-rank", "32",
    ]  # fmt: skip


def test_an_adapter_that_the_options_name_is_served_as_they_say(lora: Path):
    spec = f"vllm:base?enable-lora&lora-modules=a={lora}+b=org/b&max-lora-rank=64#a"
    assert arguments(spec) == [
        "--enable-lora", "--lora-modules", f"a={lora}", "b=org/b", "--max-lora-rank", "64",
    ]  # fmt: skip
    assert adapter_of(LocalSpec.parse(spec)) == Adapter("a", str(lora))


def test_adapters_that_nobody_chose_are_served_and_the_model_itself_answers(server, asked, monkeypatch, tmp_path):
    (tmp_path / "model.safetensors").write_text("weights")
    other = server(adapters={"a": "/adapters/a"})
    info = started(monkeypatch, asked, f"vllm:{tmp_path}?enable-lora&lora-modules=a=/adapters/a", other)
    assert (info.name, "adapter" in info.details) == (str(tmp_path), False)


def test_engines_are_made_ready_for_the_adapter(lora: Path):
    spec = LocalSpec.parse(f"vllm-offline:base?lora-modules=a={lora}#a")
    found = engine_arguments(spec, cpu=False, adapter=adapter_of(spec))
    assert (found["enable_lora"], found["max_lora_rank"]) == (True, 32)
    assert "lora_modules" not in found


@pytest.mark.parametrize(
    ("adapter", "words"),
    [
        ("", "names no adapter after the #"),
        ("nothing", 'there is no adapter "nothing": it is neither a folder nor named by lora-modules'),
        ("/no/such/folder", 'there is no adapter "/no/such/folder"'),
        (".", "is no adapter: it has no adapter_config.json"),
    ],
)
def test_an_adapter_that_is_none_is_refused_before_anything_is_loaded(adapter: str, words: str):
    for kind in ("vllm", "vllm-offline", "hf"):
        with pytest.raises(ModelError, match=words.replace("(", r"\(")):
            parse_spec(f"{kind}:base#{adapter}")


def test_a_misspelled_name_is_told_the_nearest_one():
    with pytest.raises(ModelError, match='did you mean "polite"'):
        parse_spec("vllm:base?lora-modules=polite=/a#polte")
    with pytest.raises(ModelError, match='lora-modules is "polite": write it as NAME=PATH'):
        parse_spec("vllm:base?lora-modules=polite#polite")


def test_a_model_and_its_adapters_are_columns_of_their_own(lora: Path):
    names = [
        one.label for one in model_choices(["vllm:models/base", f"vllm:models/base#{lora}", "hf:models/base#org/x"])
    ]
    assert names == ["base", "base-polite", "base-x"]


def test_an_adapters_weights_are_part_of_what_identifies_a_model(server, asked, monkeypatch, tmp_path, lora: Path):
    base = tmp_path / "base"
    base.mkdir()
    (base / "model.safetensors").write_text("weights")
    spec = f"vllm:{base}#{lora}"
    one = server(adapters={"polite": str(lora)})
    plain = started(monkeypatch, asked, f"vllm:{base}", one)
    first, again = (started(monkeypatch, asked, spec, one) for _ in range(2))
    known = identity((spec,))
    assert first.fingerprint == again.fingerprint != plain.fingerprint
    assert first.name == f"{base}#polite"
    assert first.details["adapter"] == str(lora)
    (lora / "adapter_model.safetensors").write_text("others!")
    assert started(monkeypatch, asked, spec, one).fingerprint != first.fingerprint
    assert identity((spec,)) != known != ""
    assert identity((f"hf:{base}#org/adapter",)) == ""


def test_an_adapter_on_a_running_server_is_identified_by_its_folder_and_its_models(server, asked, tmp_path, lora: Path):
    base = tmp_path / "base"
    base.mkdir()
    (base / "model.safetensors").write_text("weights")
    one = server(models=[str(base)], adapters={"polite": str(lora)})

    def info(name: str):
        return asked(f"{one.url}#{name}", [])[0]

    first = info("polite")
    assert first.name == "polite"
    assert first.fingerprint != info(str(base)).fingerprint
    assert "weights on this machine" in first.details[IDENTIFIED_BY]
    (base / "model.safetensors").write_text("others!")
    assert info("polite").fingerprint != first.fingerprint


def test_a_server_with_adapters_asks_which_model_is_meant(server, asked, lora: Path):
    one = server(adapters={"polite": str(lora)})
    with pytest.raises(ModelError, match=r"serves 2 models: choose one with .*#MODEL. It has: toy, polite"):
        asked(one.url, [])
    with pytest.raises(ModelError, match=r'no model "polit".*did you mean "polite"'):
        asked(f"{one.url}#polit", [])


def test_adapters_are_refused_where_none_is_applied_and_reach_workers_on_ray(lora: Path):
    with pytest.raises(ModelError, match="no adapter is applied here"):
        bits_a_word("hf:base#org/x")
    assert parse_spec(f"ray:base?workers=2#{lora}").spec == f"ray:base?workers=2#{lora}"
    assert RaySpec.parse(f"ray:base?max-model-len=64#{lora}", parse_spec).inside == (
        f"vllm-offline:base?max-model-len=64#{lora}"
    )
