"""Clefts with what of events, and of what the speaker thinks: "What happened was that my card was declined."."""

from __future__ import annotations

from llmrobust.english.clauses import Clause
from llmrobust.english.noun_phrases import inner, like

_BEFALLING = frozenset("arrive change fail expire break disappear stop vanish decrease increase".split())
"""What cards, payments and addresses do."""
_BEFALLEN = frozenset("get receive lose forget miss".split())
"""What happens to the speaker."""
_PLANNED = frozenset("suppose schedule expect mean require make plan intend".split())
"""Verbs in whose passive nothing has happened yet."""
_ASKING = ("WRB", "WP", "WDT")


def event_cleft(clause: Clause) -> str | None:
    """ "What happened was that my card was declined." of "My card was declined."; None for other sentences."""
    text = clause.text
    owned = text[clause.subject_range[0]].lower in ("my", "our") and text[clause.subject].tag in ("NN", "NNS")
    speaks = text[clause.subject].lower in ("i", "we")
    verb = text[clause.verb].lemma
    befell = owned and ((clause.is_passive and verb not in _PLANNED) or verb in _BEFALLING)
    if not (befell or (speaks and (clause.is_passive or verb in _BEFALLEN))) or clause.negation is not None:
        return None
    helped = [text[i].lower for i in clause.auxiliaries]
    perfect = helped[:1] in (["has"], ["have"])
    if not perfect and (clause.tense != "past" or helped not in ([], ["was"], ["were"])):
        return None
    if any(t.dep in ("conj", "advcl", "ccomp", "parataxis") or t.lower in ("but", "and") for t in text.tokens):
        return None
    said = inner(text, 0, len(text) - 1) if clause.subject_range[0] == 0 else None
    lead = "what has happened is that" if perfect else "what happened was that"
    return None if said is None else like(f"{lead} {said}", text)


def thought_cleft(clause: Clause) -> str | None:
    """ "What I think is that it was stolen.", "What I don't know is why it failed."; None for other sentences."""
    text, told = clause.text, clause.text.first(clause.verb, "ccomp")
    if told is None or clause.subject_range != (0, 0) or text[0].lower not in ("i", "we") or clause.tense != "present":
        return None
    start, verb, helped = text[told].left, text[clause.verb].lemma, [text[i].lower for i in clause.auxiliaries]
    whole = text[told].right == text.end and start == clause.verb + 1
    if not whole or any(t.text == "," or t.dep in ("conj", "parataxis") for t in text.tokens):
        return None
    lead = f"what {text.said(0, clause.verb)} is"
    asks = text[start].tag in _ASKING
    if verb in ("think", "believe") and not helped and clause.negation is None and not asks:
        that = "" if text[start].lower == "that" else "that "
        return like(f"{lead} {that}{text.text[text[start].start :]}", text)
    if verb in ("know", "understand") and helped == ["do"] and clause.negation is not None and asks:
        return like(f"{lead} {text.text[text[start].start :]}", text)
    return None
