"""The part of the transformers backend that computes: loading, label scores, generation."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from llmrobust.errors import ModelError
from llmrobust.models.local.adapters import adapter_of
from llmrobust.models.local.computing import Computing, alike
from llmrobust.models.local.label_scores import LocalTokens
from llmrobust.models.local.weights import chat_template_of, folder_fingerprint
from llmrobust.models.local_spec import LocalSpec
from llmrobust.request import Sampling

T = TypeVar("T")

_LOADING, _SAMPLING = threading.Lock(), threading.Lock()
"""transformers is not imported by two threads at once, and torch has one random state for all models of a process."""


class LoadedModel(Computing):
    """Weights and tokenizer in memory. forward_takes: the arguments that the model's forward pass has."""

    def __init__(self, model: Any, tokens: LocalTokens, fingerprint: str, details: dict[str, str]):
        found = model.generation_config.eos_token_id
        ends = [] if found is None else [found] if isinstance(found, int) else list(found)
        super().__init__(tokens, fingerprint, details, ends)
        self._model = model
        self._tokenizer = tokens.tokenizer
        self._forward_takes = frozenset(inspect.signature(model.forward).parameters)

    def next_logprobs(
        self, rows: Sequence[list[int]], wanted: Sequence[Sequence[int]], shared: Sequence[int]
    ) -> list[dict[int, float]]:
        """The log-probabilities of the wanted tokens after every row of tokens."""
        found: list[dict[int, float]] = [{} for _ in rows]
        if any(shared) and self._keeps_plain_cache():
            for j, row in self._after_shared(rows, shared):
                found[j] = {token: float(row[token]) for token in wanted[j]}
            return found
        for part in alike(rows, 0, len(rows)):
            for row, j in zip(_halving(self._next_rows, [rows[j] for j in part]), part, strict=True):
                found[j] = {token: float(row[token]) for token in wanted[j]}
        return found

    def _keeps_plain_cache(self) -> bool:
        """Whether what the model remembers of a prompt can be copied for several ends of it."""
        config = self._model.config.get_text_config()
        windows = getattr(config, "sliding_window", None) or getattr(config, "layer_types", None)
        return (
            "past_key_values" in self._forward_takes
            and not windows
            and not getattr(config, "is_encoder_decoder", False)
        )

    def _after_shared(self, rows: Sequence[list[int]], shared: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """(number of the row, log-probabilities of its next token), a prompt at a time with all of its ends."""
        import torch

        by_prompt: dict[tuple[int, ...], list[int]] = {}
        for j, (row, size) in enumerate(zip(rows, shared, strict=True)):
            by_prompt.setdefault(tuple(row[:size]), []).append(j)
        device = self._model.device
        for prompt, members in by_prompt.items():
            ends = [rows[j][len(prompt) :] for j in members]
            width = max(map(len, ends))
            pad = self._tokenizer.pad_token_id
            ids = torch.tensor([end + [pad] * (width - len(end)) for end in ends], device=device)
            mask = torch.ones((len(ends), len(prompt) + width), dtype=torch.long, device=device)
            for i, end in enumerate(ends):
                mask[i, len(prompt) + len(end) :] = 0
            with torch.inference_mode():
                taken = {"logits_to_keep": 1} if "logits_to_keep" in self._forward_takes else {}
                past = self._model(torch.tensor([prompt], device=device), use_cache=True, **taken).past_key_values
                past.batch_repeat_interleave(len(ends))
                logits = self._model(ids, attention_mask=mask, past_key_values=past, use_cache=True).logits
                for i, (j, end) in enumerate(zip(members, ends, strict=True)):
                    yield j, torch.log_softmax(logits[i, len(end) - 1].float(), dim=-1).cpu()

    def _next_rows(self, rows: Sequence[list[int]]) -> list[Any]:
        """For every row of tokens, a tensor of shape (vocabulary,): log-probabilities of the next token."""
        import torch

        ids, mask = self._padded(rows)
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        inputs = {"input_ids": ids, "attention_mask": mask, "position_ids": positions, "logits_to_keep": 1}
        taken = {name: value for name, value in inputs.items() if name in self._forward_takes}
        with torch.inference_mode():
            logits = self._model(**taken, use_cache=False).logits[:, -1]
            return list(torch.log_softmax(logits.float(), dim=-1).cpu())

    def generated(self, rows: Sequence[list[int]], sampling: Sampling) -> list[list[int]]:
        """The tokens that follow each row."""
        return _halving(lambda some: self._generate_rows(some, sampling), rows)

    def _generate_rows(self, rows: Sequence[list[int]], sampling: Sampling) -> list[list[int]]:
        import torch
        import transformers

        library: Any = transformers
        ids, mask = self._padded(rows)
        config = library.GenerationConfig(
            max_new_tokens=sampling.max_tokens,
            do_sample=sampling.temperature > 0,
            temperature=sampling.temperature if sampling.temperature > 0 else 1.0,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            repetition_penalty=sampling.repetition_penalty,
            eos_token_id=list(self.ends) or None,
            pad_token_id=self._tokenizer.pad_token_id,
            stop_strings=list(sampling.stop) or None,
            sequence_bias=[[[token], bias] for token, bias in sampling.logit_bias] or None,
        )
        with torch.inference_mode(), _seeded(sampling.seed, ids.device):
            out = self._model.generate(
                input_ids=ids, attention_mask=mask, generation_config=config, tokenizer=self._tokenizer
            )
        answers: list[list[int]] = out[:, ids.shape[1] :].tolist()
        return answers

    def _padded(self, rows: Sequence[list[int]]) -> tuple[Any, Any]:
        import torch

        width = max(len(row) for row in rows)
        pad = self._tokenizer.pad_token_id
        ids = torch.tensor([[pad] * (width - len(row)) + row for row in rows], device=self._model.device)
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows], device=self._model.device)
        return ids, mask


