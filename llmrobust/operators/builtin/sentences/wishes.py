"""What the speaker wishes, asked for: "Could I return an item?" of "I would like to return an item.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import statement
from llmrobust.english.noun_phrases import like

_GIVEN = frozenset("card refund pin statement receipt account password number replacement copy loan".split())
"""What a bank gives to somebody who needs it."""
_NOT_ASKED = frozenset("know understand be have see say tell let get speak talk complain thank".split())


def wish_as_question(text: Analysis) -> str | None:
    """The question that a wish of the speaker's is; None for other sentences."""
    clause = statement(text)
    if (
        clause is None
        or clause.subject_range != (0, 0)
        or text[0].lower not in ("i", "we")
        or clause.negation is not None
    ):
        return None
    verb, end = text[clause.verb], text.end
    helped = [text[i].lower for i in clause.auxiliaries]
    wants = (verb.lemma == "want" and not helped) or (verb.lemma == "like" and helped in (["would"], ["'d"], ["’d"]))
    needs = verb.lemma == "need" and not helped and verb.tag == "VBP"
    if not (wants or needs) or verb.tag == "VBD" or any(t.text == "," or t.dep in _MORE for t in text.tokens):
        return None
    who, mark = text[0].text if text[0].lower == "i" else "we", "?"
    start, below, thing = verb.index + 1, text.first(verb.index, "xcomp"), text.first(verb.index, "dobj")
    if text.text[text[end].end :].strip() not in ("", "."):
        return None
    if wants and below is not None and text[start].tag == "TO" and below == start + 1 and text[below].tag == "VB":
        if text[below].lemma in _NOT_ASKED:
            return None
        return like(f"could {who} {text.said(below, end)}{mark}", text)
    if needs and below is not None and text[start].tag == "TO" and below == start + 1 and text[below].tag == "VB":
        told = text.first(below, "dobj")
        if told is None or text[told].left != below + 1:
            return None
        if text[below].lemma == "know":
            return like(f"could you tell {_object(text)} {text.said(below + 1, end)}?", text)
        if text[below].lemma in _NOT_ASKED or text[below].lemma in ("go", "wait", "pay"):
            return None
        return like(f"could you help {_object(text)} {text.said(below, end)}?", text)
    if thing is None or text[thing].left != start:
        return None
    if needs and text[thing].lower == "help" and thing == start and start < end:
        after = text[start + 1]
        if after.lower == "with":
            return like(f"could you help {_object(text)} {text.said(start + 1, end)}{mark}", text)
        if after.tag == "VBG":
            return like(f"could you help {_object(text)} {after.lemma} {text.said(start + 2, end)}{mark}", text)
        return None
    given = text[thing].lemma.lower() in _GIVEN and text[start].lower in ("a", "an", "another")
    return like(f"could {who} have {text.said(start, end)}{mark}", text) if given else None


_MORE = ("conj", "advcl", "parataxis", "ccomp", "relcl")


def _object(text: Analysis) -> str:
    return "me" if text[0].lower == "i" else "us"
