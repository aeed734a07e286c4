"""What somebody says, tries or lacks, or why something is so, stressed at the end: "What she asked was whether ..."."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import SUBJECTS, Clause, clause_at
from llmrobust.english.noun_phrases import like
from llmrobust.operators.builtin.sentences.first_clauses import beside, is_or_was, is_past, told_of
from llmrobust.operators.builtin.sentences.limits import is_kept
from llmrobust.operators.builtin.sentences.parsed import Around
from llmrobust.operators.builtin.sentences.person_phrases import acts, is_person

_SAYING = frozenset(
    "say claim think believe argue suggest realize realise notice discover learn find report hope fear suspect explain "
    "conclude insist assume complain admit announce mean recommend show reveal add speculate decide understand know "
    "remember forget maintain warn guess predict propose confirm deny allege stress emphasize emphasise note".split()
)
"""Verbs of saying and thinking that take a clause, and no person before it."""
_TELLING = frozenset("tell ask".split())
"""Verbs of saying to somebody."""
_ASKING = frozenset("ask wonder".split())
_KNOWING = frozenset("know realize realise understand remember notice say mention see".split())
"""Verbs of which one also says that somebody does not do it."""
_QUESTIONS = frozenset("why how where when who".split())
_OF_QUESTIONS = _ASKING | frozenset("know understand explain show reveal describe learn".split())
"""Verbs that take a question."""
_TRYING = frozenset(
    "try attempt plan intend decide agree refuse promise threaten offer choose hope fail aim want wish vow".split()
)
_MADE_TO = frozenset("force ask order tell allow require instruct oblige encourage advise".split())
"""Verbs in whose passive somebody is to do something."""
_ASKED_OF = frozenset(
    "ask tell urge order advise encourage force persuade convince want allow invite beg help teach".split()
)
"""Verbs of getting somebody to do something."""
_STATES = frozenset(
    "be have know love like hate need want seem appear belong exist own contain consist cost remain stay feel "
    "look sound become get keep start begin stop continue do".split()
)
"""Verbs that nobody does."""
NO_DEEDS = _STATES - frozenset("get keep start begin stop do".split()) | frozenset(
    "hear see understand receive".split()
)
"""Verbs of what one needs to be in a state of."""
_LACKING = frozenset("lack need require deserve enjoy offer remember miss want appreciate admire fear demand".split())
_CAN = frozenset("can could ca".split())
_OF_NOW = frozenset("can will may must should ca wo".split())


def told_cleft(text: Analysis, *, around: Around) -> str | None:
    """ "What Ann thinks is that it is late." of "Ann thinks it is late."; None for other sentences."""
    found = told_of(text) if _is_spoken_of(text, around) else None
    if found is None:
        return None
    clause, subject, end = found
    verb, be = text[clause.verb], is_or_was(clause)
    told = text.first(verb.index, "ccomp")
    if be is None or told is None or clause.is_passive or text[told].right != end or text[told].left <= verb.index:
        return None
    inside = clause_at(text, told)
    start, asks = text[told].left, verb.lemma in _ASKING
    heard = _hearer(text, verb.index, start)
    if (
        inside is None
        or inside.is_inverted
        or heard is None
        or bool(heard) != (verb.lemma in _TELLING and verb.index + 1 < start)
    ):
        return None
    shared = any(text.first(i, *SUBJECTS) is None for i in text.dependents(told, "conj"))
    if shared or verb.lemma not in (_SAYING | _TELLING | _ASKING):
        return None  # "She knew that he was ill and left": who left?
    if clause.negation is not None and (verb.lemma not in _KNOWING or text[clause.negation].lower == "never"):
        return None
    opening = text[start]
    why = opening.lower in _QUESTIONS and opening.tag in ("WRB", "WP")
    whether = opening.lower in ("if", "whether")
    if (asks and not (why or whether)) or (not asks and whether) or (why and verb.lemma not in _OF_QUESTIONS):
        return None
    if (not why and opening.tag in ("WRB", "WP", "WDT")) or (verb.lemma == "find" and opening.lower != "that"):
        return None
    if opening.lower in ("like", "as"):
        return None
    said = text.text[text[start + (opening.lower in ("that", "if", "whether") and opening.dep == "mark")].start :]
    before = text.said(clause.subject_range[1] + 1, verb.index)
    link = "" if why else "whether " if asks else "that "
    return like(f"what {beside(subject, before)}{heard} {be} {link}{said}", text)


def _hearer(text: Analysis, verb: int, start: int) -> str | None:
    """Whom it is said to, with a space before; None where anything else stands between the verb and what is said."""
    if start == verb + 1:
        return ""
    who = text.first(verb, "dobj", "dative")
    plain = who is not None and text[who].left == verb + 1 and text[who].right == start - 1 and start - verb < 5
    return f" {text.said(verb + 1, start - 1)}" if plain else None


def aim_cleft(text: Analysis, *, around: Around) -> str | None:
    """ "What Ann tried to do was help." of "Ann tried to help."; None for other sentences."""
    found = told_of(text) if _is_spoken_of(text, around) else None
    if found is None:
        return None
    clause, subject, end = found
    verb, be = text[clause.verb], is_or_was(clause)
    done = text.first(verb.index, "xcomp", "ccomp")
    made = clause.is_passive and verb.lemma in _MADE_TO
    whom = _asked_somebody(text, verb.index, done) if done is not None else None
    fits = made or (verb.lemma in (_ASKED_OF if whom else _TRYING) and not clause.is_passive)
    if be is None or done is None or whom is None or not fits or clause.negation is not None:
        return None
    if text[done].tag != "VB" or text[done].lemma in _STATES or text[done].right != end or done == end:
        return None
    if any(text[i].dep == "advcl" for i in text[verb.index].children) or text.dependents(done, "conj", "neg"):
        return None
    helped = [text[i].lemma for i in clause.auxiliaries if text[i].dep == "aux"]
    if any(helper not in ("have", "be") for helper in helped):
        return None
    before, rest = text.said(clause.subject_range[1] + 1, verb.index), text.text[text[done].start :]
    if verb.lemma == "want" and not whom:
        return like(f"what {beside(subject, before)} {be} to {rest}", text)
    return like(f"what {beside(subject, before)}{whom} to do {be} {rest}", text)


def _asked_somebody(text: Analysis, verb: int, done: int) -> str | None:
    """Who is to do it, with a space before; None unless "to" and the verb follow."""
    to = done - 1
    if text[to].tag != "TO":
        return None
    if to == verb + 1:
        return ""
    who = text.first(verb, "dobj")
    who = text.first(done, "nsubj") if who is None else who
    plain = who is not None and text[who].left == verb + 1 and text[who].right == to - 1 and to - verb < 7
    person = who is not None and (acts(text, who) or text[who].tag in ("NNS", "NNP"))
    return f" {text.said(verb + 1, to - 1)}" if plain and person else None


def reason_cleft(text: Analysis, *, around: Around) -> str | None:
    """ "The reason why we left was that it rained." of "We left because it rained."; None for other sentences."""
    found = told_of(text) if _is_spoken_of(text, around) else None
    if found is None:
        return None
    clause, subject, end = found
    perfect = any(text[i].lemma == "have" for i in clause.auxiliaries)
    links = ("because",) if perfect else ("because", "since")
    verbs = (clause.verb, *text.dependents(clause.verb, "xcomp"))
    causes = [i for verb in verbs for i in text.dependents(verb, "advcl") if text[text[i].left].lower in links]
    why = clause_at(text, causes[0]) if len(causes) == 1 else None
    if why is None or end != text.end or text[why.verb].right != end or text.dependents(clause.verb, "ccomp"):
        return None
    start = text[why.verb].left
    last = start - 1 - (text[start - 1].text == ",")
    if text[last].pos in ("ADV", "PART", "CCONJ", "ADP") or last > 24 or why.is_inverted:
        return None
    if clause.negation is not None and text[clause.finite].lower not in _CAN:
        return None  # "She did not leave because she was angry": it may be that she left
    if (
        any(t.lower in ("because", "since", "so", "if", "but") for t in text.tokens[:start])
        or why.subject_range[0] != start + 1
    ):
        return None
    be = "is" if _is_now(clause) or _is_now(why) else "was"
    said = text.text[text[start + 1].start :]
    told = beside(subject, text.said(clause.subject_range[1] + 1, last))
    return like(f"the reason why {told} {be} that {said}", text)


def _is_now(clause: Clause) -> bool:
    """Whether something is so today: a present, or a perfect with "have"."""
    return (clause.tense == "present" and not is_past(clause)) or (
        clause.tense == "modal" and clause.text[clause.finite].lower in _OF_NOW
    )


def lacking_cleft(text: Analysis, *, around: Around) -> str | None:
    """ "What the film lacks is wit." of "The film lacks wit."; None for other sentences."""
    found = told_of(text) if _is_spoken_of(text, around) else None
    if found is None:
        return None
    clause, subject, end = found
    verb, thing, be = text[clause.verb], clause.object, is_or_was(clause)
    if be is None or thing is None or verb.lemma not in _LACKING or clause.is_passive or clause.negation is not None:
        return None
    words = list(text.within(thing))
    if text[thing].left != verb.index + 1 or text[thing].right != end or text[thing].tag not in ("NN", "NNS"):
        return None
    if is_person(text, thing) or any(t.tag == "PRP" or t.text == "," for t in words) or len(words) > 14:
        return None
    if verb.lemma in ("need", "want", "require") and any(t.tag == "CD" for t in words):
        return None
    said = text.text[text[verb.index + 1].start :]
    return like(f"what {beside(subject, text.said(clause.subject_range[1] + 1, verb.index))} {be} {said}", text)


def _is_spoken_of(text: Analysis, around: Around) -> bool:
    """Whether what a cleft takes for known may be so: a text does not open with it before more is told."""
    return not is_kept(text) and _is_known(text, around)


def _is_known(text: Analysis, around: Around) -> bool:
    return around.alone or not around.opens or text[0].lower in ("i", "we")