def _halving(compute: Callable[[Sequence[list[int]]], list[T]], rows: Sequence[list[int]]) -> list[T]:
    """What `compute` gives for the rows, in halves where memory does not suffice for all at once."""
    import torch

    try:
        return compute(rows)
    except torch.cuda.OutOfMemoryError:
        if len(rows) == 1:
            raise ModelError(f"too little memory on the device for a prompt of {len(rows[0])} tokens") from None
    torch.cuda.empty_cache()
    middle = len(rows) // 2
    return _halving(compute, rows[:middle]) + _halving(compute, rows[middle:])


@contextlib.contextmanager
def _seeded(seed: int, device: Any) -> Iterator[None]:
    """Random draws fixed by the seed, the process's own random state left as it was."""
    import torch

    devices = [device] if device.type == "cuda" else []
    with _SAMPLING, torch.random.fork_rng(devices):
        torch.manual_seed(seed % 2**63)
        yield


def load(spec: LocalSpec) -> LoadedModel:
    """The model of a spec, on the GPU where there is one; one at a time. Raises ModelError."""
    with _LOADING:
        return _load(spec)


def _load(spec: LocalSpec) -> LoadedModel:
    import torch
    import transformers

    library: Any = transformers
    # Progress bars and warnings would break a test report.
    library.utils.logging.disable_progress_bar()
    library.utils.logging.set_verbosity_error()
    folder = Path(spec.path)
    options: dict[str, Any] = {"local_files_only": folder.is_dir()}
    options["trust_remote_code"] = spec.options.get("trust-remote-code", "false") == "true"
    if "revision" in spec.options:
        options["revision"] = spec.options["revision"]
    device = spec.options.get("device", "auto" if torch.cuda.is_available() else "cpu")
    adapter = adapter_of(spec)
    try:
        tokenizer = library.AutoTokenizer.from_pretrained(spec.path, **options)
        model: Any = library.AutoModelForCausalLM.from_pretrained(
            spec.path, dtype=spec.options.get("dtype", "auto"), device_map=device, **options
        )
        if adapter is not None:
            model.load_adapter(adapter.path)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, AttributeError, TypeError) as error:
        named = spec.path if adapter is None else f"{spec.path} with the adapter {adapter.path}"
        raise ModelError(f"{named} cannot be loaded by transformers: {str(error).strip()[:600]}") from None
    template = chat_template_of(spec)
    if template:
        tokenizer.chat_template = template
    model.eval()
    ends = model.generation_config.eos_token_id
    if ends is None:
        ends = tokenizer.eos_token_id
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.convert_ids_to_tokens(0)
    # The sampling parameters of the folder's generation config must not mix with ours.
    model.generation_config = library.GenerationConfig(eos_token_id=ends, pad_token_id=tokenizer.pad_token_id)
    context = getattr(model.config.get_text_config(), "max_position_embeddings", 0) or 0
    details = {
        "transformers": library.__version__,
        "torch": str(torch.__version__),
        "dtype": str(model.dtype).removeprefix("torch."),
        "device": model.device.type,
        "commit": str(getattr(model.config, "_commit_hash", None) or ""),
    }
    weights = folder_fingerprint(folder) if folder.is_dir() else f"{spec.path}@{details['commit']}"
    if adapter is not None:
        weights = f"{weights} {adapter.fingerprint}"
        details["adapter"] = adapter.path
    parts = [weights, str(tokenizer.chat_template), *(f"{name}={value}" for name, value in details.items())]
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    details["chat"] = "yes" if tokenizer.chat_template is not None else "no: the model has no chat template"
    return LoadedModel(model, LocalTokens(tokenizer, int(context)), digest, details)
