"""What every operator keeps to, over prompts of all kinds."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmrobust.errors import OperatorError
from llmrobust.operators import REGISTRY, Draw, Operator, Params, Variant
from llmrobust.operators.builtin.instructions.paraphrase import parse_wordings
from llmrobust.operators.builtin.published.promptbench import AttackedInstruction
from llmrobust.operators.editing.scope import STRUCTURE, may_touch
from llmrobust.operators.findings import FoundFormat, FoundWording
from llmrobust.operators.frozen_variants import FrozenVariant, Review, text_hash
from llmrobust.operators.kept_cases import KeptCase, KeptEdit
from llmrobust.prompt.spans import Prompt
from tests.operators.prompts import CHOICE, OPTIONS, SENTIMENTS, rendered, review
from tests.operators.strategies import LABELS, STRUCTURED, prompts

SLUG = re.compile(r"[a-z0-9._=+-]+")
NEEDED: dict[str, dict[str, Any]] = {
    "format.found": {"formats": [FoundFormat(id="w", values={"fields.separator": " - "}, accuracy=0, reviewed=True)]},
    "published.columns": {"of": "text", "columns": {"other": "text"}},
    "noise.entity_typos": {"fields": ["text"]},
    "promptbench.attacked": {"rows": [AttackedInstruction(original="word", attacked="w ord")]},
    "attack.wording": {
        "wordings": [
            FoundWording(
                id="w", recipe="r", original="word", text="w ord", clean=1, attacked=0, evaluations=9, reviewed=True
            )
        ]
    },
    "kept": {"cases": [KeptCase(example="ex-1", name="w", edits=(KeptEdit(message=0, old="word", new="wrd"),))]},
    "frozen": {
        "variants": [
            FrozenVariant(
                name="w-1",
                kind="paraphrase",
                target="text",
                example="ex-1",
                original="some text",
                original_sha256=text_hash("some text"),
                text="a text",
                reviews=(Review.on("a text", "me", "approved", "2026-11-28"),),
            )
        ]
    },
    "composite": {"of": ["typo.swap", "context.irrelevant"], "samples": 2},
    "paraphrase": {"wordings": parse_wordings("- Is it positive or negative, A or B?\n- Tell me what it is.")},
}
"""Parameters of operators that have no default for them."""
UNFIT = ("leaves out", "was found for another", "no longer fits its prompt", "went stale")
"""What operators say whose reviewed texts do not fit a prompt."""
EXAMPLES = 30 if os.environ.get("CI") else 12
"""Prompts that each operator proves itself on; CI takes its time."""
ALL = [REGISTRY.get(name) for name in REGISTRY.names()]


def params_of(operator: Operator, **more: Any) -> Params:
    return operator.params(**NEEDED.get(operator.name, {}), **more)


def made(operator: Operator, prompt: Prompt, draw: Draw) -> list[Variant] | None:
    """The variants; None where a reviewed text does not fit the prompt, which only operators with one may say.

    On text with structure those that break the contract are left out, as a suite drops and counts them; elsewhere there
    must be none.
    """
    structured = any(text in span.text for message in prompt.messages for span in message.spans for text in STRUCTURED)
    try:
        return list((operator.kept if structured else operator.variants)(prompt, params_of(operator), draw))
    except OperatorError as error:
        if operator.params.files and any(said in str(error) for said in UNFIT):
            return None
        raise


def untouched(prompt: Prompt, touches: tuple[str, ...]) -> list[tuple[str, str]]:
    """Kind and text of the spans that the operator may not touch, in order."""
    return [(span.kind, span.text) for _, span in prompt.places(lambda span: not may_touch(span, touches))]


@pytest.mark.parametrize("operator", ALL, ids=lambda operator: operator.name)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(prompt=prompts, seed=st.integers(0, 3), labels=st.sampled_from(((), LABELS, ("A", "B"))))
def test_an_operator_keeps_its_contract(operator: Operator, prompt: Prompt, seed: int, labels: tuple[str, ...]) -> None:
    draw = Draw(seed, operator.name, "ex-1", {"text": "some text"}, labels)
    variants = made(operator, prompt, draw)
    assert variants == made(operator, prompt, draw), "the same draw gives the same variants"
    names = [variant.name for variant in variants or ()]
    assert len(set(names)) == len(names)
    touches = operator.targets(params_of(operator))
    for variant in variants or ():
        assert SLUG.fullmatch(variant.name), variant.name
        keeps_protected_texts(operator, prompt, variant)
        if "any" in touches:
            continue
        if "message" not in touches:
            assert [m.role for m in variant.prompt.messages] == [m.role for m in prompt.messages]
        if operator.family == "format":
            keeps_values(prompt, variant)
        else:
            keeps_what_it_may_not_touch(operator, touches, prompt, variant)


def keeps_protected_texts(operator: Operator, prompt: Prompt, variant: Variant) -> None:
    old, new = prompt.protected_texts(), variant.prompt.protected_texts()
    if "protected" in operator.owns:
        assert not Counter(new) - Counter(old)
    elif operator.moves:
        renamed = Counter(variant.label_map.get(text, text) for text in old)
        assert Counter(new) in (Counter(old), renamed)
    else:
        assert len(new) == len(old)
        assert all(b in (a, variant.label_map.get(a)) for a, b in zip(old, new, strict=True))


def keeps_values(prompt: Prompt, variant: Variant) -> None:
    """A format changes structure and the names of labels, and no other text."""
    new = {place: span.text for place, span in variant.prompt.places()}
    for place, span in prompt.places(lambda span: span.kind not in STRUCTURE):
        if new[place] != span.text and span.text.strip():
            assert new[place] == variant.label_map[span.text]


def keeps_what_it_may_not_touch(operator: Operator, touches: tuple[str, ...], prompt: Prompt, variant: Variant) -> None:
    old, new = untouched(prompt, touches), untouched(variant.prompt, touches)
    if operator.moves:
        assert Counter(one for one in old if one[1].strip()) == Counter(one for one in new if one[1].strip())
    else:
        assert old == new


@pytest.mark.parametrize("operator", ALL, ids=lambda operator: operator.name)
def test_an_operator_says_what_it_is(operator: Operator) -> None:
    assert len(operator.summary) > 10
    assert operator.summary.endswith(".")
    assert operator.source
    described = operator.params.model_fields
    hidden = {target for target, _ in operator.params.files.values()} | {"id"}
    missing = [
        name
        for name, field in described.items()
        if name not in hidden and not field.description and name not in ("grammar",)
    ]
    assert not missing, "every parameter is described"


@pytest.mark.parametrize("operator", ALL, ids=lambda operator: operator.name)
def test_a_prompt_without_text_has_no_variants(operator: Operator) -> None:
    for prompt in (Prompt(()), rendered("", {})):
        assert made(operator, prompt, Draw(0, operator.name, "ex-1")) == []


GROWING = "film many cop sofa ill car tea sad because can not i am 11 the a don't it is two . "
"""Words that operators put longer ones for."""


@pytest.mark.parametrize("operator", ALL, ids=lambda operator: operator.name)
def test_a_bound_holds_for_a_long_text_of_words_that_grow(operator: Operator) -> None:
    prompt = review(GROWING * 60)
    made(operator, prompt, Draw(0, operator.name, "ex-1", {}, SENTIMENTS))
    options = {"question": GROWING, "options": [GROWING.strip()] * 12}
    many = rendered(
        "Question: {{ question }}\n{{ options | choices }}\nAnswer:\n", options, labels=tuple("ABCDEFGHIJKL")
    )
    made(operator, many, Draw(0, operator.name, "ex-1", options, tuple("ABCDEFGHIJKL")))


def digest_of_all() -> str:
    """A digest of every operator's variants of a few prompts."""
    fixed = [
        (review("The food wasn't good, and the service of the hotel was slow. We left."), SENTIMENTS),
        (rendered(CHOICE, OPTIONS, ("A", "B", "C")), ("A", "B", "C")),
    ]
    digest = hashlib.sha256()
    for operator in ALL:
        for prompt, labels in fixed:
            for variant in made(operator, prompt, Draw(5, operator.name, "ex-1", {}, labels)) or ():
                parts = (operator.name, variant.name, variant.prompt.as_messages(), sorted(variant.label_map.items()))
                digest.update(repr(parts).encode())
    return digest.hexdigest()


