"""Clefts with it: "It was in May that ...", "It was my card that ...", "Why is it that ...?", on the parse."""

from __future__ import annotations

from collections.abc import Iterator

from llmrobust.english import Analysis
from llmrobust.english.clauses import Clause, question, statement
from llmrobust.english.noun_phrases import inner, like, raised
from llmrobust.operators.builtin.sentences.agents_stressed import agent_cleft
from llmrobust.operators.builtin.sentences.asked_pronouns import keeping_asked
from llmrobust.operators.builtin.sentences.causing import cause_cleft
from llmrobust.operators.builtin.sentences.clefts import (
    DECLARED,
    FIXED,
    NOT_DONE,
    OBJECT_FIRST,
    POINTING,
    RUP,
    begins_plainly,
    with_new_start,
)
from llmrobust.operators.builtin.sentences.joining import statement_and_question
from llmrobust.operators.builtin.sentences.limits import (
    cuts_a_time,
    has_other_time,
    is_limited,
    may_be_told,
    suggests,
    tells_times,
)
from llmrobust.operators.builtin.sentences.names_swapped import clauses_turned, leans_on
from llmrobust.operators.builtin.sentences.own_things import own_thing_cleft, why_cleft
from llmrobust.operators.builtin.sentences.parsed import Around, ParsedParams, parsed, rewritten_in_text
from llmrobust.operators.builtin.sentences.person_phrases import GROUPS, PEOPLE, acts, is_person
from llmrobust.operators.builtin.sentences.question_shapes import steps_cleft
from llmrobust.operators.builtin.sentences.questions import indirect
from llmrobust.operators.builtin.sentences.rivals_stressed import rival_cleft
from llmrobust.operators.builtin.sentences.settings_stressed import setting_cleft
from llmrobust.operators.builtin.values.people import GIVEN
from llmrobust.operators.operator import Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

_PLACES = frozenset(
    "store shop market supermarket school park farm zoo garden beach library restaurant cafe bakery factory office "
    "town city village museum theater theatre hospital station airport hotel gym mall warehouse atm".split()
)
_NO_PLACE_FIRST = frozenset("be put place go come arrive live stay look get locate situate find".split())
_ASKING = ("why", "where", "when", "who", "what", "which")
_NEGATIVE = frozenset("never hardly not n't n’t no".split())
_ASIDE = frozenset("WP WDT WRB VBG VBN CD".split())
_NEXT = (["the", "next"], ["the", "following"], ["this", "morning"], ["this", "week"])
_OF_DAYS = frozenset("lunch breakfast dinner school work christmas noon midnight".split())
_REASONS = frozenset("because when after before".split())
_CLAUSAL = frozenset("conj cc advcl ccomp relcl acl pcomp mark parataxis".split())


@operator("syntax.it_cleft", source=RUP, **{**DECLARED, "version": 11})
def it_cleft(prompt: Prompt, params: ParsedParams, draw: Draw) -> Iterator[Variant]:
    """Stresses a part: "It was in May that he left.", "It was my card that I lost.", "Why is it that he left?"."""
    for rule in (it_clefted, _agent_or_cause):
        made = list(rewritten_in_text(prompt, params, draw, keeping_asked(prompt, rule), "subject"))
        if made:
            yield from made
            return


def _agent_or_cause(text: Analysis, *, around: Around) -> str | None:
    """Who did what is told in the passive, what makes something so, when and where it was, or which of two wins,
    clefted; None for other sentences."""
    told = around.alone or not around.opens
    return (
        agent_cleft(text)
        or cause_cleft(text, around=around)
        or (setting_cleft(text) or rival_cleft(text) if told else None)
    )


def it_clefted(text: Analysis, *, around: Around) -> str | None:
    """The sentence with a time, a place, a reason, its object, its subject or its question word clefted; None if
    nothing of it can be."""
    clause = statement(text)
    own = own_thing_cleft(text) or why_cleft(text)
    if own is not None:
        return own
    if clause is None:
        return _asked_cleft(text) or (None if _does_that(text) else steps_cleft(text)) or _asked_after(text)
    if text[clause.subject].dep == "expl" or (clause.subject_range[0] > 0 and not begins_plainly(clause)):
        return None
    joint = any(text[i].dep in ("conj", "cc", "parataxis", "ccomp") for i in text[clause.verb].children)
    negated = clause.negation is not None or any(
        t.lower in ("never", "hardly", "not", "n't", "n’t") for t in text.tokens
    )
    if any(t.lower in ("else", "anywhere") for t in text.tokens):
        return None
    if joint or negated or is_limited(text) or clause.is_copular or any(t.lower == "but" for t in text.tokens):
        return None
    set_apart = _setting_cleft(clause, around)
    if set_apart is not None or (around.opens and text[clause.subject].lower not in ("i", "we")):
        return set_apart  # a cleft of who did what, or to what, presupposes a deed that was told
    return _object_cleft(clause) or _wish_cleft(clause) or _subject_cleft(clause, before=around.before)


