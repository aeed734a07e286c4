"""Forty prompts in the manner of production prompts, marked by hand: what each has, and what no operator may touch."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from llmrobust.errors import SuiteError
from llmrobust.operators import REGISTRY, Draw, Variant
from llmrobust.operators.editing.protected_places import protected_places
from llmrobust.operators.editing.scope import STRUCTURE
from llmrobust.prompt.spans import Message, Prompt
from llmrobust.prompt.template import Origin, Template
from tests.operators.prompts import rendered

HERE = Path(__file__).parent / "production_prompts"
OPERATORS = {
    "sections": ("order.sections", "layout.headings"),
    "lists": ("layout.lists",),
    "prose": ("layout.lists",),
    "options": ("order.options", "format.enumerator"),
    "demonstrations": ("order.demonstrations", "demonstrations.count"),
    "passages": ("order.documents",),
    "decisive": ("order.passage",),
    "tools": ("tools.rename", "tools.describe"),
    "system": ("chat.system_to_user",),
}
"""The operators that must reach a prompt that has the structure."""
REACH = 0.8
EDITS = ("typo.swap", "typo.drop", "casing.upper", "character.leet", "character.homoglyph", "punctuation.remove")


@dataclass(frozen=True)
class Marked:
    name: str
    prompt: Prompt
    fields: dict[str, Any]
    labels: tuple[str, ...]
    answer: str | None
    has: frozenset[str]
    protected: tuple[str, ...]
    language: str

    def variants(self, name: str, **params: Any) -> list[Variant]:
        operator = REGISTRY.get(name)
        assert operator is not None, name
        draw = Draw(0, name, self.name, self.fields, self.labels, self.answer, (), self.language)
        return list(operator.variants(self.prompt, operator.params(**params), draw))


@cache
def marked() -> tuple[Marked, ...]:
    found = []
    for path in sorted(HERE.glob("*.yaml")):
        for one in yaml.safe_load(path.read_text(encoding="utf-8")):
            labels = tuple(one.get("labels", ()))
            prompt = rendered(one["user"], one["fields"], labels, system=one.get("system", ""))
            found.append(
                Marked(
                    one["name"],
                    prompt,
                    one["fields"],
                    labels,
                    one.get("answer"),
                    frozenset(one["has"]),
                    tuple(one["protected"]),
                    one.get("language", "en"),
                )
            )
    return tuple(found)


def test_there_are_forty_of_all_kinds() -> None:
    assert len(marked()) == 40
    assert len({one.name for one in marked()}) == 40
    assert set().union(*(one.has for one in marked())) == set(OPERATORS)


@pytest.mark.parametrize(("structure", "name"), [(key, name) for key, names in OPERATORS.items() for name in names])
def test_an_operator_reaches_the_prompts_that_have_its_structure(structure: str, name: str) -> None:
    having = [one for one in marked() if structure in one.has]
    missed = [one.name for one in having if not one.variants(name)]
    assert len(missed) <= (1 - REACH) * len(having), missed


@pytest.mark.parametrize("name", ["order.sections", "layout.headings"])
def test_prompts_without_sections_have_none(name: str) -> None:
    assert [one.name for one in marked() if "sections" not in one.has and one.variants(name)] == []


def covered(prompt: Prompt, labels: tuple[str, ...], text: str) -> bool:
    """Whether every character of every occurrence of a text is protected, or structure."""
    kept: dict[int, list[tuple[int, int]]] = {}
    for piece in protected_places(prompt, labels):
        kept.setdefault(piece.message, []).append((piece.start, piece.end))
    for m, message in enumerate(prompt.messages):
        kept.setdefault(m, []).extend(structure(message))
        at = message.text.find(text)
        while at >= 0:
            open_to_edits = [
                i
                for i in range(at, at + len(text))
                if message.text[i].isalnum() and not any(start <= i < end for start, end in kept[m])
            ]
            if open_to_edits:
                return False
            at = message.text.find(text, at + 1)
    return True


def structure(message: Message) -> list[tuple[int, int]]:
    found, at = [], 0
    for span in message.spans:
        if span.kind in STRUCTURE:
            found.append((at, at + len(span.text)))
        at += len(span.text)
    return found


def test_everything_that_is_marked_is_protected() -> None:
    missed = [
        (one.name, text) for one in marked() for text in one.protected if not covered(one.prompt, one.labels, text)
    ]
    assert missed == []


@pytest.mark.parametrize("name", EDITS)
def test_operators_for_running_text_leave_what_is_marked(name: str) -> None:
    operator = REGISTRY.get(name)
    assert operator is not None
    more: dict[str, Any] = {"rate": 1.0} if "rate" in operator.params.model_fields else {}
    for one in marked():
        whole = "\n".join(message.text for message in one.prompt.messages)
        for variant in one.variants(name, target="prompt", **more):
            said = "\n".join(message.text for message in variant.prompt.messages)
            lost = [text for text in one.protected if said.count(text) < whole.count(text)]
            assert not lost, one.name


@pytest.mark.parametrize("name", ["order.sections", "order.passage", "order.documents"])
def test_another_order_keeps_every_character(name: str) -> None:
    for one in marked():
        for variant in one.variants(name):
            for old, new in zip(one.prompt.messages, variant.prompt.messages, strict=True):
                assert sorted(old.text) == sorted(new.text), one.name


@pytest.mark.parametrize("name", ["layout.headings", "layout.lists"])
def test_another_layout_keeps_every_word(name: str) -> None:
    def words(prompt: Prompt) -> list[str]:
        text = " ".join(message.text for message in prompt.messages)
        return sorted("".join(char if char.isalnum() else " " for char in text).casefold().split())

    for one in marked():
        for variant in one.variants(name):
            more = set(words(variant.prompt)) - set(words(one.prompt))
            assert all(word.isdigit() for word in more), (one.name, variant.name, more)
            gone = set(words(one.prompt)) - set(words(variant.prompt))
            assert all(word.isdigit() for word in gone), (one.name, variant.name, gone)


def test_prompts_of_other_repositories_keep_their_contracts(shared_data: Path) -> None:
    """Every template of PromptSource and promptfoo with text in its fields: no variant breaks a contract."""
    reached: dict[str, int] = {}
    names = [name for names in OPERATORS.values() for name in names]
    names += ["instruction.reminder", "context.date", "context.locale"]
    for one in read_templates(shared_data / "prompts"):
        fields = dict.fromkeys(one.variables, "A value of the field.")
        try:
            prompt = rendered(one.source, fields)
        except SuiteError:  # a list or a mapping is needed
            continue
        for name in names:
            operator = REGISTRY.get(name)
            assert operator is not None
            made = list(operator.variants(prompt, operator.params(), Draw(0, name, "e", fields)))
            reached[name] = reached.get(name, 0) + bool(made)
    assert reached["context.date"] > 100
    assert reached["order.sections"] >= 1, "promptfoo's prompt for retrieval has sections"
    assert reached["format.enumerator"] >= 5


def read_templates(folder: Path) -> list[Template]:
    rows = [
        json.loads(line)
        for name in ("promptfoo", "promptsource")
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    texts = [row["prompt"] for row in rows if isinstance(row["prompt"], str)]
    found = []
    for text in texts:
        with suppress(SuiteError):
            found.append(Template(text, Origin(Path("prompt.jinja"))))
    assert len(found) > 100
    return found
