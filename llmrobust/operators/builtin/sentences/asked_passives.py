"""Passives of questions by their words: "How many eggs were bought by Ann?", "Why was my payment declined?".

Each function gives the new sentence, or None where the question has another shape or the result would be no English.
"""

from __future__ import annotations

from llmrobust.english import Analysis, form_of, inflected
from llmrobust.english.clauses import agreement, finite_form, question
from llmrobust.english.inflection import is_verb
from llmrobust.english.noun_phrases import as_subject, inner
from llmrobust.operators.builtin.sentences.amounts_apart import UNITS
from llmrobust.operators.builtin.sentences.needing import thing_of
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined
from llmrobust.operators.builtin.values.people import GIVEN

_HELPED = {"did": "", "will": "will be", "can": "can be", "could": "could be", "would": "would be"}
_BY_SOMEBODY = frozenset(
    "sell buy order eat bake make plant pick catch score collect paint read write use need receive win drink build "
    "fill pack deliver sew knit plan cook grow harvest serve prepare produce complete print draw take purchase".split()
)
_REFUSING = frozenset("decline reject refuse cancel block freeze return reverse delay close lock".split())
"""What banks and shops do to payments and cards."""


def asked_passive(text: Analysis) -> str | None:
    """The question in the passive; None if it has none of these shapes."""
    return _counted(text) or _refused(text) or _had_to(text)


def _counted(text: Analysis) -> str | None:
    """ "How many eggs were bought by Ann?" of "How many eggs did Ann buy?"."""
    end, small = text.end, [t.lower for t in text.tokens]
    at = next((i for i in range(len(text) - 4) if small[i] == "how" and small[i + 1] == "many"), None)
    if at is None or not text.text.endswith("?") or (at and text[at - 1].text != ","):
        return None
    helper = next((i for i in range(at + 3, min(at + 9, end)) if small[i] in _HELPED), None)
    if helper is None:
        return None
    counted = text.tokens[at + 2 : helper]
    clausal = any(t.tag in ("VBD", "VBZ", "MD", "IN", "WDT") and t.lower != "of" for t in counted)
    if clausal or any(t.lemma.lower() in UNITS for t in counted):
        return None
    if text[helper + 1].text not in GIVEN:
        return None
    who = helper + 1
    if small[who + 1] == "and" and text[who + 2].text in GIVEN:
        who += 2
    verb = text[who + 1]
    lemma = verb.lower
    if who + 1 > end or lemma not in _BY_SOMEBODY or not is_verb(lemma):
        return None
    rest = text.tokens[who + 2 : end + 1]
    if rest and rest[0].lower not in ("in", "on", "if", "last", "at", "during", "altogether", "total", "from", "for"):
        return None
    if any(t.lower in ("to", "than", "himself", "herself", "with") or t.text == "," for t in rest):
        return None
    if rest and rest[-1].pos == "ADP":
        return None
    be = _HELPED[small[helper]] or "were"
    said = joined(be, inflected(lemma, "VBN"), "by", text.said(helper + 1, who))
    return edited_at(text, (helper, who + 1, said))


def _refused(text: Analysis) -> str | None:
    """ "Why was my payment declined?" of "Why did it decline my payment?"."""
    asked = question(text)
    if asked is None or asked.subject is None or asked.asking != (0, 0) or text[asked.subject[0]].tag != "PRP":
        return None
    if text[asked.subject[0]].lower not in ("it", "they") or text[asked.verb].lemma not in _REFUSING:
        return None
    if asked.finite != 1 or asked.verb != 3 or text[1].lower not in ("did", "do", "does"):
        return None
    thing = text.first(asked.verb, "dobj")
    if thing is None or text[thing].left != 4 or text[4].lower not in ("my", "our", "the"):
        return None
    agree, said = agreement(text, thing), as_subject(text, thing)
    if agree is None or said is None or any(t.lower in ("it", "they") for t in text.tokens[3:]):
        return None
    be = finite_form("be", "past" if text[1].lower == "did" else "present", plural=agree[0])
    return edited_at(text, (1, text[thing].right, joined(be, said, form_of(text[asked.verb], "VBN"))))


def _had_to(text: Analysis) -> str | None:
    """ "Why did a fee have to be paid?" of "Why did I have to pay a fee?"."""
    asked = question(text)
    if asked is None or asked.subject is None or asked.start != 0 or asked.subject[0] != asked.subject[1]:
        return None
    if text[asked.subject[0]].lower not in ("i", "we") or text[asked.verb].lemma not in ("have", "need"):
        return None
    who, verb = asked.subject[0], asked.verb
    below = text.first(verb, "xcomp")
    if asked.finite != who - 1 or verb != who + 1 or below != verb + 2 or text[verb + 1].tag != "TO":
        return None
    finite = text[asked.finite].lower
    if finite not in ("do", "did", "will") or (asked.asking is not None and text[0].lower not in ("why", "when")):
        return None
    thing = thing_of(text, below)
    agree = agreement(text, thing) if thing is not None else None
    said = as_subject(text, thing) if thing is not None else None
    if thing is None or agree is None or said is None or inner(text, 0, asked.finite) is None:
        return None
    helper = finite if finite != "do" or agree[0] else "does"
    helper = helper.capitalize() if asked.finite == 0 and text[0].text[:1].isupper() else helper
    new = joined(helper, said, text[verb].text, "to be", form_of(text[below], "VBN"))
    return edited_at(text, (asked.finite, text[thing].right, new))
