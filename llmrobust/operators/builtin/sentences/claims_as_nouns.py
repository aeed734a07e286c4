"""A noun for what somebody says, or is drawn to: "made the claim that", "has an interest in", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, Token, inflected
from llmrobust.english.clauses import clause_at, statement
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.verbs_as_nouns import may_act

_CLAIMS = {
    "claim": "make the claim",
    "assume": "make the assumption",
    "conclude": "come to the conclusion",
    "argue": "make the argument",
    "announce": "make the announcement",
    "predict": "make the prediction",
    "realize": "come to the realization",
    "realise": "come to the realisation",
    "recommend": "make the recommendation",
    "propose": "make the proposal",
}
_TOLD = {"warn": "give {} a warning", "promise": "make {} a promise", "assure": "give {} an assurance"}
_DOUBTS = frozenset("dubious doubtful unsure uncertain".split())


def claim_as_noun(text: Analysis, index: int) -> str | None:
    """ "made the claim that" of "claimed that", "gave her a warning that" of "warned her that"."""
    token = text[index]
    if token.lemma not in _CLAIMS and token.lemma not in _TOLD:
        return None
    if token.tag not in ("VBD", "VBZ", "VBP") or token.pos != "VERB" or text.dependents(index, "conj", "aux", "neg"):
        return None
    clause, told = clause_at(text, index), text.first(index, "ccomp")
    if clause is None or told is None or clause.is_inverted or not may_act(text, clause.subject):
        return None
    that = text[text[told].left]
    if sum(t.lemma == token.lemma for t in text.tokens) > 1:
        return None
    if that.lower != "that" or that.dep != "mark":
        return None
    if token.lemma in _CLAIMS and that.index == index + 1:
        return edited_at(text, (index, index, _inflected(_CLAIMS[token.lemma], token)))
    thing = text.first(index, "dobj", "dative")
    frame = _TOLD.get(token.lemma)
    if frame is None or thing is None or text[thing].left != index + 1 or text[thing].right != that.index - 1:
        return None
    if not may_act(text, thing) or text[thing].tag not in ("PRP", "NNP", "NN", "NNS"):
        return None
    return edited_at(text, (index, that.index - 1, _inflected(frame, token).format(text.phrase(thing))))


def _inflected(words: str, token: Token) -> str:
    """The words with their verb in the form of another one."""
    verb, _, rest = words.partition(" ")
    return f"{inflected(verb, token.tag)} {rest}"


def interest_as_noun(text: Analysis, index: int) -> str | None:
    """ "has an interest in" of "is interested in", "develops" of "becomes"; "has doubts about" of "is unsure about"."""
    token = text[index]
    if token.lower not in _DOUBTS | {"interested"} or token.dep not in ("acomp", "ROOT", "conj"):
        return None
    if statement(text) is None or text.dependents(index, "advmod", "cc", "conj"):
        return None
    link, be = text[index + 1] if index + 1 < len(text) else None, text[index - 1]
    if link is None or link.dep != "prep" or be.tag not in ("VBD", "VBZ", "VBP"):
        return None
    if be.text.startswith(("'", "’")) or text.first(link.index, "pobj", "pcomp") is None:
        return None
    if token.lower == "interested" and link.lower == "in":
        light = {"be": "have", "become": "develop"}.get(be.lemma)
        return None if light is None else edited_at(text, (be.index, index, f"{inflected(light, be.tag)} an interest"))
    if token.lower in _DOUBTS and link.lower == "about" and be.lemma == "be":
        return edited_at(text, (be.index, index, f"{inflected('have', be.tag)} doubts"))
    return None
