"""Which connectives may take the place of one that says the opposite, and what "and" and "or" become."""

from __future__ import annotations

from llmrobust.english import Analysis, Token, inflected
from llmrobust.english.clauses import is_command
from llmrobust.operators.builtin.sentences.markers import Connective
from llmrobust.operators.builtin.sentences.parsed import edited_at

_WH = ("WP", "WDT", "WRB", "WP$")
_EITHER = frozenset("whether either not n't n’t sir madam dear".split())
"""Words beside which "or" does not become "and": of a choice, of a denial, of a greeting."""


def opposites_at(text: Analysis, index: int, one: Connective) -> tuple[str, ...]:
    """What may replace a connective by its opposite; nothing where a question would suppose what nobody can."""
    asks = text.text.endswith("?")
    wh = next((t for t in text.tokens if t.tag in _WH and t.index != index), None)
    match text[index].lower:
        case "if" if asks:
            return ()
        case "when" if asks and wh is not None:
            early = index < wh.index
            return tuple(new for new in one.opposite if new != "although" and not early)
        case "because" | "since" if asks and wh is not None:
            return ()
        case "also" if index and text[index - 1].lower in ("but", "and"):
            return ()
    return one.opposite


def not_added(text: Analysis) -> str | None:
    """The sentence with its first "and" a contrast: "but" between clauses, "but not" between objects and qualities; or
    with an "or" that adds."""
    for token in text.tokens[1:-1]:
        first = text[token.head]
        second = next((text[i] for i in first.children if i > token.index and text[i].dep == "conj"), None)
        if token.lower not in ("and", "or") or token.dep != "cc" or second is None or text[token.index + 1].dep == "cc":
            continue
        if token.lower == "or":
            alike = first.tag == second.tag and first.tag != "CD" and first.dep not in ("nsubj", "nsubjpass")
            if alike and not any(t.lower in _EITHER for t in text.tokens):
                return edited_at(text, (token.index, token.index, "and"))
            continue
        new = _contrast(text, token, first, second)
        if new is not None:
            return edited_at(text, (token.index, token.index, new))
    return None


def _contrast(text: Analysis, link: Token, first: Token, second: Token) -> str | None:
    """What an "and" between two words becomes; None where neither "but" nor "but not" would be said."""
    if first.dep in ("acomp", "amod") and first.tag == second.tag == "JJ":
        return "but not"
    if first.pos in ("VERB", "AUX") and second.pos in ("VERB", "AUX"):
        return "but" if _are_two_deeds(text, link, first, second) else None
    after = text[second.right + 1] if second.right + 1 < len(text) else None
    ends = after is None or after.pos not in ("VERB", "AUX")
    named = first.dep in ("dobj", "pobj") and second.pos in ("NOUN", "PROPN", "PRON", "NUM", "ADJ")
    whole = named and text[link.index - 1].text != "," and ends
    return "but not" if whole else None


def _are_two_deeds(text: Analysis, link: Token, first: Token, second: Token) -> bool:
    """Whether two verbs are all that is told, and neither is asked for, nor a noun that the pipeline takes for one."""
    own = text.first(second.index, "nsubj", "nsubjpass", "expl") is not None
    if second.tag == "VB" and not own:
        return False  # "has to work and pay the rent"
    if is_command(text) or (first.dep == "ROOT" and first.tag == "VB" and text.first(first.index, "nsubj") is None):
        return False
    if first.dep == "conj" or len(text.dependents(first.index, "conj")) > 1:
        return False  # "He came, saw and left"
    if not own and text[link.index - 1].text == "," and any(t.dep == "conj" for t in text.tokens[: link.index]):
        return False
    if second.tag == "VBD" and not own and inflected(second.lemma, "VBD") != second.lower:
        return False  # "pizza for $12 and popcorn for $7"
    helped = text.dependents(second.index, "aux", "auxpass")
    return own or bool(helped) or second.tag == first.tag
