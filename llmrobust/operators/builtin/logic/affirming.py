"""How a negation is taken away, with what only occurs beside one (any, yet, anymore), on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import agreement, clause_at, finite_form, full_form
from llmrobust.english.noun_phrases import raised
from llmrobust.operators.builtin.logic.negating import NEGATIVE
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined

_SOME = {
    "any": "some", "anyone": "someone", "anybody": "somebody", "anything": "something", "anywhere": "somewhere",
    "either": "too", "anymore": "", "ever": "",
}  # fmt: skip
"""What replaces a word that needs a negation: "I knew anyone" is not English."""
_ALONE = {"nobody": "somebody", "nothing": "something", "nowhere": "somewhere", "none": "some"}
_LOOSE = frozenset("few little without nor neither".split())
"""Negative words that cannot be taken away by themselves."""
_SELDOM = frozenset("never hardly scarcely barely rarely seldom".split())
_Edit = tuple[int, int, str]


def affirmed(text: Analysis) -> str | None:
    """The sentence without its first negation; None where it has none, or that cannot be taken away by itself."""
    negations = [t for t in text.tokens if t.lower in NEGATIVE and t.lower not in _LOOSE]
    if not negations or "at all" in text.text.lower():
        return None
    negation = negations[0]
    if len(negations) > 1 and negation.dep != "neg":
        return None
    edit = _affirmation(text, negation.index)
    others = _without_polarity(text, negation.index)
    if edit is None or others is None:
        return None
    return edited_at(text, edit, *(other for other in others if not edit[0] <= other[0] <= edit[1]))


def _without_polarity(text: Analysis, negation: int) -> list[_Edit] | None:
    """The replacements of words after a negation that need it; None where one of them has none."""
    verb, edits = text[negation].head, []
    last = max(text[verb].right, negation) if text[negation].dep == "neg" else len(text) - 1
    for token in text.tokens[negation + 1 :]:
        if token.lower == "yet" and token.index <= last:
            ends = token.index + 1 >= len(text) or text[token.index + 1].pos == "PUNCT"
            if not ends:
                return None
            edits.append((token.index, token.index, "already"))
        elif token.lower in _SOME and token.index <= last:
            if token.lower == "any" and token.dep != "det":
                return None
            edits.append((token.index, token.index, _SOME[token.lower]))
        elif token.lower in NEGATIVE:
            break
    return edits


def _affirmation(text: Analysis, index: int) -> _Edit | None:
    """What replaces a negation, alone or with the verb beside it."""
    negation = text[index]
    verb = negation.head
    if negation.lower in _SELDOM:
        return None if index == 0 else (index, index, "")
    if negation.lower == "no" and index + 1 < len(text) and text[index + 1].lower == "longer":
        return index, index + 1, "still"
    if negation.lower == "no" and negation.dep == "det":
        some = text[verb].tag in ("NNS", "NNPS", "NN") or index == 0
        return index, index, _cased("some", negation.text) if some else "a"
    if negation.lower in _ALONE and negation.dep in ("nsubj", "nsubjpass", "dobj", "pobj", "attr"):
        return index, index, _cased(_ALONE[negation.lower], negation.text)
    if negation.dep != "neg" or negation.lower not in ("not", "n't", "n’t") or index == 0:
        return None
    before = text[index - 1]
    if before.dep == "advmod" and before.head == verb and negation.lower == "not":
        return index, index, ""
    if before.dep not in ("aux", "auxpass") and before.index != verb:
        return None
    if before.lemma != "do" or before.index == verb:
        return None if before.lower == "ai" else (before.index, index, _helper(text, before.index))
    return _without_do(text, index, verb)


def _without_do(text: Analysis, index: int, verb: int) -> _Edit | None:
    """The verb in the tense of "did not", or nothing in place of the "do not" of a command."""
    before, clause = text[index - 1], clause_at(text, verb)
    if clause is None:
        plain = before.index == 0 and text[verb].tag == "VB" and index + 1 == verb
        return (0, verb, _cased(text[verb].lower, before.text)) if plain else None
    if before.index != clause.finite:
        return None
    if clause.is_inverted:
        return before.index, index, before.text
    between = text.tokens[index + 1 : verb]
    if any(t.dep != "advmod" for t in between):
        return None
    agree = agreement(text, clause.subject)
    tense = "past" if before.lower == "did" else "present"
    plural = before.lower == "do" or (agree is not None and agree[0] and before.lower != "does")
    form = finite_form(text[verb].lemma, tense, plural=plural)  # type: ignore[arg-type]
    return before.index, verb, joined(" ".join(t.text for t in between), form)


def _helper(text: Analysis, index: int) -> str:
    """An auxiliary without its negation: "can" for the "ca" of "can't"; a short one keeps its apostrophe."""
    token = text[index]
    return token.text if token.text[0] in "'’" else _cased(full_form(text, index), token.text)


def _cased(word: str, like: str) -> str:
    return raised(word) if like[:1].isupper() else word
