"""Where an object ends that becomes a subject: what the pipeline takes for a part of it may belong to the deed."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.noun_phrases import as_subject

_PLACES = frozenset("in at on near outside beside".split())
_TIMES = frozenset("on in at during since until before after".split())
_FINDING = frozenset("find discover meet spot catch arrest attack kill".split())
"""Verbs of what happens somewhere."""
_SENDING = frozenset("send give sell offer lend pay hand present award show".split())
CHARGING = frozenset("accuse convict acquit suspect inform warn rid rob deprive notify remind".split())
"""Verbs that go with "of": what somebody is accused of."""
SPEECH = frozenset(
    "tell ask inform warn remind question consult interview advise contact notify lie joke tease brief quiz".split()
)
"""Verbs that go with "about"; after others it tells of what the object is."""
_AREAS = ("GPE", "LOC", "FAC")


def object_apart(text: Analysis, verb: int, thing: int) -> tuple[str, int, int] | None:
    """(an object as a subject, its last token, the last one of what belongs before the agent); None for an object that
    is whole, or whose case is unsure."""
    last = text[thing].right
    dated = _time_at(text, thing)
    last = last if dated is None else dated - 1
    lemma, before = text[verb].lemma, last
    found = lemma in _FINDING
    inside = [t.index for t in text.within(thing) if t.dep == "prep" and t.lower in _PLACES and t.index > thing]
    for index in inside if found else text.dependents(thing, "prep"):
        whom = text.first(index, "pobj")
        if text[index].right < last or index < thing:
            continue
        area = whom is not None and (text[whom].entity in _AREAS or found)
        sent = lemma in _SENDING and text[index].lower == "to"
        sent = sent or (lemma in SPEECH and text[index].lower == "about")
        if sent or (area and text[index].lower in _PLACES) or (lemma in CHARGING and text[index].lower == "of"):
            last = index - 1
            before = last if lemma in CHARGING else before
            break
    said = as_subject(text, thing) if last < text[thing].right else None
    cut = text.said(last + 1, text[thing].right)
    return None if said is None or not said.endswith(cut) else (said[: -len(cut)].rstrip(), last, before)


def without_place(text: Analysis, thing: int) -> tuple[str, int]:
    """(an object, its last token) without the place at its end, which may be that of the deed."""
    last = text[thing].right
    ends = [i for i in text.dependents(thing, "prep") if text[i].lower in _PLACES and text[i].right == last]
    last = ends[0] - 1 if ends else last
    return text.said(text[thing].left, last), last


def _time_at(text: Analysis, thing: int) -> int | None:
    """The preposition of a time at the end of an object: "on Tuesday"."""
    last = text[thing].right
    for token in text.tokens[thing + 1 : last]:
        when = text.first(token.index, "pobj") if token.dep == "prep" and token.lower in _TIMES else None
        if when is not None and token.right == last and text[when].entity in ("DATE", "TIME"):
            return token.index
    return None
