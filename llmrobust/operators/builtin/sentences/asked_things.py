"""What a direct question becomes within a request: "tell me the price of tea", "tell me how much she spent in May"."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import Question, question
from llmrobust.english.noun_phrases import inner
from llmrobust.operators.builtin.sentences.parsed import joined

_DEFINITE = frozenset("the my your our his her its their this these those".split())
_SUPPOSING = frozenset("if given assuming supposing suppose considering provided".split())
_TIED = frozenset("and so but or then now also well hi hello hey please sorry ok okay thanks anyway".split())
"""Words that open a question and may open a request."""
_CLAUSAL = ("relcl", "acl", "prep", "advcl", "pcomp")
_LONG = 5
"""Words of the longest noun phrase before a last "is"."""


def asked_within(text: Analysis, clause: str, *, stating: bool = False) -> tuple[str, str] | None:
    """(what stays before the request, what is asked for); None where that is no good English.

    clause: the question as a clause. stating: whether the request is a statement, which follows no condition, and says
    each "what is the NP" as an NP.
    """
    asked = question(text)
    if clause.lower().startswith("whether you know"):
        return None
    fronted = None if asked is None else _fronted(text, asked.start, stating=stating)
    if asked is None or fronted is None:
        return None
    before, later = fronted
    thing = _thing(text, asked, clause, short_too=stating)
    return None if thing is None else (before, joined(thing, later))


def _fronted(text: Analysis, start: int, *, stating: bool) -> tuple[str, str] | None:
    """(what stays before a request, what goes to its end) of what comes before a question."""
    if start == 0:
        return "", ""
    first, before = text[0], text.text[: text[start].start]
    if stating and first.lower in ("of", "among"):
        return None  # "how many of the ten boys can swim"
    inside = text.tokens[: start - (text[start - 1].text == ",")]
    if any(t.tag in ("WP", "WDT", "WRB") and t.lower in ("how", "what", "which", "who") for t in inside):
        return None
    if first.lower in _SUPPOSING:
        return None if stating else (before, "")
    if first.lower in _TIED or first.pos in ("INTJ", "CCONJ"):
        return before, ""
    if any(t.dep in ("nsubj", "nsubjpass", "expl") for t in inside):
        subordinate = first.dep == "mark" or first.pos in ("SCONJ", "ADP", "ADV") or first.tag == "WRB"
        return None if subordinate or stating else (before, "")
    outer = [t for t in inside if not inside[0].index <= t.head <= inside[-1].index]
    whole = len(outer) == 1 and outer[0].index == 0 and first.pos == "ADP"
    if not whole or len(inside) > 7 or any(t.pos in ("VERB", "PUNCT") for t in inside):
        return None
    later = inner(text, 0, inside[-1].index)
    return None if later is None or "," in text.text[text[start].start :] else ("", later)


def _thing(text: Analysis, asked: Question, clause: str, *, short_too: bool) -> str | None:
    """ "the price of tea" of "what is the price of tea"; the whole clause of other questions; None of neither."""
    be = asked.verb == asked.finite and text[asked.finite].lemma == "be"
    words = text.tokens[asked.finite + 1 : text.end + 1]
    if not be or text[asked.start].lower != "what" or asked.asking != (asked.start, asked.start) or not words:
        return clause
    first, nouns = words[0], [t for t in words if t.tag in ("NN", "NNS", "NNP", "NNPS")]
    outer = [t for t in words if not first.index <= t.head <= words[-1].index]
    stranded = clause.endswith((" is", " are", " was", " were"))
    plain = bool(outer) and outer[0] in nouns and all(t.dep == "prep" for t in outer[1:])
    if not nouns or not (plain or stranded) or first.dep in ("neg", "expl") or any(t.text == "," for t in words):
        return clause
    long = len(words) > _LONG or any(t.dep in _CLAUSAL for t in words)
    if first.lower in _DEFINITE and not any(t.lower == "like" for t in words):
        return text.said(first.index, words[-1].index) if long or short_too else clause
    return None if long else clause