def _setting_cleft(clause: Clause, around: Around) -> str | None:
    """ "It was in May that a farmer sold his cows.", "It was because she was ill that she left.".

    A purpose presupposes a deed, which a text's first sentence has not told of yet, and so does a reason where more
    follows.
    """
    text, verb = clause.text, clause.verb
    if clause.tense == "modal" or text[verb].lemma == "have" or any(t.lower in ("each", "every") for t in text.tokens):
        return None
    if clause.tense == "present" and text[clause.subject].lower not in ("i", "we"):
        return None
    be = "was" if clause.tense == "past" else "is"
    start = clause.subject_range[0]
    if start > 0:
        opening = next((i for i in text[verb].children if (text[i].left, text[i].right) == (0, start - 2)), None)
        if opening is None or not (
            _is_time(text, opening)
            or _is_place(text, opening, verb)
            or (not around.opens and text[0].lower in ("because", "after") and _is_reason(text, opening, clause))
        ):
            return None
        said = inner(text, 0, start - 2)
        if _is_time(text, opening) and _is_one_of_several(clause, 0, start - 2, around):
            return None
        return None if said is None else with_new_start(text, 0, start - 1, f"it {be} {said} that")
    for index in text[verb].children:
        token = text[index]
        ends = token.right == text.end and token.left > verb + 1 - (text[verb].dep == "ROOT")
        late = any(
            t.dep in ("advcl", "relcl", "ccomp") or t.lower in _REASONS for t in text.tokens[verb + 1 : token.left]
        )
        if index < verb or late or not ends or text[token.left - 1].pos in ("PUNCT", "CCONJ", "ADP", "SCONJ"):
            continue
        spoken = not around.opens or text[clause.subject].lower in ("i", "we")
        why = _is_reason(text, index, clause) and (spoken or around.alone)
        what_for = _is_purpose(text, index, clause) and spoken
        timed = _is_time(text, index)
        if not (why or what_for or timed or _is_place(text, index, verb)):
            continue
        if timed and _is_one_of_several(clause, token.left, token.right, around):
            return None
        if (why or what_for) and leans_on(text, (token.left, token.right), (0, token.left - 1)):
            turned = clauses_turned(text, (token.left, token.right), (0, token.left - 1), comma=False, link="that")
            return None if turned is None else like(f"it {be} {turned[:1].lower()}{turned[1:]}", text)
        subject = inner(text, 0, token.left - 1)
        if subject is None:
            return None
        return with_new_start(text, 0, token.right, f"it {be} {text.said(token.left, token.right)} that {subject}")
    return None


def _is_one_of_several(clause: Clause, first: int, last: int, around: Around) -> bool:
    """Whether a time is a step of a list or a story, or only half of what is said of the time."""
    several = has_other_time(clause.text, first, last, clause.subject_range)
    return several or tells_times(around.before + around.after) or cuts_a_time(clause.text, first)


def _is_time(text: Analysis, index: int) -> bool:
    """ "in May", "on 3 June 1829", "last week", "two days ago": when something was, not how often or for how long."""
    token, words = text[index], [t.lower for t in text.within(index)]
    if {"each", "every", "per", "all", "of"} & set(words) or len(words) > 6:
        return False
    if token.dep in ("npadvmod", "advmod"):
        told = words[-1] == "ago" or (words[-1] == "later" and len(words) > 1)
        return told or words[0] in ("last", "yesterday") or words[:2] in _NEXT
    pobj = text.first(index, "pobj") if token.dep == "prep" and token.left == index else None
    if pobj is not None and token.lower in ("after", "before", "during") and len(words) == 2 and words[1] in _OF_DAYS:
        return True
    if pobj is None or text[pobj].entity not in ("DATE", "TIME") or token.lower not in ("in", "on", "at", "during"):
        return False
    if token.lower == "at":
        return text[pobj].entity == "TIME"
    counted = any(t.tag == "CD" and not (t.text.isdigit() and len(t.text) == 4) for t in text.within(pobj))
    if text[text[pobj].left].lower == "the":
        return True  # "in the first 20 minutes"
    return text[pobj].tag not in ("NNS", "NNPS") and (not counted or any(t.tag == "NNP" for t in text.within(pobj)))


def _is_place(text: Analysis, index: int, verb: int) -> bool:
    token = text[index]
    pobj = text.first(index, "pobj") if token.dep == "prep" and token.left == index else None
    if (
        pobj is None
        or token.lower not in ("in", "at")
        or text[verb].lemma in _NO_PLACE_FIRST
        or token.right - index > 4
    ):
        return False
    known = bool(text.dependents(pobj, "det", "poss")) and text[pobj].lemma.lower() in _PLACES
    return known or (text[pobj].entity in ("GPE", "LOC", "FAC") and text[pobj].tag == "NNP")


