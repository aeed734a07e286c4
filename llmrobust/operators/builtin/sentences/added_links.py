"""An "and" where a comma or "so" stands alone: "a long and dull film", "it rained, and so we left", on the parse."""

from __future__ import annotations

from itertools import pairwise

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at, statement
from llmrobust.operators.builtin.sentences.described_things import COLOURS
from llmrobust.operators.builtin.sentences.parsed import edited_at


def comma_as_and(text: Analysis) -> str | None:
    """ "a natural and unforced style" of "a natural, unforced style"; None where no comma alone joins adjectives."""
    for noun in text.tokens:
        if noun.tag not in ("NN", "NNS") or text.dependents(noun.index, "cc", "conj"):
            continue
        described = [i for i in text.dependents(noun.index, "amod") if i < noun.index]
        if not 2 <= len(described) <= 3 or any(text[i].tag not in ("JJ", "VBN", "VBG") for i in described):
            continue
        if any(text.dependents(i, "cc", "conj") or text[i].right != i for i in described):
            continue
        if all(text[text[b].left - 1].text == "," and text[b].left - 2 == a for a, b in _pairs(described)):
            comma = text[described[-1]].left - 1
            if text[described[-1] + 1].text in (",", "-") or text[described[-1]].lower in COLOURS:
                continue
            first = text[text[described[0]].left - 1] if text[described[0]].left else None
            if first is not None and first.text == ",":
                continue
            return edited_at(text, (comma, comma, " and"))
    return None


def _pairs(indices: list[int]) -> list[tuple[int, int]]:
    return list(pairwise(indices))


def and_so(text: Analysis) -> str | None:
    """ "It rained, and so we left." of "It rained, so we left."; None for other sentences, and for what is done so that
    something may be."""
    if statement(text) is None or sum(t.lower == "so" for t in text.tokens) != 1:
        return None
    so = next(t.index for t in text.tokens if t.lower == "so")
    if so < 3 or so + 2 >= len(text) or text[so - 1].text != "," or sum(t.text == "," for t in text.tokens) > 1:
        return None
    subject = text[so + 1]
    heads = [t.head for t in text.tokens[so + 1 :] if t.dep in ("nsubj", "nsubjpass") and t.left == subject.index]
    clause = clause_at(text, heads[0]) if heads else None
    if clause is None or clause.is_inverted or clause.tense == "modal":
        return None
    return edited_at(text, (so, so, "and so"))
