"""Train the tiny model: ``python -m tools.tiny_model.train --out DIR --steps N --seed S``.

Needs ``pip install llmrobust[hf]`` and PyTorch 2.9 or newer. The learning rate is held and falls to zero in the last
``--decay`` steps; a state saved every ``--save-every`` steps lets an interrupted run go on where it was.
The same seed, steps and number of threads on the same machine and PyTorch version give the same weights; elsewhere
floating-point sums differ in their order, and so do the weights.
"""

import argparse
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.tiny_model.corpus import FULL, Stage, stage_at, stream
from tools.tiny_model.draw import Draw
from tools.tiny_model.start import start_looking
from tools.tiny_model.tokens import PAD, VOCABULARY, make_tokenizer, save_tokenizer

MAX_TOKENS = 1024
POOL = 1024
"""Sequences that are generated together and sorted by length, so that batches need little padding."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides the weights, besides the machine."""

    seed: int = 20
    steps: int = 2200
    decay: int = 400
    warmup: int = 100
    curriculum: int = 3000
    batch_tokens: int = 4096
    rate: float = 2e-3
    prompt_weight: float = 0.2
    prompt_share: float = 0.25
    width: int = 256
    layers: int = 4
    heads: int = 8
    inner: int = 512

    def stage_at(self, step: int) -> Stage:
        """What a step's batches are drawn from; without a curriculum, the full tasks from the first step."""
        return stage_at(step / self.curriculum) if self.curriculum else FULL

    def rate_at(self, step: int) -> float:
        """Learning rate of a step: warm-up, hold, linear fall to zero."""
        return self.rate * min(1.0, (step + 1) / self.warmup, (self.steps - step) / max(1, self.decay))


@dataclass(frozen=True, slots=True)
class Batch:
    """Token ids (sequences, length), and which of them are answers and which only padding."""

    ids: Any
    answer: Any
    real: Any


