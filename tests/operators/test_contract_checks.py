"""An operator that breaks its contract is found out, whatever it breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from llmrobust.errors import OperatorError
from llmrobust.operators import Draw, OperatorRegistry, Params, Variant, operator
from llmrobust.operators.operator import AtMost, Edits
from llmrobust.prompt.spans import Message, Prompt, Span
from tests.operators.prompts import SENTIMENTS, review

TEXT = 'See https://a.example/b or `x()` or {"a": [1, {"b": 2}]}: a positive film.'
PROMPT = Prompt(
    (
        Message(
            "user",
            (
                Span("Is the review ", "instruction", region="instruction:0"),
                Span("positive", "instruction", protected=True, region="instruction:0"),
                Span("?", "instruction", region="instruction:0"),
                Span("\n", "space"),
                Span("Review", "label"),
                Span(": ", "separator"),
                Span(TEXT, "variable", "text"),
            ),
        ),
    )
)
Make = Callable[[Prompt], Variant]


def written(prompt: Prompt, change: Callable[[str], str], kind: str = "variable") -> Prompt:
    """The prompt with every span of a kind rewritten, as a careless operator would."""
    messages = [
        replace(
            m,
            spans=tuple(replace(s, text=change(s.text)) if s.kind == kind and not s.protected else s for s in m.spans),
        )
        for m in prompt.messages
    ]
    return replace(prompt, messages=tuple(messages))


def run(make: Make, prompt: Prompt = PROMPT, labels: tuple[str, ...] = SENTIMENTS, **declared: Any) -> list[Variant]:
    registry = OperatorRegistry()

    def apply(given: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
        """Breaks something."""
        yield make(given)

    operator("test.broken", level="word", source="made up", registry=registry, **{"touches": ("input",), **declared})(
        apply
    )
    found = registry.get("test.broken")
    assert found is not None
    return list(found.variants(prompt, Params(), Draw(0, "use", "ex-1", {}, labels)))


def changed(change: Callable[[str], str], kind: str = "variable", **more: Any) -> Make:
    return lambda prompt: Variant(written(prompt, change, kind), "0", **more)


BROKEN: dict[str, tuple[Make, str]] = {
    "protected": (
        lambda prompt: Variant(
            replace(
                prompt,
                messages=tuple(
                    replace(m, spans=tuple(replace(s, text="gone") if s.protected else s for s in m.spans))
                    for m in prompt.messages
                ),
            ),
            "0",
        ),
        "changes a protected span",
    ),
    "reach": (changed(str.upper, "instruction"), "changes text that the operator may not touch"),
    "label of a field": (changed(str.upper, "label"), "changes text that the operator may not touch"),
    "role": (
        lambda prompt: Variant(replace(prompt, messages=(replace(prompt.messages[0], role="system"),)), "0"),
        "changes the messages",
    ),
    "message": (lambda prompt: Variant(replace(prompt, messages=prompt.messages * 2), "0"), "changes the messages"),
    "length": (changed(lambda text: text * 9), "characters long; its operator promises at most"),
    "address": (changed(lambda text: text.replace("https", "http")), 'has lost "https://a.example/b"'),
    "code": (changed(lambda text: text.replace("x()", "y()")), 'has lost "`x()`"'),
    "json": (changed(lambda text: text.replace('"b"', '"c"')), "has lost"),
    "answer label": (changed(lambda text: text.replace("positive", "pleasant")), 'has lost "positive"'),
    "label in a longer word": (changed(lambda text: text.replace("positive", "positively")), 'has lost "positive"'),
    "unicode": (changed(lambda text: text + "\ud800"), "is not valid Unicode"),
    "edits": (changed(lambda text: text + "!", edits=Edits(3, 2, "character")), "has 3 edits, and 2 are allowed"),
    "severity": (changed(lambda text: text + "!", severity=6), "severities are 1 to 5"),
    "name": (lambda prompt: Variant(prompt, "Not a slug"), "has a name that cannot be part of a test name"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_promise_is_found_and_named(what: str) -> None:
    make, message = BROKEN[what]
    with pytest.raises(OperatorError, match=r"test\.broken: its variant") as raised:
        run(make)
    assert message in str(raised.value)


def test_what_is_declared_is_allowed() -> None:
    assert run(changed(str.upper, "label"), touches=("label",))
    assert run(changed(str.upper, "instruction"), touches=("any",), owns=("piece", "label"))
    assert run(changed(lambda text: text.replace("https", "http")), owns=("piece",))
    assert run(changed(lambda text: text.replace("positive", "pleasant")), owns=("label",))
    assert run(changed(lambda text: text * 9), at_most=AtMost(9, 0))


def test_a_renamed_label_is_no_broken_promise() -> None:
    def renamed(prompt: Prompt) -> Variant:
        messages = tuple(
            replace(
                m,
                spans=tuple(
                    replace(s, text={"positive": "good", "negative": "bad"}.get(s.text, s.text)) for s in m.spans
                ),
            )
            for m in prompt.messages
        )
        return Variant(replace(prompt, messages=messages), "0", {"positive": "good", "negative": "bad"})

    assert run(renamed, review("It was fine."))


def test_the_article_a_is_no_mention_of_the_label_a() -> None:
    prompt = review("A dog and a cat.")
    assert run(changed(lambda text: text.replace("a cat", "the cat")), prompt, ("A", "B"))
    with pytest.raises(OperatorError, match='has lost "A"'):
        run(changed(lambda text: text.replace("A dog", "The dog")), prompt, ("A", "B"))


def test_moving_text_needs_to_be_declared() -> None:
    def turned(prompt: Prompt) -> Variant:
        message = prompt.messages[0]
        first, *rest = message.spans
        return Variant(replace(prompt, messages=(replace(message, spans=(*rest, Span("\n"), first)),)), "0")

    with pytest.raises(OperatorError):
        run(turned)
    assert run(turned, moves=True, touches=("input", "text"))