def test_variants_are_the_same_in_every_process() -> None:
    """In one whose hash seed is another than that of this process."""
    code = "from tests.operators.test_operator import digest_of_all; print(digest_of_all())"
    environment = {**os.environ, "PYTHONHASHSEED": "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest_of_all()


def test_drawn_operators_give_every_example_its_own_variants() -> None:
    prompt = review("The concert in the old theatre was much too long for everyone.")
    for name in ("typo.keyboard", "typo.drop", "punctuation.commas", "context.irrelevant"):
        operator = REGISTRY.get(name)
        assert operator is not None
        made = {
            next(operator.variants(prompt, operator.params(), Draw(0, name, f"ex-{i}"))).prompt.messages[0].text
            for i in range(20)
        }
        assert len(made) > (1 if name == "punctuation.commas" else 5), name


@pytest.mark.parametrize("operator", ALL, ids=lambda operator: operator.name)
def test_perturbed_prompts_can_be_perturbed_again(operator: Operator) -> None:
    prompt = rendered(CHOICE, OPTIONS, ("A", "B", "C"))
    for first in ("format", "typo.drop", "context.irrelevant", "instruction.reorder", "paraphrase.rules"):
        before = REGISTRY.get(first)
        assert before is not None
        for variant in made(before, prompt, Draw(0, first, "ex-1", {}, ("A", "B", "C"))) or ():
            again = made(operator, variant.prompt, Draw(1, operator.name, "ex-1", {}, ("A", "B", "C")))
            assert all(SLUG.fullmatch(one.name) for one in again or ())
