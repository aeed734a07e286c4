"""Two whole clauses that a comma alone joins: "I lost my card, I need a new one.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import clause_at
from llmrobust.english.noun_phrases import raised

_SAYING = frozenset(
    "say think believe know guess suppose hope mean seem feel tell ask add note report claim imagine bet reckon admit "
    "explain argue remark reply answer figure understand hear assume agree".split()
)
_LEANING = frozenset("then so too either neither that which as like nor however".split())
"""Words by which a clause leans on the one before it."""


def spliced(text: Analysis) -> tuple[int, int] | None:
    """The last token of the first clause and the first one of the second; None for other sentences."""
    root, commas = text.root, [t.index for t in text.tokens if t.text == ","]
    if root is None or len(commas) != 1 or text.text.endswith("?") or not 2 < commas[0] < len(text) - 3:
        return None
    comma, end = commas[0], text.end
    if any(t.lower in _LEANING for t in text.tokens[comma + 1 : comma + 3]) or text[1].tag in ("JJR", "RBR"):
        return None
    before = _clause_within(text, 0, comma - 1)
    after = _clause_within(text, comma + 1, end)
    if before is None or after is None or root.index not in (before, after):
        return None
    other = text[after if root.index == before else before]
    linked = other.head == root.index and other.dep in ("ccomp", "parataxis", "conj")
    said = {text[before].lemma, text[after].lemma} & _SAYING
    return (comma - 1, comma + 1) if linked and not said else None


def _clause_within(text: Analysis, first: int, last: int) -> int | None:
    """The verb of the finite clause that begins with its subject at one token and ends by another one."""
    for token in text.tokens[first : last + 1]:
        clause = clause_at(text, token.index)
        if clause is None or clause.is_inverted or clause.subject_range[0] != first:
            continue
        own = [i for i in token.children if text[i].dep in ("mark", "cc", "preconj")]
        opening = text[first]
        fine = opening.tag in ("PRP", "DT", "PRP$", "NNP", "EX") and opening.lower not in ("that", "those", "all")
        return token.index if fine and not own and token.dep in ("ROOT", "ccomp", "parataxis", "conj") else None
    return None


def splice_apart(text: Analysis) -> str | None:
    """ "I lost my card. I need a new one." of "I lost my card, I need a new one."; None for other sentences."""
    found = spliced(text)
    if found is None:
        return None
    ending = text.text if text.text[-1:] in ".!" else f"{text.text}."
    return f"{text.said(0, found[0])}. {raised(ending[text[found[1]].start :])}"


def splice_with_semicolon(text: Analysis) -> str | None:
    """ "I lost my card; I need a new one." of "I lost my card, I need a new one."; None for other sentences."""
    found = spliced(text)
    return None if found is None else f"{text.said(0, found[0])}; {text.text[text[found[1]].start :]}"
