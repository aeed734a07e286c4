"""Hypothesis strategies for prompts of spans, plain and strange."""

from __future__ import annotations

from hypothesis import strategies as st

from llmrobust.prompt.spans import Message, Prompt, Span

SENTENCES = (
    "Decide whether the review is positive or negative.", "The food in this restaurant wasn't good, but we stayed.",
    'She said "hello" and left; nobody knew why!', "See https://example.org/a?b=1 or write to a.b@example.org.",
    "It cost 3.50 and `code()` ran 12 times.", "Classify the ticket as billing, bug or praise. Answer with one word.",
    "Please could you tell me if it is cold?", "Read the text. Then answer the question.", "word", "A", "Is it a?",
)  # fmt: skip
STRUCTURED = (
    "Run this:\n```py\nprint(1)\n```\nIt fails.", 'Reply with {"intent": "refund", "tags": ["a"]} and the key "reply".',
    "| Lamp | 120 | $19.90 |\n|---|---|---|\n| Desk | 35 | $249.00 |", "1. Boil water.\n2. Add salt.\n- Stir it well.",
    "Which one?\nA) red\nB) blue\nC) Both A and B", "[1] Ann lives in Rome.\n[2] Ben lives in Oslo, see src/a_b.py.",
    "What does SELECT name FROM users WHERE age > 30 return? Use --verbose; x = 2 m/s^2.", "Steps:\n\n    x = f(1)\n\nThen go on.",
)  # fmt: skip
"""Code, JSON, tables and lists that a template would have marked: a variant may break them, and is dropped then."""
STRANGE = (
    "", " ", "\n\n", "\t", "𝔘𝔫𝔦 𝒕𝒆𝒙𝒕 😀😀.", "e\u0301a\u0300 n\u0303 combining", "İıſß ﬁn", "שלום עולם", "日本語の文。",
    "\u200b\u200d", "..,,!!''\"\"", "’‘“”", "x" * 300, "very long " * 300, "\\1 \\g<0> {0} {{ name }} %s", "\x00\x7f",
)  # fmt: skip
LABELS = ("positive", "negative", "A", "B")

pieces = st.one_of(st.sampled_from((*SENTENCES, *STRUCTURED)), st.sampled_from(STRANGE), st.text(max_size=30))
protected_words = st.sampled_from((*LABELS, "https://example.org", "{name}", "42", "é"))


@st.composite
def values(draw: st.DrawFn, name: str, region: str = "") -> list[Span]:
    """A variable's value, whole or split by protected pieces."""
    spans = [Span(draw(pieces), "variable", name, False, region)]
    if draw(st.booleans()):
        spans += [Span(draw(protected_words), "variable", name, True, region)]
        spans += [Span(draw(pieces), "variable", name, False, region)] if draw(st.booleans()) else []
    return spans


@st.composite
def instructions(draw: st.DrawFn, number: int) -> list[Span]:
    """An instruction's block."""
    region = f"instruction:{number}"
    spans = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(("text", "text", "protected", "variable", "enumerator")))
        if kind == "text":
            spans.append(Span(draw(pieces), "instruction", region=region))
        elif kind == "protected":
            spans.append(Span(draw(protected_words), "instruction", "", True, region))
        elif kind == "variable":
            spans.append(Span(draw(pieces), "variable", "topic", False, region))
        else:
            spans.append(Span("A", "enumerator", "A", False, region))
    return spans


@st.composite
def fields(draw: st.DrawFn, name: str) -> list[Span]:
    """A field with its value."""
    label = draw(st.sampled_from(("Review", "Question", "Sentence 1", "Sentence 2", "Premise text", "É", "Options")))
    separator = draw(st.sampled_from((": ", ":\n", " - ", ":", "\t")))
    return [Span(label, "label"), Span(separator, "separator"), *draw(values(name))]


@st.composite
def options(draw: st.DrawFn) -> list[Span]:
    """An enumeration, mostly a regular one."""
    count = draw(st.integers(1, 5))
    wrapper = draw(st.sampled_from(("(x)", "x.", "[x]", "x", "#x")))
    names = draw(st.sampled_from(("ABCDE", "12345", "abcde", "QXZPK")))
    spans: list[Span] = []
    for i in range(count):
        spans += [Span("\n", "space")] if i else []
        spans += [Span(wrapper.replace("x", names[i]), "enumerator", names[i]), Span(" ", "separator")]
        spans += [Span(draw(pieces), "variable", f"options.{i}")]
    return spans


@st.composite
def messages(draw: st.DrawFn, role: str) -> Message:
    """A message of blocks in any order, joined by spaces or text; some spans are of any kind, anywhere."""
    spans: list[Span] = [*draw(instructions(9)), Span("\n")] if draw(st.booleans()) else []
    for number in range(draw(st.integers(0, 4))):
        spans += draw(
            st.one_of(
                instructions(number), fields(f"v{number}"), options(), values(f"v{number}", "context:0"), _anything()
            )
        )
        spans += draw(st.sampled_from(([], [Span("\n", "space")], [Span("\n")], [Span("\n\n", "space")])))
    if draw(st.booleans()):
        spans += [Span("Answer", "label"), Span(draw(st.sampled_from((":", ": "))), "separator")]
    return Message(role, tuple(spans))


def _anything() -> st.SearchStrategy[list[Span]]:
    kinds = ("text", "example", "context", "choices", "label", "separator", "space", "enumerator", "variable")
    return st.lists(
        st.builds(
            Span,
            text=pieces,
            kind=st.sampled_from(kinds),
            name=st.sampled_from(("", "A", "v0")),
            protected=st.booleans(),
            region=st.sampled_from(("", "", "example:0", "context:0")),
        ),
        max_size=3,
    )


prompts = st.one_of(
    st.builds(lambda user: Prompt((user,)), messages("user")),
    st.builds(lambda system, user: Prompt((system, user)), messages("system"), messages("user")),
)
