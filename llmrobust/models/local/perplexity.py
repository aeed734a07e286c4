"""How natural texts are for a causal language model in this process."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

from llmrobust.errors import ModelError
from llmrobust.models.local_spec import LocalSpec

BATCH = 16
LONGEST = 1024
"""Tokens of a text that are looked at."""


def bits_a_word(spec: str) -> Callable[[Sequence[str]], list[float]]:
    """A function from texts to the bits that each costs the model of `hf:NAME_OR_PATH`, a word.

    The model is loaded at the first call. Raises ModelError for another spec, and where transformers is missing.
    """
    if not spec.startswith("hf:"):
        raise ModelError(f'"{spec}" gives no probabilities of texts: name a model as hf:NAME_OR_PATH')
    parsed = LocalSpec.parse(spec)
    parsed.refuse_adapter()
    missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
    if missing:
        raise ModelError(f"{spec} needs {' and '.join(missing)}: pip install 'llmrobust[hf]'")
    loaded: list[Any] = []

    def measure(texts: Sequence[str]) -> list[float]:
        if not loaded:
            loaded.extend(_load(parsed))
        return _bits(loaded[0], loaded[1], texts)

    return measure


def _load(spec: LocalSpec) -> tuple[Any, Any]:
    import transformers

    library: Any = transformers
    library.utils.logging.disable_progress_bar()
    try:
        tokenizer = library.AutoTokenizer.from_pretrained(spec.path)
        model = library.AutoModelForCausalLM.from_pretrained(spec.path, dtype=spec.options.get("dtype", "float32"))
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise ModelError(f"{spec.path} cannot be loaded by transformers: {str(error).strip()[:300]}") from None
    tokenizer.padding_side = "right"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer, model.eval()


def _bits(tokenizer: Any, model: Any, texts: Sequence[str]) -> list[float]:
    import torch

    first = tokenizer.bos_token or tokenizer.eos_token or ""
    found: dict[str, float] = {}
    ordered = sorted(set(texts), key=lambda text: (len(text), text))  # like lengths waste no computing on padding
    for start in range(0, len(ordered), BATCH):
        part = ordered[start : start + BATCH]
        coded = tokenizer(
            [first + text for text in part],
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=LONGEST,
            add_special_tokens=False,
        )
        with torch.inference_mode():
            logits = model(**coded).logits.float()
        targets, mask = coded["input_ids"][:, 1:], coded["attention_mask"][:, 1:]
        said = logits[:, :-1].gather(-1, targets[..., None])[..., 0] - logits[:, :-1].logsumexp(-1)
        nats = -(said * mask).sum(1)
        for one, text in zip(nats, part, strict=True):
            found[text] = float(one) / math.log(2) / max(1, len(text.split()))
    return [found[text] for text in texts]