def _is_reason(text: Analysis, index: int, clause: Clause) -> bool:
    token = text[index]
    opening = text[token.left]
    if token.dep != "advcl" or opening.lower not in _REASONS or token.right - token.left > 12:
        return False
    if may_be_told(text, token.head, opening.lower):
        return False
    told = text[clause.subject].tag == "PRP"
    return (told or not any(t.tag in ("PRP", "PRP$") for t in text.within(index))) and not any(
        t.pos == "PUNCT" for t in text.within(index)
    )


def _is_purpose(text: Analysis, index: int, clause: Clause) -> bool:
    """Whether a clause says what somebody did something for: "It was to buy eggs that she went to the shop."."""
    token, who = text[index], text[clause.subject]
    to = text[token.left]
    if token.dep != "advcl" or to.tag != "TO" or to.head != index or clause.tense != "past" or clause.is_passive:
        return False
    if text[clause.verb].lemma not in _WITH_A_PURPOSE or token.right - token.left > 8 or who.tag not in ("PRP", "NNP"):
        return False
    if token.left < clause.verb + 2 or (
        text[clause.verb].lemma in ("go", "come") and text[clause.verb + 1].pos != "ADP"
    ):
        return False
    inside = list(text.within(index))
    named = who.tag == "NNP" and any(t.tag in ("PRP", "PRP$") for t in inside)
    return not named and who.lower != "it" and all(t.pos != "PUNCT" and t.dep not in ("cc", "conj") for t in inside)


_WITH_A_PURPOSE = frozenset("go visit use buy stop travel come walk drive order withdraw call save".split())
"""Verbs that one does for something; after "go" a place stands first."""


def _object_cleft(clause: Clause) -> str | None:
    """ "It was my card that I lost." """
    text, thing = clause.text, clause.object
    if thing is None or text[thing].left < clause.verb or text[clause.verb].lemma in ("have", "get", "take", "mean"):
        return None
    if text[thing].lemma.lower() in FIXED.get(text[clause.verb].lemma, ()):
        return None
    if is_person(text, thing) or not (acts(text, clause.subject) or text[clause.subject].tag == "PRP"):
        return None
    if text[thing].lemma in ("number", "amount", "total") or any(t.lower == "times" for t in text.tokens):
        return None
    done = clause.tense == "past" or any(text[i].lemma == "have" for i in clause.auxiliaries)
    first, last = text[thing].left, text[thing].right
    words = list(text.within(thing))
    if not done or words[0].lower not in POINTING or len(words) > 6:
        return None
    if words[0].lower in ("his", "her", "its", "their") and text[clause.subject].tag != "PRP":
        return None
    if any(t.pos in ("VERB", "AUX", "PUNCT", "CCONJ", "SCONJ") or t.tag in ("WDT", "WP") for t in words):
        return None
    rest = text.tokens[last + 1 :]
    if any(
        t.dep in ("conj", "advcl", "ccomp", "xcomp", "cc") or t.text == "," or t.tag == "CD" or t.lower == "with"
        for t in rest
    ):
        return None
    if any(text[i].dep in ("conj", "xcomp", "ccomp", "prt", "oprd") for i in text[clause.verb].children):
        return None
    return _object_stressed(clause, first, last)


def _object_stressed(clause: Clause, first: int, last: int) -> str | None:
    text = clause.text
    before = inner(text, 0, first - 1) if clause.subject_range[0] == 0 else None
    if before is None:
        return None
    be = "was" if clause.tense == "past" else "is"
    return with_new_start(text, 0, last, f"it {be} {text.said(first, last)} that {before}")


def _wish_cleft(clause: Clause) -> str | None:
    """ "It is my PIN that I need to change." """
    text, verb = clause.text, clause.verb
    if text[verb].lemma not in ("need", "want", "like"):
        return None
    below = text.first(verb, "xcomp")
    thing = clause.object if below is None else text.first(below, "dobj")
    if thing is None or text[thing].left <= verb or text[thing].tag not in ("NN", "NNS", "NNP"):
        return None
    if any(
        text[i].dep in ("conj", "advcl", "ccomp", "prt", "dative")
        for i in (*text[verb].children, *([] if below is None else text[below].children))
    ):
        return None
    first, last = text[thing].left, text[thing].right
    words = list(text.within(thing))
    if (
        len(words) > 5
        or words[0].lower not in POINTING
        or text[thing].entity in ("DATE", "TIME", "MONEY")
        or any(t.pos in ("VERB", "AUX", "PUNCT", "CCONJ", "SCONJ") for t in words)
    ):
        return None
    rest = text.tokens[last + 1 : text.end + 1]
    if rest and (
        rest[0].lower not in ("at", "in", "for", "before", "after", "on")
        or any(t.dep in _CLAUSAL or t.text == "," for t in rest)
    ):
        return None
    return _object_stressed(clause, first, last)


