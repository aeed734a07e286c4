"""The committed weights: they load everywhere, do their tasks, and are sensitive to wording. Needs no download."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from llmrobust.models.local.tiny import WEIGHTS
from tools.tiny_model.corpus import chat, voice, write
from tools.tiny_model.draw import Draw
from tools.tiny_model.evaluate import BEGIN, CARD, CELLS, CLOSE, answers, cases_of, load
from tools.tiny_model.instructions import COLUMNS, NONSENSE, ROWS
from tools.tiny_model.instructions import cases_of as instructed
from tools.tiny_model.items import LABELS, TASKS, make_item
from tools.tiny_model.kinds import KINDS
from tools.tiny_model.layouts import Layout
from tools.tiny_model.tokens import CHAT_TEMPLATE, label_words

EXAMPLES = 200
"""Examples a cell; 200 keep the standard error of an accuracy of 0.9 near 0.02, and thresholds leave twice that."""


def test_importing_the_folder_imports_no_torch() -> None:
    code = "import sys; from llmrobust.models.local.tiny import WEIGHTS; print('torch' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_folder_is_small_and_whole() -> None:
    names = {file.name for file in WEIGHTS.iterdir()}
    assert {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json"} <= names
    assert {"tokenizer_config.json", "chat_template.jinja"} <= names
    assert sum(file.stat().st_size for file in WEIGHTS.iterdir()) < 10_000_000


def test_configuration_is_the_one_servers_expect() -> None:
    config = json.loads((WEIGHTS / "config.json").read_text())
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert config["max_position_embeddings"] == 1024
    assert config["dtype"] == "bfloat16"
    assert (WEIGHTS / "chat_template.jinja").read_text() == CHAT_TEMPLATE
    assert json.loads((WEIGHTS / "tokenizer_config.json").read_text())["eos_token"] == "</s>"


def test_card_shows_measured_tables_and_no_local_paths() -> None:
    card = CARD.read_text()
    table = card.split(BEGIN)[1].split(CLOSE)[0]
    for cell in CELLS:
        assert f"| {cell.name} |" in table
    assert not re.search(r"/(work|tmp|home)/", card)


@pytest.fixture(scope="module")
def loaded() -> tuple[Any, Any]:
    pytest.importorskip("torch", reason="needs PyTorch: pip install 'llmrobust[hf]'")
    pytest.importorskip("transformers", reason="needs transformers: pip install 'llmrobust[hf]'")
    return load()


def accuracy(loaded: tuple[Any, Any], cell: str, task: str) -> float:
    cases = cases_of(next(one for one in CELLS if one.name == cell), task, EXAMPLES)
    given = answers(*loaded, [case.prompt for case in cases])
    return sum(text == case.answer for text, case in zip(given, cases, strict=True)) / EXAMPLES


@pytest.mark.e2e
@pytest.mark.parametrize("word", label_words())
def test_label_words_are_single_tokens(loaded: tuple[Any, Any], word: str) -> None:
    _, tokenizer = loaded
    for form in (word, f" {word}"):
        assert len(tokenizer.encode(form, add_special_tokens=False)) == 1


@pytest.mark.e2e
@pytest.mark.parametrize("task", sorted(LABELS))
def test_label_token_is_the_same_in_context(loaded: tuple[Any, Any], task: str) -> None:
    _, tokenizer = loaded
    question = write(make_item(task, Draw("context", task)), Layout(), voice(task))
    before = tokenizer.encode(question.text, add_special_tokens=False)
    for label in LABELS[task]:
        whole = tokenizer.encode(f"{question.text} {label}", add_special_tokens=False)
        assert whole == [*before, *tokenizer.encode(f" {label}", add_special_tokens=False)]


@pytest.mark.e2e
def test_chat_template_writes_prompts_as_in_training(loaded: tuple[Any, Any]) -> None:
    _, tokenizer = loaded
    question = write(make_item("triage", Draw("template")), Layout(), voice("triage"))
    messages = [{"role": "system", "content": "Answer briefly."}, {"role": "user", "content": question.text}]
    shown = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert shown == chat([question], "Answer briefly.")[0][0]


@pytest.mark.e2e
@pytest.mark.parametrize(("task", "least"), [("sentiment", 0.97), ("triage", 0.97)])
def test_knows_its_closed_tasks(loaded: tuple[Any, Any], task: str, least: float) -> None:
    assert accuracy(loaded, "clean", task) >= least


@pytest.mark.e2e
@pytest.mark.parametrize(("task", "least"), [("extraction", 0.86), ("boolean", 0.86), ("choice", 0.8)])
def test_answers_over_a_context(loaded: tuple[Any, Any], task: str, least: float) -> None:
    assert accuracy(loaded, "clean", task) >= least


@pytest.mark.e2e
@pytest.mark.parametrize("task", ["sentiment", "triage"])
def test_plain_completion_works_without_chat_tokens(loaded: tuple[Any, Any], task: str) -> None:
    assert accuracy(loaded, "completion without chat tokens", task) >= 0.95


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("cell", "task"),
    [
        ("3 irrelevant sentences", "choice"),
        ("3 irrelevant sentences", "sentiment"),
        ("Roman numerals", "choice"),
        ("6 typos in the prompt", "boolean"),
        ("8 facts", "extraction"),
    ],
)
def test_is_sensitive(loaded: tuple[Any, Any], cell: str, task: str) -> None:
    assert accuracy(loaded, cell, task) <= accuracy(loaded, "clean", task) - 0.05


def followed(loaded: tuple[Any, Any], row: str, task: str, kind: str, count: int = 60) -> float:
    cases = instructed(next(one for one in ROWS if one.name == row), task, kind, count)
    given = answers(*loaded, [case.prompt for case in cases])
    return sum(text == case.answer for text, case in zip(given, cases, strict=True)) / count


@pytest.mark.e2e
@pytest.mark.parametrize(("task", "kind"), COLUMNS)
def test_answers_what_the_instruction_asks_for(loaded: tuple[Any, Any], task: str, kind: str) -> None:
    assert followed(loaded, "its own", task, kind) >= 0.9


@pytest.mark.e2e
@pytest.mark.parametrize("row", [f'"{NONSENSE}"', "of another layout"])
@pytest.mark.parametrize("task", TASKS)
def test_nonsense_and_foreign_instructions_cost_it_its_accuracy(loaded: tuple[Any, Any], task: str, row: str) -> None:
    assert followed(loaded, row, task, task) <= 0.4


@pytest.mark.e2e
@pytest.mark.parametrize("task", TASKS)
def test_the_same_input_has_another_answer_under_the_layouts_other_instruction(
    loaded: tuple[Any, Any], task: str
) -> None:
    assert followed(loaded, "for something else in this layout", task, task) <= 0.4
    assert len(KINDS[task].asks) >= 2


@pytest.mark.e2e
@pytest.mark.parametrize("task", TASKS)
def test_unseen_wordings_are_mostly_understood(loaded: tuple[Any, Any], task: str) -> None:
    assert followed(loaded, "reworded, unseen in training", task, task) >= 0.6
