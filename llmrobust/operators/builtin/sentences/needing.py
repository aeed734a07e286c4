"""Passives below another verb: "My PIN needs to be changed." of "I need to change my PIN.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, form_of
from llmrobust.english.clauses import agreement, finite_form, question, statement
from llmrobust.english.noun_phrases import as_object, as_subject, like
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined

_NOT_NEEDED = frozenset(
    "know understand make sense see feel believe hear give ask wait have get save spend earn walk run read find show "
    "tell say think learn remember try want need like do be go take help let figure receive obtain gain".split()
)
"""Verbs that say what a person does with the head, or how much of something one has to do."""
_PERSONAL = ("i", "we", "you")


def needing(text: Analysis) -> str | None:
    """The sentence with the verb below need, have or possible in the passive; None if it has none that can be."""
    return _needed(text) or _possible(text) or _wanted(text)


def to_be_done(text: Analysis) -> str | None:
    """ "What has to be done to change my name?" of "What do I have to do to change my name?"."""
    words = [t.lower for t in text.tokens[:6]]
    told = words[:1] == ["what"] and words[1:2] and words[1] in ("should", "can", "could", "must")
    if told and words[2:3] in (["i"], ["we"]) and words[3:4] == ["do"] and len(text) > 4:
        ends = text[4].lower in ("to", "when", "if", "?", "about", "now")
        return f"{text[0].text} {text[1].text} be done{text.text[text[3].end :]}" if ends else None
    asks = words[:2] == ["what", "do"] and words[2:3] in (["i"], ["we"]) and words[3:4] in (["have"], ["need"])
    if not asks or words[4:] != ["to", "do"] or len(text) < 7 or text[6].lower not in ("to", "when", "if", "?"):
        return None
    must = "has to" if words[3] == "have" else "needs to"
    return f"{text[0].text} {must} be done{text.text[text[5].end :]}"


def _needed(text: Analysis) -> str | None:
    """ "My PIN needs to be changed." of "I need to change my PIN."."""
    clause = statement(text)
    if clause is None or clause.subject_range != (0, 0) or clause.auxiliaries or clause.negation is not None:
        return None
    verb = text[clause.verb]
    below = text.first(verb.index, "xcomp")
    if verb.lemma not in ("need", "have") or below is None or verb.index != 1 or verb.tag not in ("VBP", "VBZ", "VBD"):
        return None
    if text[0].tag != "PRP" or text[0].lower not in _PERSONAL or text.dependents(verb.index, "conj", "parataxis"):
        return None
    if below != 3 or text[2].tag != "TO" or text[below].tag != "VB":
        return None
    thing = thing_of(text, below)
    if thing is None:
        return None
    said, agree = as_subject(text, thing), agreement(text, thing)
    if said is None or agree is None or any(t.lower in ("myself", "yourself", "ourselves") for t in text.tokens):
        return None
    form = finite_form(verb.lemma, clause.tense, plural=agree[0])
    last = _last(text)
    rest = text.said(text[thing].right + 1, last)
    new = joined(said, form, "to be", form_of(text[below], "VBN"), rest)
    return edited_at(text, (0, last, like(new, text)))


def _possible(text: Analysis) -> str | None:
    """ "Is it possible for an account to be opened?" of "Is it possible to open an account?"."""
    if question(text) is None:
        return None
    for token in text.tokens[1:]:
        possible = text[token.index - 1].lower in ("possible", "impossible")
        if token.tag != "TO" or not (possible or _asks_how_long(text, token.index)):
            continue
        below = token.head
        if below != token.index + 1 or text[below].tag != "VB":
            return None
        thing = thing_of(text, below)
        said = as_object(text, thing) if thing is not None else None
        if thing is None or said is None:
            return None
        last = _last(text)
        rest = text.said(text[thing].right + 1, last)
        return edited_at(text, (token.index, last, joined("for", said, "to be", form_of(text[below], "VBN"), rest)))
    return None


def _asks_how_long(text: Analysis, to: int) -> bool:
    """Whether "to" follows "How long does it take"."""
    asked = [t.lower for t in text.tokens[:to]]
    return to == 5 and asked[:2] == ["how", "long"] and asked[3:] == ["it", "take"]


def _wanted(text: Analysis) -> str | None:
    """ "I would like my PIN to be changed." of "I would like to change my PIN."."""
    clause = statement(text)
    if clause is None or clause.subject_range != (0, 0) or clause.negation is not None:
        return None
    verb, below = text[clause.verb], text.first(clause.verb, "xcomp")
    helped = [text[i].lower for i in clause.auxiliaries]
    wants = (verb.lemma == "want" and not helped) or (verb.lemma == "like" and helped in (["would"], ["'d"], ["’d"]))
    if not wants or text[0].lower not in ("i", "we") or below is None or text[below].tag != "VB":
        return None
    if below != verb.index + 2 or text[verb.index + 1].tag != "TO" or text.dependents(verb.index, "conj", "parataxis"):
        return None
    thing = thing_of(text, below)
    if (
        thing is None
        or text[text[thing].left].lower not in ("my", "our", "the", "this")
        or text[below].lemma in _OWN_ACTS
    ):
        return None
    last = _last(text)
    rest = text.said(text[thing].right + 1, last)
    said = joined(text.said(0, verb.index), text.said(text[thing].left, text[thing].right), "to be")
    return edited_at(text, (0, last, joined(said, form_of(text[below], "VBN"), rest)))


_OWN_ACTS = frozenset("buy use open join learn visit make pay order return receive keep".split())
"""Verbs of what the speaker wants to do, and not to have done."""


def thing_of(text: Analysis, verb: int) -> int | None:
    """The plain object right after a verb that can be in the passive; None where there is none."""
    thing = text.first(verb, "dobj")
    if thing is None or text[thing].left != verb + 1 or text[verb].lemma in _NOT_NEEDED:
        return None
    children = [text[i] for i in text[verb].children]
    if any(t.dep in ("conj", "xcomp", "ccomp", "advcl", "prt", "dative", "neg", "oprd", "acomp") for t in children):
        return None
    words, first, after = list(text.within(thing)), text[text[thing].left], text[thing].right + 1
    if after < len(text) and text[after].pos in ("NOUN", "PROPN", "ADJ", "NUM"):
        return None
    if text[thing].tag not in ("NN", "NNS", "NNP") or text[thing].entity in ("DATE", "TIME", "QUANTITY", "PERCENT"):
        return None
    if not (first.tag in ("DT", "PRP$") or text[thing].tag == "NNS") or len(words) > 10:
        return None
    if any(t.tag in ("WP", "WRB", "WDT", "CD") or t.text == "," or t.dep in ("relcl", "cc") for t in words):
        return None
    if any(t.lower in ("his", "her", "their", "its", "any") for t in words):
        return None
    return thing if all(t.dep != "parataxis" and t.text not in (",", "?") for t in text.tokens[: _last(text)]) else None


def _last(text: Analysis) -> int:
    end = len(text) - 1
    while end > 0 and text[end].pos == "PUNCT":
        end -= 1
    return end
