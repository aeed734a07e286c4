"""Training in miniature: the loss falls, runs repeat and resume, and what is saved loads and answers."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SMALL = {"steps": 12, "decay": 4, "warmup": 2, "batch_tokens": 512, "width": 64, "heads": 2, "inner": 128, "layers": 1}


@pytest.fixture(autouse=True)
def _needs_torch() -> None:
    pytest.importorskip("torch", minversion="2.9", reason="needs PyTorch 2.9: pip install -U 'llmrobust[hf]'")
    pytest.importorskip("transformers", reason="needs transformers: pip install 'llmrobust[hf]'")


@pytest.mark.e2e
def test_smoke_training_learns_and_saves_a_model_that_answers(tmp_path: Path) -> None:
    from tools.tiny_model.evaluate import answers, load

    out = tmp_path / "model"
    command = [sys.executable, "-m", "tools.tiny_model.train", "--smoke", "--out", str(out)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    losses = [float(loss) for loss in re.findall(r"answer loss ([\d.]+)", shown)]
    assert losses[-1] < 0.6 * losses[0]
    assert {file.name for file in tmp_path.iterdir()} == {"model"}
    model, tokenizer = load(out)
    assert len(answers(model, tokenizer, ["Review: I love it.\nSentiment:", "Ticket: Hello.\nCategory:"])) == 2


@pytest.mark.e2e
def test_same_seed_and_steps_give_the_same_weights(tmp_path: Path) -> None:
    from tools.tiny_model.train import Plan, train

    plan = Plan(seed=3, **SMALL)
    assert train(plan, tmp_path / "one") == train(plan, tmp_path / "two")
    saved = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("one", "two")]
    assert saved[0] == saved[1]


@pytest.mark.e2e
def test_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    import torch

    from tools.tiny_model.train import Plan, train

    plan = Plan(seed=3, **(SMALL | {"steps": 420, "decay": 20}))
    work = tmp_path / "work"
    train(plan, tmp_path / "part", work=work, save_every=1, stop_at=360)
    reached = torch.load(work / "state.pt")["step"]
    assert 0 < reached <= 360
    resumed = train(plan, tmp_path / "resumed", work=work)
    assert len(resumed) == plan.steps - reached
    assert resumed == train(plan, tmp_path / "whole")[reached:]


@pytest.mark.e2e
def test_training_goes_on_from_the_weights_and_tokenizer_of_a_folder(tmp_path: Path) -> None:
    from tools.tiny_model.train import Plan, load_model, train

    plan = Plan(seed=3, **SMALL)
    train(plan, tmp_path / "first")
    train(
        Plan(seed=4, curriculum=0, **(SMALL | {"steps": 1})), tmp_path / "second", start=tmp_path / "first", threads=1
    )
    one, other = ((tmp_path / name / "tokenizer.json").read_bytes() for name in ("first", "second"))
    assert one == other
    before, after = (load_model(tmp_path / name)[0].state_dict() for name in ("first", "second"))
    moved = [(after[name] - before[name]).abs().max().item() for name in before]
    assert 0 < max(moved) < 0.02
