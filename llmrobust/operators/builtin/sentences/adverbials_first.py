"""Why, in spite of what, at which event, or by what means, at the front of a statement, on the parse."""

from __future__ import annotations

from llmrobust.english import Analysis
from llmrobust.english.clauses import SUBJECTS, Clause, clause_at, statement
from llmrobust.english.noun_phrases import inner, like
from llmrobust.operators.builtin.sentences.first_clauses import end_of_first_clause
from llmrobust.operators.builtin.sentences.limits import is_limited
from llmrobust.operators.builtin.sentences.names_swapped import leans_on, swap_between
from llmrobust.operators.builtin.sentences.parsed import edited_at
from llmrobust.operators.builtin.sentences.person_phrases import misleads_first

CAUSES = ("despite", "in spite of", "because of", "due to", "thanks to", "owing to", "given", "regardless of",
          "as a result of", "in response to", "according to", "unlike", "instead of", "in addition to", "apart from",
          "following", "in contrast to", "aside from", "on behalf of", "in accordance with")  # fmt: skip
"""What a phrase begins with that says why, or in spite of what."""
EVENTS = frozenset(
    "war match game meeting coup election strike show concert party wedding funeral death birth accident crash "
    "attack battle fire flood storm earthquake revolution ceremony conference festival trial final finals race "
    "tournament season break holiday holidays lunch dinner breakfast lesson exam interview operation surgery "
    "retirement divorce marriage graduation release launch merger invasion siege independence collapse crisis "
    "pandemic outbreak lockdown shootout event reign era period visit trip journey flight campaign raid olympics "
    "games cup championship ride winter summer spring autumn scene scenes episode sequel credits finale playoffs "
    "quarterfinals semifinals debate hearing session".split()
)
"""What takes place at some time."""
_AT_EVENTS = frozenset("in at during after before since until throughout following".split())
_MEANS = frozenset(
    "use hope fear believe know think want feel seek need cite fly work wear carry hold follow draw rely suspect "
    "expect realize realise intend aim weigh combine feature".split()
)
"""Verbs in -ing that say how, or with what in mind, somebody does something."""
_OFTEN = frozenset(
    "ultimately generally often frequently finally soon gradually immediately previously formerly traditionally "
    "slowly quickly quietly increasingly evidently clearly obviously arguably presumably surprisingly "
    "interestingly ironically inevitably undoubtedly essentially historically meanwhile nevertheless nonetheless "
    "subsequently".split()
)
"""Adverbs that may open a sentence, beside those of time."""
_SHARED = frozenset("quickly slowly quietly immediately previously formerly".split())
"""Adverbs that say something of the first of two verbs only."""
_KNOWN = frozenset("the my your his her its our their".split())
_LATER = frozenset("eventually later then soon finally suddenly afterwards ultimately".split())
_OF_TIME = frozenset("later before earlier ago afterwards".split())


def adverbial_first(text: Analysis) -> str | None:
    """The statement with one of its adverbials at its front; None if it has none that can go there."""
    if is_limited(text):
        return None
    ways = (phrase_first, means_first, apart_first, remark_first, degree_first, later_in_second)
    return next((new for way in ways if (new := way(text)) is not None), None)


def phrase_first(text: Analysis) -> str | None:
    """ "Despite the fog, the plane landed." of "The plane landed despite the fog."; None for other sentences."""
    clause = _plain(text)
    end = end_of_first_clause(text, clause.verb) if clause is not None else None
    if clause is None or end is None:
        return None
    for token in text.tokens[clause.verb + 1 : end]:
        loose = token.head == clause.object and (opens_with_cause(text, token.left) or token.lower in _WHENEVER)
        start = token.left if token.head == clause.verb or loose else None
        if start is None or start <= clause.verb + clause.is_copular or token.right != end:
            continue
        fits = opens_with_cause(text, start) or _is_event(text, token.index, clause)
        if (
            fits
            and end - start < 14
            and not any(t.text == "," or t.dep == "relcl" for t in text.tokens[start : end + 1])
        ):
            return _moved(text, start, end, start - 1)
    return None


def opens_with_cause(text: Analysis, start: int) -> bool:
    """Whether words that say why, or in spite of what, begin at a token, and a noun follows."""
    said = text.text[text[start].start :].lower()
    found = next((cause for cause in CAUSES if said.startswith(f"{cause} ")), None)
    if found is None or start + len(found.split()) >= len(text):
        return False
    follows = text[start + len(found.split())]
    return follows.tag not in ("PRP", "IN", "WP", "WRB", "VBG", "WDT", "EX") and follows.lower != "that"


def _is_event(text: Analysis, index: int, clause: Clause) -> bool:
    token, thing = text[index], text.first(index, "pobj")
    if token.dep != "prep" or thing is None or token.lower not in _AT_EVENTS or text[thing].right - index > 8:
        return False
    known = bool(text.dependents(thing, "det", "poss")) and text[text[thing].left].lower not in ("a", "an", "any", "no")
    named = text[thing].lemma.lower() in EVENTS or text[thing].entity == "EVENT"
    if not (known and named):
        return False
    if token.lower in _WHENEVER:
        return text[clause.verb].lemma not in _BOUND - {"be"}
    between = clause.object is not None or clause.is_passive
    return between and text[clause.verb].lemma not in _BOUND


_WHENEVER = frozenset("during after before throughout following".split())
_BOUND = frozenset(
    "look go come take include find put place see know love enjoy like hate want need be last play involve engage "
    "interest use hold schedule plan".split()
)
"""Verbs that such a phrase belongs to."""