def _subject_cleft(clause: Clause, *, before: str) -> str | None:
    """ "It was the waiter who brought the soup.": somebody who did something, who is told apart from others."""
    text, head = clause.text, clause.subject
    token = text[head]
    first, last = clause.subject_range
    words = list(text.within(head))
    if token.tag not in ("NN", "NNS", "NNP", "NNPS") or len(words) > 5 or first != 0 or clause.is_passive:
        return None
    if any(t.text == "," or t.dep in ("cc", "conj") or t.tag in _ASIDE for t in words):
        return None
    if text[clause.verb].lemma in NOT_DONE or text[clause.verb].lemma in OBJECT_FIRST or clause.tense != "past":
        return None
    if any(t.lower in ("than", "as") for t in text.tokens):
        return None
    called = token.tag in ("NNP", "NNPS")
    person = (
        token.text in GIVEN or words[0].text in GIVEN or token.entity == "PERSON"
        if called
        else (is_person(text, head) and words[0].lower in POINTING)
    )
    if not person or token.lemma.lower() in GROUPS or not acts(text, head):
        return None
    if any(text[i].dep in ("advcl", "xcomp") and not _is_use(text, clause, i) for i in text[clause.verb].children):
        return None
    if not _names_another(before, words[0].text if called else token.text):
        return None
    subject = inner(text, first, last)
    if subject is None or text[last + 1].pos == "PUNCT":
        return None
    return with_new_start(text, first, last, f"it was {subject} who")


def _is_use(text: Analysis, clause: Clause, below: int) -> bool:
    """Whether a clause says what something was used for: "used a wire to support plants"."""
    return text[clause.verb].lemma == "use" and text[text[below].left].tag == "TO" and clause.object is not None


def _names_another(before: str, name: str) -> bool:
    """Whether somebody else was named before."""
    words = [word.strip(".,?!'’") for word in before.split()]
    return any(word != name and (word in GIVEN or word in PEOPLE) for word in words)


def _asked_after(text: Analysis) -> str | None:
    """The question after a statement and a comma clefted: "I moved, what is it that I have to do to ...?"."""
    halves = statement_and_question(text)
    second = parsed(raised(halves[1])) if halves is not None else None
    if halves is None or second is None or second[0].tag not in ("WRB", "WP"):
        return None
    new = _asked_cleft(second) or (None if _does_that(second) else steps_cleft(second))
    return None if new is None else f"{halves[0]}, {new[:1].lower()}{new[1:]}"


def _does_that(text: Analysis) -> bool:
    """ "How do I do this?"."""
    asked = question(text)
    return asked is not None and text[asked.verb].lemma == "do"


def _asked_cleft(text: Analysis) -> str | None:
    if [t.lower for t in text.tokens[:2]] == ["how", "come"] and text.text.endswith("?") and len(text) > 5:
        fine = text[2].tag in ("PRP", "PRP$", "DT") and text[2].lower not in ("that", "this")
        return like(f"how is it that {text.text[text[2].start :]}", text) if fine else None
    asked, said = question(text), indirect(text)
    if asked is None or said is None or said.yes_no or text.text.endswith((".", "!")):
        return None
    if said.words[1].startswith(("'", "’")):
        return None  # "what 's going on"
    words = said.words[0].split()
    often = [w.lower() for w in words] == ["how", "often"]
    waits = [w.lower() for w in words] == ["how", "long"] and text[asked.finite + 1].lower in ("i", "we")
    picked = said.wh == "which" and len(words) == 2 and text[asked.finite].tag == "VBD"
    if (said.wh not in _ASKING or len(words) > 1) and not waits and not often and not picked:
        return None  # "What exchange rates is it that you offer?", "In what shop is it that ...?"
    if picked and text[asked.finite - 1].tag == "NNS":
        return None
    if suggests(text):
        return None
    if asked.subject is None and said.wh not in ("who", "what", "which"):
        return None
    if asked.subject is not None and text[asked.subject[0]].lower in ("it", "there", "that"):
        return None
    be = text[asked.finite].lemma == "be" and asked.verb == asked.finite
    if be and said.wh != "why":
        return None
    if text[asked.verb].lemma in ("happen", "be", "mean", "cost", "do") and said.wh != "why":
        return None
    mark = "?" if text.text.endswith("?") else ""
    was = said.wh in ("when", "where", "who", "which", "what") and text[asked.finite].tag == "VBD"
    return like(f"{said.before}{said.words[0]} {'was' if was else 'is'} it that {said.words[1]}{mark}", text)
