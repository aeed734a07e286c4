"""A block written anew finds its fixed pieces where they were, not where plain text looks like them."""

from __future__ import annotations

from llmrobust.operators.editing.tagged_blocks import blocks_of
from llmrobust.prompt.spans import Message, Prompt, Span


def block(*spans: Span) -> Prompt:
    return Prompt((Message("user", tuple(Span(s.text, s.kind, s.name, s.protected, "instruction:0") for s in spans)),))


def test_plain_words_that_look_like_a_fixed_piece_are_passed_over() -> None:
    prompt = block(Span("Say A or ", "instruction"), Span("A", "enumerator", "A"), Span(" now.", "instruction"))
    (one,) = blocks_of(prompt, "instruction")
    new = one.replaced("Please say A or A now.")
    assert new is not None
    assert [(span.kind, span.text) for span in new.messages[0].spans] == [
        ("instruction", "Please say A or "),
        ("enumerator", "A"),
        ("instruction", " now."),
    ]


def test_a_piece_that_is_glued_to_a_word_is_not_guessed() -> None:
    prompt = block(Span("A", "enumerator", "A"), Span("nswer A.", "instruction"))
    (one,) = blocks_of(prompt, "instruction")
    assert one.replaced("Answer with A.") is None