def means_first(text: Analysis) -> str | None:
    """ "Using a stick, he opened it." of "He opened it, using a stick."; None for other sentences."""
    clause = _plain(text)
    if clause is None or text.dependents(clause.verb, "conj", "parataxis"):
        return None
    for i in text.dependents(clause.verb, "advcl"):
        first, last = text[i].left, text[i].right
        doing = text[i].tag == "VBG" and text[i].lemma in _MEANS and first == i and last == text.end
        if not doing or text[first - 1].text != "," or first < clause.verb + 3 or last == i:
            continue
        if sum(t.text == "," for t in text.tokens[:first]) != 1:
            return None
        return _moved(text, first, last, first - 2)
    return None


def apart_first(text: Analysis) -> str | None:
    """ "With some odd moments, it is a good film." of "It is a good film, with some odd moments."; None for others."""
    clause = _plain(text)
    if clause is None or text.dependents(clause.verb, "conj", "parataxis", "advcl"):
        return None
    commas = [t.index for t in text.tokens if t.text == ","]
    start = commas[0] + 1 if len(commas) == 1 else 0
    if start < clause.verb + 2 or start + 2 > text.end or text[start].lower not in ("with", "without"):
        return None
    thing = text.first(start, "pobj")
    if text[start].right != text.end or thing is None or text[start].dep != "prep" or text.end - start > 14:
        return None
    return _moved(text, start, text.end, start - 2)


def degree_first(text: Analysis) -> str | None:
    """ "So good was the cake that we ate it all." of "The cake was so good that we ate it all."; None for others."""
    clause = _plain(text)
    good = text.first(clause.verb, "acomp") if clause is not None and clause.is_copular else None
    if clause is None or good is None or clause.auxiliaries or clause.negation is not None:
        return None
    so, that = text[good - 1], text[good + 1]
    known = text[0].lower in _KNOWN or text[0].tag == "NNP"
    plain = (
        known
        and so.lower == "so"
        and that.lower == "that"
        and so.index == clause.verb + 1
        and text[clause.subject].tag != "PRP"
    )
    subject = inner(text, *clause.subject_range)
    if not plain or subject is None or text[clause.verb].lower not in ("is", "are", "was", "were"):
        return None
    if clause.subject_range[1] != clause.verb - 1 or clause.verb > 8 or text[good].tag != "JJ":
        return None
    return like(f"so {text[good].text} {text[clause.verb].text} {subject} {text.text[that.start :]}", text)


def remark_first(text: Analysis) -> str | None:
    """ "Ultimately, it is a bore." of "It is ultimately a bore."; None for other sentences."""
    clause = _plain(text)
    if clause is None or clause.negation is not None:
        return None
    start, stop = clause.subject_range[1] + 1, clause.verb + 1 + clause.is_copular
    found = next((t for t in text.tokens[start:stop] if t.lower in _OFTEN and t.left == t.right), None)
    shares = any(text.first(i, *SUBJECTS) is None for i in text.dependents(clause.verb, "conj"))
    main = inner(text, 0, found.index - 1) if found is not None else None
    if found is None or main is None or found.dep != "advmod" or (shares and found.lower in _SHARED):
        return None
    if found.head != clause.verb or found.index + 1 >= text.end or text[found.index + 1].pos in ("PUNCT", "CCONJ"):
        return None
    perfect = any(text[i].lemma == "have" for i in clause.auxiliaries)
    if clause.tense == "modal" or perfect or any(t.text == "," for t in text.tokens[: found.index]):
        return None
    return like(f"{found.lower}, {main} {text.text[text[found.index + 1].start :]}", text)


def later_in_second(text: Analysis) -> str | None:
    """ "She left, but later she came back." of "She left, but she came back later."; None for other sentences."""
    clause = statement(text)
    joints = text.dependents(clause.verb, "conj") if clause is not None else []
    second = clause_at(text, joints[0]) if len(joints) == 1 else None
    if clause is None or second is None or second.negation is not None or second.is_inverted:
        return None
    first, last = second.subject_range
    if text[first - 1].lower not in ("but", "and") or text[first - 1].dep != "cc":
        return None
    between = [t for t in text.tokens[last + 1 : second.verb] if t.lower in _LATER and t.left == t.right]
    if len(between) == 1 and between[0].head == second.verb:
        at = between[0].index
        return edited_at(text, (first, first, f"{text[at].text} {text[first].text}"), (at, at, ""))
    ending = text[text.end]
    if ending.lower not in _OF_TIME or ending.dep != "advmod" or ending.head != second.verb:
        return None
    start = ending.left
    plain = text[start - 1].pos not in ("ADP", "ADV", "CCONJ") and start >= ending.index - 2
    if ending.index != start and not all(
        t.tag in ("CD", "NNS", "NN", "JJ", "DT") for t in text.tokens[start : ending.index]
    ):
        return None
    alone = ending.lower in ("later", "afterwards") or start < ending.index
    if not plain or not alone:
        return None
    said = text.said(start, ending.index)
    return edited_at(text, (first, first, f"{said} {text[first].text}"), (start, ending.index, ""))


def _plain(text: Analysis) -> Clause | None:
    """The main clause of a statement that begins with its subject, without what a fronted phrase would change."""
    clause = statement(text)
    if clause is None or clause.subject_range[0] != 0 or text[clause.subject].dep == "expl":
        return None
    return clause


def _moved(text: Analysis, first: int, last: int, before: int) -> str | None:
    """The sentence with a phrase at its front; None where a pronoun of it may stand for anything but the subject."""
    main = inner(text, 0, before)
    swap = swap_between(text, (first, last), (0, before))
    leans = leans_on(text, (first, last), (0, before)) and (swap is None or text[swap.head].dep not in SUBJECTS)
    if main is None or leans or misleads_first(text, first, last, before):
        return None
    return like(f"{text.said(first, last)}, {main}{text.text[text[last].end :]}", text)
