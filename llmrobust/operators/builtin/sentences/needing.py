"""Passives below another verb: "My PIN needs to be changed." of "I need to change my PIN.", on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis, form_of
from llmrobust.english.clauses import agreement, clause_at, finite_form, question, question_start, statement
from llmrobust.english.noun_phrases import as_subject, like
from llmrobust.operators.builtin.sentences.parsed import edited_at, joined
from llmrobust.operators.builtin.sentences.passive_parts import last_of, thing_said

_NOT_NEEDED = frozenset(
    "know understand make sense see feel believe hear give ask wait have get save spend earn walk run read find show "
    "tell say think learn remember try want need like do be go take help let figure receive obtain gain".split()
)
"""Verbs that say what a person does with the head, or how much of something one has to do."""
_PERSONAL = ("i", "we", "you")
_OWN_ACTS = frozenset("buy use open join learn visit make pay order return receive keep".split())
"""Verbs of what the speaker wants to do, and not to have done."""
_ALLOWING = frozenset("allow permit enable".split())


def needing(text: Analysis) -> str | None:
    """The sentence with the verb below need, have or possible in the passive; None if it has none that can be."""
    return _needed(text) or _possible(text) or _wanted(text) or _allowed(text) or _able(text)


def to_be_done(text: Analysis) -> str | None:
    """ "What has to be done to change my name?" of "What do I have to do to change my name?"."""
    start = question_start(text) or 0
    words = [t.lower for t in text.tokens[start : start + 7]]
    if words[:1] != ["what"] or len(words) < 5 or words[2] not in ("i", "we"):
        return None
    if words[1] in ("should", "can", "could", "must") and words[3] == "do":
        ends = words[4] in ("to", "when", "if", "?", "about", "now")
        return edited_at(text, (start + 1, start + 3, f"{words[1]} be done")) if ends else None
    asks = words[1] == "do" and words[3] in ("have", "need") and words[4:6] == ["to", "do"]
    if not asks or words[6:] not in (["to"], ["when"], ["if"], ["?"]):
        return None
    must = "has to" if words[3] == "have" else "needs to"
    return edited_at(text, (start + 1, start + 5, f"{must} be done"))


def _needed(text: Analysis) -> str | None:
    """ "My PIN needs to be changed." of "I need to change my PIN."."""
    if question(text) is not None:
        return None
    for verb in text.tokens:
        if verb.lemma not in ("need", "have") or verb.tag not in ("VBP", "VBZ", "VBD"):
            continue
        new = _needed_at(text, verb.index)
        if new is not None:
            return new
    return None


def _needed_at(text: Analysis, verb: int) -> str | None:
    first, below = _start_of_needing(text, verb), verb + 2
    if first is None or below >= len(text) or text[below].tag != "VB" or text[verb + 1].tag != "TO":
        return None
    own = text[first].tag == "PRP"
    if text[below].head != verb or text[verb].dep not in ("ROOT", "conj"):
        return None
    thing = thing_of(text, below, verb)
    if thing is None:
        return None
    said, agree, last = thing_said(text, thing), agreement(text, thing), last_of(text, verb)
    if said is None or agree is None or last is None or last < text[thing].right:
        return None
    if any(t.lower in ("myself", "yourself", "ourselves") for t in text.tokens):
        return None
    adverbs = text.said(first + own, verb - 1)
    form = finite_form(text[verb].lemma, "past" if text[verb].tag == "VBD" else "present", plural=agree[0])
    rest = text.said(said[1] + 1, last)
    new = joined(said[0], adverbs, form, "to be", form_of(text[below], "VBN"), rest)
    return edited_at(text, (first, last, like(new, text) if first == 0 else new))


def _start_of_needing(text: Analysis, verb: int) -> int | None:
    """The subject of need or have, or the word after "and" or "but" where it shares the subject before; None where
    the subject is somebody who should be named."""
    first = verb
    while first > 0 and text[first - 1].pos == "ADV" and text[first - 1].head == verb:
        first -= 1
    if first == 0:
        return None
    subject = text[first - 1]
    if subject.tag == "PRP":
        fits = subject.lower in _PERSONAL
        alone = subject.index == 0 or text[subject.index - 1].pos in ("CCONJ", "PUNCT", "SCONJ", "ADV")
        return subject.index if fits and alone and clause_at(text, verb) is not None else None
    if subject.pos != "CCONJ" or text[verb].dep != "conj":
        return None
    shared = text.first(text[verb].head, "nsubj")
    return first if shared is not None and text[shared].lower in ("i", "we") else None


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
        said = thing_said(text, thing) if thing is not None else None
        if said is None:
            return None
        rest = text.said(said[1] + 1, text.end)
        new = joined("for", said[0], "to be", form_of(text[below], "VBN"), rest)
        return edited_at(text, (token.index, text.end, new))
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
    rest = text.said(text[thing].right + 1, text.end)
    said = joined(text.said(0, verb.index), text.said(text[thing].left, text[thing].right), "to be")
    return edited_at(text, (0, text.end, joined(said, form_of(text[below], "VBN"), rest)))


def _allowed(text: Analysis) -> str | None:
    """ "Which machines allow my PIN to be changed?" of "Which machines allow me to change my PIN?"."""
    for verb in text.tokens[:-4]:
        who, to, below = text.tokens[verb.index + 1 : verb.index + 4]
        if verb.lemma not in _ALLOWING or who.lower not in ("me", "us") or to.tag != "TO" or below.tag != "VB":
            continue
        thing = thing_of(text, below.index)
        if thing is not None:
            said = joined(text.said(text[thing].left, text[thing].right), "to be", form_of(below, "VBN"))
            return edited_at(text, (who.index, text[thing].right, said))
    return None


def _able(text: Analysis) -> str | None:
    """ "Can my PIN be changed?" of "Am I able to change my PIN?"."""
    words = [t.lower for t in text.tokens[:4]]
    if words not in (["am", "i", "able", "to"], ["are", "we", "able", "to"]) or len(text) < 7:
        return None
    below = 5 if text[4].pos == "ADV" else 4
    adverb = text.said(4, below - 1)
    thing = thing_of(text, below) if text[below].tag == "VB" else None
    said = as_subject(text, thing) if thing is not None else None
    if thing is None or said is None:
        return None
    new = joined("can", said, adverb, "be", form_of(text[below], "VBN"))
    return edited_at(text, (0, text[thing].right, like(new, text)))


def thing_of(text: Analysis, verb: int, start: int = 0) -> int | None:
    """The plain object right after a verb that can be in the passive; None where there is none.

    start: the first token of the clause.
    """
    thing = text.first(verb, "dobj")
    if thing is None or text[thing].left != verb + 1 or text[verb].lemma in _NOT_NEEDED:
        return None
    children = [text[i] for i in text[verb].children]
    if any(t.dep in ("conj", "xcomp", "ccomp", "advcl", "prt", "dative", "neg", "oprd", "acomp") for t in children):
        return None
    words, first, after = list(text.within(thing)), text[text[thing].left], text[thing].right + 1
    if after < len(text) and text[after].pos in ("NOUN", "PROPN", "ADJ", "NUM"):
        return None
    if text[thing].lower == "it" and start > 0:
        return thing
    if text[thing].tag not in ("NN", "NNS", "NNP") and text[thing].lower != "one":
        return None
    if text[thing].entity in ("DATE", "TIME", "PERCENT", "QUANTITY"):
        return None
    known = first.tag in ("DT", "PRP$") or text[thing].tag == "NNS"
    if not known or len(words) > 10:
        return None
    if any(t.tag in ("WP", "WRB", "WDT") or t.text == "," or t.dep in ("relcl", "cc") for t in words):
        return None
    owned = any(t.lower in ("his", "her", "their", "its") for t in words)
    if owned or any(t.tag == "CD" and t.index != thing for t in words):
        return None
    if any(t.lower in ("any", "asap", "now", "today") for t in words):
        return None
    apart = any(t.dep == "parataxis" or t.text in (",", "?") for t in text.tokens[start : text.end])
    return None if apart else thing
