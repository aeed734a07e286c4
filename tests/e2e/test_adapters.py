"""A LoRA adapter on real backends: what it answers is what its weights, merged into the model's, answer."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from llmrobust.models import parse_spec
from llmrobust.request import Request
from tests.models.toy import make_toy

pytestmark = pytest.mark.e2e

RANK, ALPHA = 4, 8
ASKED = [
    Request((("user", f"The film was {word}."),), labels=("positive", "negative"), scoring="logprobs")
    for word in ("a delight", "dull", "superb")
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> tuple[Path, Path, Path]:
    """A toy model, an adapter for it with random weights, and the model with the adapter merged into its weights."""
    import torch
    from safetensors.torch import load_file, save_file

    root = tmp_path_factory.mktemp("adapted")
    base, adapter, merged = make_toy(root / "base"), root / "polite", root / "merged"
    adapter.mkdir()
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": RANK,
        "lora_alpha": ALPHA,
        "target_modules": ["q_proj", "v_proj"],
        "base_model_name_or_path": str(base),
    }
    (adapter / "adapter_config.json").write_text(json.dumps(config))
    weights = load_file(base / "model.safetensors")
    drawn = torch.Generator().manual_seed(1)
    lora = {}
    for layer in range(2):
        for name in ("q_proj", "v_proj"):
            place = f"model.layers.{layer}.self_attn.{name}"
            wide, high = weights[f"{place}.weight"].shape[::-1]
            a = torch.randn(RANK, wide, generator=drawn) * 0.2
            b = torch.randn(high, RANK, generator=drawn) * 0.2
            lora[f"base_model.model.{place}.lora_A.weight"] = a
            lora[f"base_model.model.{place}.lora_B.weight"] = b
            weights[f"{place}.weight"] = weights[f"{place}.weight"].float() + ALPHA / RANK * (b @ a)
    save_file(lora, adapter / "adapter_model.safetensors")
    shutil.copytree(base, merged)
    save_file({name: one.float() for name, one in weights.items()}, merged / "model.safetensors", {"format": "pt"})
    return base, adapter, merged


def scores(spec: str) -> list[tuple[float, ...]]:
    model = parse_spec(spec)

    async def go():
        try:
            await model.open()
            return await model.answer(ASKED)
        finally:
            await model.close()

    return [reply.label_logprobs for reply in asyncio.run(go())]


def far(found, other) -> float:
    return max(abs(a - b) for one, two in zip(found, other, strict=True) for a, b in zip(one, two, strict=True))


def test_transformers_apply_the_adapter(folders):
    pytest.importorskip("peft", reason="hf:BASE#ADAPTER needs it: pip install peft")
    base, adapter, merged = folders
    adapted = scores(f"hf:{base}?dtype=float32#{adapter}")
    assert far(adapted, scores(f"hf:{merged}?dtype=float32")) < 1e-3
    assert far(adapted, scores(f"hf:{base}?dtype=float32")) > 0.5


@pytest.mark.parametrize("kind", ["vllm", "vllm-offline"])
def test_vllm_applies_the_adapter(folders, kind):
    base, adapter, merged = folders
    adapted = scores(f"{kind}:{base}?dtype=float32#{adapter}")
    assert far(adapted, scores(f"hf:{merged}?dtype=float32")) < 0.05
    assert far(adapted, scores(f"hf:{base}?dtype=float32")) > 0.5
