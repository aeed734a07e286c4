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

# Strategies are made here, once: Hypothesis examines each new one before it draws from it, which takes longer than to draw.
pieces = st.one_of(st.sampled_from((*SENTENCES, *STRUCTURED)), st.sampled_from(STRANGE), st.text(max_size=30))
protected_words = st.sampled_from((*LABELS, "https://example.org", "{name}", "42", "é"))
yes_or_no = st.booleans()
parts_of_instructions = st.integers(1, 4)
kinds_of_parts = st.sampled_from(("text", "text", "protected", "variable", "enumerator"))
field_labels = st.sampled_from(("Review", "Question", "Sentence 1", "Sentence 2", "Premise text", "É", "Options"))
separators = st.sampled_from((": ", ":\n", " - ", ":", "\t"))
numbers_of_options = st.integers(1, 5)
wrappers = st.sampled_from(("(x)", "x.", "[x]", "x", "#x"))
enumerations = st.sampled_from(("ABCDE", "12345", "abcde", "QXZPK"))
joints: st.SearchStrategy[list[Span]] = st.sampled_from(
    ([], [Span("\n", "space")], [Span("\n")], [Span("\n\n", "space")])
)
answer_separators = st.sampled_from((":", ": "))
anything = st.lists(
    st.builds(
        Span,
        text=pieces,
        kind=st.sampled_from(
            ("text", "example", "context", "choices", "label", "separator", "space", "enumerator", "variable")
        ),
        name=st.sampled_from(("", "A", "v0")),
        protected=yes_or_no,
        region=st.sampled_from(("", "", "example:0", "context:0")),
    ),
    max_size=3,
)


@st.composite
def values(draw: st.DrawFn, name: str, region: str = "") -> list[Span]:
    """A variable's value, whole or split by protected pieces."""
    spans = [Span(draw(pieces), "variable", name, False, region)]
    if draw(yes_or_no):
        spans += [Span(draw(protected_words), "variable", name, True, region)]
        spans += [Span(draw(pieces), "variable", name, False, region)] if draw(yes_or_no) else []
    return spans


@st.composite
def instructions(draw: st.DrawFn, number: int) -> list[Span]:
    """An instruction's block."""
    region = f"instruction:{number}"
    spans = []
    for _ in range(draw(parts_of_instructions)):
        kind = draw(kinds_of_parts)
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
def fields(draw: st.DrawFn, value: st.SearchStrategy[list[Span]]) -> list[Span]:
    """A field with its value."""
    label = draw(field_labels)
    separator = draw(separators)
    return [Span(label, "label"), Span(separator, "separator"), *draw(value)]


@st.composite
def options(draw: st.DrawFn) -> list[Span]:
    """An enumeration, mostly a regular one."""
    count = draw(numbers_of_options)
    wrapper = draw(wrappers)
    names = draw(enumerations)
    spans: list[Span] = []
    for i in range(count):
        spans += [Span("\n", "space")] if i else []
        spans += [Span(wrapper.replace("x", names[i]), "enumerator", names[i]), Span(" ", "separator")]
        spans += [Span(draw(pieces), "variable", f"options.{i}")]
    return spans


leading_instruction = instructions(9)
numbers_of_blocks = st.integers(0, 4)
blocks = [
    st.one_of(
        instructions(number), fields(values(f"v{number}")), options(), values(f"v{number}", "context:0"), anything
    )
    for number in range(4)
]


@st.composite
def messages(draw: st.DrawFn, role: str) -> Message:
    """A message of blocks in any order, joined by spaces or text; some spans are of any kind, anywhere."""
    spans: list[Span] = [*draw(leading_instruction), Span("\n")] if draw(yes_or_no) else []
    for block in blocks[: draw(numbers_of_blocks)]:
        spans += draw(block)
        spans += draw(joints)
    if draw(yes_or_no):
        spans += [Span("Answer", "label"), Span(draw(answer_separators), "separator")]
    return Message(role, tuple(spans))


prompts = st.one_of(
    st.builds(lambda user: Prompt((user,)), messages("user")),
    st.builds(lambda system, user: Prompt((system, user)), messages("system"), messages("user")),
)
