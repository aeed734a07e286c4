"""The bundled model in numpy: it needs no further package, and computes what transformers computes."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import llmrobust as lr
from llmrobust.models.local.tiny import WEIGHTS
from llmrobust.models.local.tiny.compute import TinyModel
from llmrobust.models.local.tiny.model import BundledModel
from llmrobust.models.local.tiny.sampling import next_tokens
from llmrobust.models.local.tiny.tokenizer import TinyTokenizer
from llmrobust.request import Failure, Request, Response, Sampling

SUITES = Path(__file__).parents[3] / "suites"
INSTRUCTION = "Decide whether the review is positive or negative."
REVIEWS = (
    "What a wonderful film.",
    "The story was tedious.",
    "Käse, 日本語 and 😀!",
    "x" * 300,
    "1, 2; three?\n\n  four",
)


def asking(*reviews: str, **fields: Any) -> list[Request]:
    """Requests about reviews."""
    texts = [f"{INSTRUCTION}\nReview: {review}\nSentiment:" for review in reviews]
    return [Request((("system", "Answer briefly."), ("user", text)), **fields) for text in texts]


@pytest.fixture(scope="module")
def model() -> TinyModel:
    return TinyModel(WEIGHTS)


def texts_of(replies: Sequence[object]) -> list[str]:
    return [reply.text for reply in replies if isinstance(reply, Response)]


def test_a_run_on_the_bundled_model_imports_neither_torch_nor_transformers(tmp_path: Path) -> None:
    code = (
        "import sys, llmrobust as lr\n"
        "run = lr.run(sys.argv[1], 'tiny', store=sys.argv[2])\n"
        "print(len(run.suites[0].cases), [m for m in ('torch', 'transformers', 'tokenizers') if m in sys.modules])"
    )
    suite = tmp_path / "one.robust.yaml"
    suite.write_text(
        "suite: one\nprompt: {user: 'Decide whether the review is positive or negative.\\nReview: {{ text }}\\nSentiment:'}\n"
        "examples: [{text: What a wonderful film., answer: positive}]\n"
        "answer: {field: answer, choices: [positive, negative]}\nperturb: [punctuation.strip_final]\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code, str(suite), str(tmp_path / "store")], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "2 []"


def test_it_writes_and_scores(asked: Any) -> None:
    info, replies = asked(BundledModel("tiny"), asking(*REVIEWS[:2], labels=("positive", "negative")))
    assert (info.backend, info.name, info.details["dtype"]) == ("numpy", "tiny", "float32")
    assert texts_of(replies) == ["positive", "negative"]
    assert all(reply.label_mass > 0.9 for reply in replies)
    _, written = asked(BundledModel("tiny"), asking(*REVIEWS[:2]))
    assert texts_of(written) == ["positive", "negative"]
    assert {reply.finish_reason for reply in written} == {"stop"}


def test_answers_do_not_depend_on_neighbours(model: TinyModel) -> None:
    together = model.generate(asking(*REVIEWS))
    assert together == [model.generate(asking(review))[0] for review in REVIEWS]
    scored = model.score(asking(*REVIEWS, labels=("positive", "negative", "not at all")))
    for review, reply in zip(REVIEWS, scored, strict=True):
        (alone,) = model.score(asking(review, labels=("positive", "negative", "not at all")))
        assert alone.label_logprobs == pytest.approx(reply.label_logprobs, abs=1e-4)


def test_a_prompt_that_is_too_long_is_told(model: TinyModel) -> None:
    (reply,) = model.generate(asking("word " * 2000))
    assert isinstance(reply, Failure)
    assert reply.kind == "too-long"


def test_a_begun_answer_is_continued(model: TinyModel) -> None:
    (request,) = asking("What a wonderful film.")
    begun = Request((*request.messages, ("assistant", "The answer is ")))
    tokens = model.tokens.prompt(begun, 0)
    assert isinstance(tokens, list)
    assert model.tokens.tokenizer.decode(tokens).endswith("<|assistant|>The answer is ")


def test_a_stop_text_ends_an_answer(model: TinyModel) -> None:
    (free,) = model.generate(asking(REVIEWS[0]))
    (cut,) = model.generate(asking(REVIEWS[0], sampling=Sampling(stop=("sit",))))
    assert free.text == "positive"
    assert cut.text == "po"
    assert cut.finish_reason == "stop"


def test_a_seed_decides_what_is_drawn(model: TinyModel) -> None:
    def drawn(seed: int) -> str:
        return model.generate(asking(REVIEWS[3], sampling=Sampling(temperature=3.0, seed=seed)))[0].text

    assert drawn(1) == drawn(1)
    assert len({drawn(seed) for seed in range(6)}) > 1


def test_sampling_parameters_choose_tokens() -> None:
    logprobs = np.log(np.array([[0.5, 0.3, 0.15, 0.05]], np.float32))

    def shares(**parameters: Any) -> np.ndarray:
        random = np.random.default_rng(0)
        sampling = Sampling(**{"temperature": 1.0, **parameters})
        found = [int(next_tokens(logprobs, [[0]], sampling, random)[0]) for _ in range(4000)]
        return np.bincount(found, minlength=4) / 4000

    assert shares() == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.03)
    assert shares(top_k=2) == pytest.approx([0.625, 0.375, 0, 0], abs=0.03)
    assert shares(top_p=0.8) == pytest.approx([0.625, 0.375, 0, 0], abs=0.03)
    assert shares(temperature=0.5) == pytest.approx(np.array([25, 9, 2.25, 0.25]) / 36.5, abs=0.03)
    assert shares(temperature=0.0) == pytest.approx([1, 0, 0, 0])
    assert shares(temperature=0.0, logit_bias=((3, 9.0),)) == pytest.approx([0, 0, 0, 1])
    assert shares(temperature=0.0, repetition_penalty=3.0) == pytest.approx([0, 1, 0, 0])


def reference_tokenizer() -> Any:
    tokenizers = pytest.importorskip("tokenizers", reason="needs tokenizers: pip install 'llmrobust[hf]'")
    return tokenizers.Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(["<|user|>a</s>", "it's  \t\n we'LL 1²x"]))
def test_tokens_are_those_of_the_library(text: str) -> None:
    reference, ours = reference_tokenizer(), TinyTokenizer(WEIGHTS)
    tokens = ours.encode(text)
    assert tokens == reference.encode(text).ids
    assert ours.decode(tokens[: len(tokens) // 2 + 1]) == reference.decode(
        tokens[: len(tokens) // 2 + 1], skip_special_tokens=False
    )


@pytest.fixture(scope="module")
def reference() -> Any:
    pytest.importorskip("torch", reason="needs PyTorch: pip install 'llmrobust[hf]'")
    pytest.importorskip("transformers", reason="needs transformers: pip install 'llmrobust[hf]'")
    from llmrobust.models.local.hf_forward import load
    from llmrobust.models.local_spec import LocalSpec

    return load(LocalSpec.parse(f"hf:{WEIGHTS}?dtype=float32"))


@pytest.mark.e2e
def test_transformers_computes_the_same(model: TinyModel, reference: Any) -> None:
    rows = [json.loads(line) for line in (SUITES / "data" / "severity.jsonl").read_text().splitlines()]
    reviews = [*REVIEWS, *(row["text"] for row in rows[:60])]
    assert model.generate(asking(*reviews)) == reference.generate(asking(*reviews))
    labels = ("positive", "negative", "not at all")
    ours, theirs = (one.score(asking(*reviews, labels=labels)) for one in (model, reference))
    for one, other in zip(ours, theirs, strict=True):
        assert one.text == other.text
        assert one.label_logprobs == pytest.approx(other.label_logprobs, abs=2e-4)
    for request in asking(*reviews[:8]):
        assert model.tokens.prompt(request, 8) == reference.tokens.prompt(request, 8)


def agreeing(suite: Path, folder: Path) -> None:
    """Fail if a case of a suite is judged otherwise by transformers."""
    runs = [lr.run(suite, llm, store=folder / "store") for llm in ("tiny", f"hf:{WEIGHTS}?dtype=float32")]
    (ours, theirs) = (
        [(case.key, case.status, case.answer) for one in run.suites for case in one.cases] for run in runs
    )
    assert ours
    assert ours == theirs


@pytest.mark.e2e
def test_transformers_agrees_on_the_quickstart_case_by_case(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="needs transformers: pip install 'llmrobust[hf]'")
    agreeing(SUITES / "quickstart.robust.yaml", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "suite",
    sorted(path for path in SUITES.rglob("*.robust.yaml") if path.parent.name != "real"),
    ids=lambda path: path.name.removesuffix(".robust.yaml"),
)
def test_transformers_agrees_on_every_shipped_suite(suite: Path, tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="needs transformers: pip install 'llmrobust[hf]'")
    agreeing(suite, tmp_path)