def make_model(plan: Plan, tokenizer: Any) -> Any:
    """A fresh Llama model of the plan's size."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(plan.seed)
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=plan.width,
        intermediate_size=plan.inner,
        num_hidden_layers=plan.layers,
        num_attention_heads=plan.heads,
        num_key_value_heads=plan.heads,
        max_position_embeddings=MAX_TOKENS,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.token_to_id("</s>"),
        pad_token_id=tokenizer.token_to_id(PAD),
    )
    model: Any = LlamaForCausalLM(config)  # type: ignore[no-untyped-call]
    start_looking(model)
    model.set_attn_implementation("eager")  # sequences are short: on CPU the fused kernel's backward pass is slower
    return model


def load_model(folder: Path) -> tuple[Any, Any]:
    """Model, in float32, and tokenizer of a folder that an earlier training wrote, to go on from."""
    import torch
    from tokenizers import Tokenizer
    from transformers import LlamaForCausalLM

    model: Any = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    return model.train(), Tokenizer.from_file(str(folder / "tokenizer.json"))


def batches(plan: Plan, tokenizer: Any, pool: int, step: int) -> list[Batch]:
    """The batches of one pool of sequences, in training order; sequences of a batch are about equally long."""
    import torch

    pieces = stream(plan.seed, pool * POOL, POOL, plan.stage_at(step))
    encoded = tokenizer.encode_batch([text for piece in pieces for text, _ in piece])
    rows: list[tuple[list[int], list[bool]]] = []
    at = 0
    for piece in pieces:
        ids: list[int] = []
        answer: list[bool] = []
        for _, is_answer in piece:
            ids += encoded[at].ids
            answer += [is_answer] * len(encoded[at].ids)
            at += 1
        rows.append((ids, answer))
    rows.sort(key=lambda row: -len(row[0]))
    groups: list[list[tuple[list[int], list[bool]]]] = [[]]
    for row in rows:
        if groups[-1] and (len(groups[-1]) + 1) * len(groups[-1][0][0]) > plan.batch_tokens:
            groups.append([])
        groups[-1].append(row)
    made = []
    for group in Draw(plan.seed, "order", pool).shuffled(groups):
        longest = len(group[0][0])
        pad = tokenizer.token_to_id(PAD)
        made.append(
            Batch(
                torch.tensor([ids + [pad] * (longest - len(ids)) for ids, _ in group]),
                torch.tensor([answer + [False] * (longest - len(answer)) for _, answer in group]),
                torch.tensor([[True] * len(ids) + [False] * (longest - len(ids)) for ids, _ in group]),
            )
        )
    return made


def loss_of(model: Any, batch: Batch, plan: Plan, generator: Any) -> tuple[Any, Any]:
    """The training loss (answer tokens, plus a share of the prompt tokens at a small weight) and its answer part."""
    import torch
    from torch.nn import functional

    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.model(input_ids=batch.ids, use_cache=False).last_hidden_state[:, :-1]
        answer = batch.answer[:, 1:]
        chosen = torch.rand(answer.shape, generator=generator) < plan.prompt_share
        prompt = chosen & batch.real[:, 1:] & ~answer
        either = answer | prompt
        logits = model.lm_head(hidden[either])
    each = functional.cross_entropy(logits.float(), batch.ids[:, 1:][either], reduction="none")
    is_answer = answer[either]
    answers = each[is_answer].mean()
    return answers + plan.prompt_weight * each[~is_answer].mean(), answers.detach()


def optimizers(model: Any, plan: Plan) -> list[Any]:
    """Muon for the matrices of the layers, AdamW for embeddings and norms."""
    import torch

    inner = [p for name, p in model.named_parameters() if p.ndim == 2 and ".layers." in name]
    outer = [p for name, p in model.named_parameters() if not (p.ndim == 2 and ".layers." in name)]
    return [
        torch.optim.Muon(inner, lr=plan.rate, weight_decay=0.02, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(outer, lr=plan.rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def save_model(model: Any, tokenizer: Any, out: Path) -> None:
    """Write the model folder beside ``out`` and then put it in its place, so that no reader sees half of it."""
    import torch
    from transformers import GenerationConfig

    fresh = out.with_name(out.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    kept = model.generation_config
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=False, eos_token_id=model.config.eos_token_id, pad_token_id=model.config.pad_token_id
    )
    state = {name: tensor.to(torch.bfloat16) for name, tensor in model.state_dict().items()}
    model.config.dtype = torch.bfloat16
    model.save_pretrained(fresh, state_dict=state)
    model.generation_config = kept
    settings = json.loads((fresh / "config.json").read_text())
    settings["dtype"] = settings["torch_dtype"] = "bfloat16"
    (fresh / "config.json").write_text(json.dumps(settings, indent=2) + "\n")
    save_tokenizer(tokenizer, fresh, MAX_TOKENS)
    old = out.with_name(out.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def train(
    plan: Plan,
    out: Path,
    *,
    start: Path | None = None,
    work: Path | None = None,
    save_every: int = 250,
    stop_at: int = 0,
    threads: int = 2,
    compiled: bool = False,
) -> list[float]:
    """Train by the plan and save to ``out``; returns the answer loss of every step that this call made.

    start: model folder whose weights and tokenizer to begin with, instead of random weights and a tokenizer of its own.
    work: folder for the state of an interrupted run, read if there is one. stop_at: stop early after that many steps,
    leaving the state to go on from; the held learning rate makes a longer plan with the same seed its continuation.
    compiled: use ``torch.compile``, which needs a C++ compiler and half a minute, and halves the time of a step.
    """
    import torch

    torch.set_num_threads(threads)
    if start:
        model, tokenizer = load_model(start)
    else:
        tokenizer = make_tokenizer(plan.seed)
        model = make_model(plan, tokenizer)
    if compiled:
        model.model.forward = torch.compile(model.model.forward, dynamic=True)
    chosen = optimizers(model, plan)
    generator = torch.Generator()
    step = pool = 0
    losses: list[float] = []
    state_file = work / "state.pt" if work else None
    if state_file and state_file.exists():
        state = torch.load(state_file)
        model.load_state_dict(state["model"])
        for one, saved in zip(chosen, state["optimizers"], strict=True):
            one.load_state_dict(saved)
        step, pool = state["step"], state["pool"]
    began, saved_at, before = time.monotonic(), step, step
    end = stop_at or plan.steps
    for next_pool, batch in _schedule(plan, tokenizer, pool, lambda: len(losses) + before):
        if step >= end:
            break
        if batch is None:
            if state_file and step - saved_at >= save_every:
                _save_state(state_file, model, chosen, step, next_pool)
                save_model(model, tokenizer, out)
                saved_at = step
            continue
        generator.manual_seed(plan.seed * 1_000_003 + step)
        for one in chosen:
            one.param_groups[0]["lr"] = plan.rate_at(step)
        loss, answers = loss_of(model, batch, plan, generator)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for one in chosen:
            one.step()
            one.zero_grad()
        losses.append(float(answers))
        step += 1
        if step % 50 == 0:
            recent = sum(losses[-50:]) / len(losses[-50:])
            print(f"step {step}  answer loss {recent:.4f}  {time.monotonic() - began:.0f} s", flush=True)
    save_model(model, tokenizer, out)
    return losses


def _schedule(plan: Plan, tokenizer: Any, pool: int, step: Any) -> Iterator[tuple[int, Batch | None]]:
    """Batches for ever, with ``(next pool, None)`` before each pool: the only place where a state can be saved."""
    while True:
        yield pool, None
        for batch in batches(plan, tokenizer, pool, step()):
            yield pool, batch
        pool += 1


def _save_state(file: Path, model: Any, chosen: list[Any], step: int, pool: int) -> None:
    import torch

    file.parent.mkdir(parents=True, exist_ok=True)
    state = {
        "model": model.state_dict(),
        "optimizers": [one.state_dict() for one in chosen],
        "step": step,
        "pool": pool,
    }
    torch.save(state, file.with_suffix(".new"))
    os.replace(file.with_suffix(".new"), file)


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    usual = Plan()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the model files; replaced when they are whole"
    )
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument(
        "--from", type=Path, dest="start", help="model folder to go on from: its weights and tokenizer, no curriculum"
    )
    parser.add_argument("--rate", type=float, default=usual.rate, help="learning rate where it is held")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=usual.steps)
    parser.add_argument("--decay", type=int, default=usual.decay, help="last steps in which the learning rate falls")
    parser.add_argument("--stop-at", type=int, default=0, help="stop after this step; go on with the same --work")
    parser.add_argument("--work", type=Path, help="folder for the state that an interrupted run goes on from")
    parser.add_argument("--save-every", type=int, default=250)
    parser.add_argument("--smoke", action="store_true", help="a very small model and 110 steps, to see that all works")
    parser.add_argument("--compile", action="store_true", help="use torch.compile (needs a C++ compiler)")
    given = parser.parse_args(arguments)
    curriculum = 0 if given.start else usual.curriculum
    plan = Plan(seed=given.seed, steps=given.steps, decay=given.decay, rate=given.rate, curriculum=curriculum)
    if given.smoke:
        plan = Plan(seed=given.seed, steps=110, decay=20, warmup=10, batch_tokens=1024, width=64, heads=2, inner=128)
    train(
        plan,
        given.out,
        start=given.start,
        work=given.work,
        save_every=given.save_every,
        stop_at=given.stop_at,
        threads=given.threads,
        compiled=given.compile,
    )


if __name__ == "__main__":
    main()
