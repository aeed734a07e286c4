"""What is counted, told before it is asked: "She sold some eggs. How many did she sell?", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import question
from llmrobust.english.noun_phrases import raised
from llmrobust.operators.builtin.sentences.parsed import joined
from llmrobust.operators.builtin.sentences.questions import indirect
from llmrobust.operators.builtin.values.people import pronoun_of

UNITS = frozenset(
    "dollar cent year month week day hour minute second mile foot inch pound ounce meter kilometer time percent dozen "
    "point degree calorie gram liter gallon kilogram yard way euro lb lbs oz kg km cm mph".split()
)
"""Nouns of measures: "some dollars" is not how much somebody spent."""
_OTHER = frozenset("total more less fewer other different additional extra".split())
_IN_ALL = (["in", "total"], ["in", "all"], ["altogether"], ["total"], ["together"], ["now"], ["left"])
"""Ends of questions that belong to what is asked."""
_STATES = frozenset("be cost take weigh need want know think save lose earn miss differ owe total make".split())


def amount_apart(text: Analysis) -> str | None:
    """ "She sold some eggs. How many did she sell?" of "How many eggs did she sell?"; None for other questions."""
    asked, said, end = question(text), indirect(text), text.end
    if asked is None or said is None or asked.start != 0 or asked.subject is None or asked.asking is None:
        return None
    (first, last), finite, verb = asked.asking, text[asked.finite], text[asked.verb]
    words = [t.lower for t in text.tokens[first : last + 1]]
    if words[:2] not in (["how", "many"], ["how", "much"]) or len(words) < 3 or set(words) & _OTHER:
        return None
    thing = text[last]
    many = words[1] == "many"
    if (
        thing.tag != ("NNS" if many else "NN")
        or thing.lemma.lower() in UNITS
        or any(t.pos == "ADP" for t in text.tokens[first:last])
    ):
        return None
    subject = text[asked.subject[0]]
    if (
        asked.subject[0] != asked.subject[1]
        or subject.lower in ("it", "there", "this", "that")
        or verb.lemma in _STATES
    ):
        return None
    if verb.index != asked.subject[1] + 1 or not (finite.lemma == "do" or finite.lower in ("will", "did")):
        return None
    if verb.tag not in ("VB", "VBP") or text.dependents(verb.index, "dobj", "prt", "dative") not in ([], [last]):
        return None
    rest = text.tokens[verb.index + 1 : end + 1]
    if any(t.text == "," or t.tag in ("TO", "WRB", "WP", "VBG") or t.dep in _CLAUSAL for t in rest):
        return None
    if any(t.pos == "ADP" and not t.children for t in rest) or any(
        t.lower in ("each", "if", "per", "than") for t in rest
    ):
        return None
    told = said.words[1]
    later = text.said(verb.index + 1, end)
    if later and not told.endswith(later):
        return None
    does = told[: len(told) - len(later)].rstrip() if later else told
    things = text.said(first + 2, last)
    asks_all = [t.lower for t in rest] in _IN_ALL
    stays = asks_all and [t.lower for t in rest] in (["left"], ["now"])
    stated = joined(does, "some", things, later if not asks_all or stays else "")
    who = pronoun_of(subject.text) or subject.text
    again = joined(text.said(0, 1), finite.text, who, verb.text, later if asks_all else "")
    return f"{raised(stated)}. {raised(again)}{text.text[text[end].end :]}"


_CLAUSAL = ("advcl", "ccomp", "xcomp", "relcl", "acl", "conj", "parataxis", "cc")
