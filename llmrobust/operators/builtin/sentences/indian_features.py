"""Features of Indian English in statements, each found in an analysed sentence as edits by character.

Descriptions follow the Electronic World Atlas of Varieties of English (eWAVE) and Lange, The Syntax of Spoken Indian
English (2012).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from llmrobust.english import Analysis, Token, inflected
from llmrobust.english.clauses import Clause, clause_at, question, statement
from llmrobust.english.inflection import form_of
from llmrobust.english.noun_phrases import is_plural, raised
from llmrobust.operators.builtin.sentences.person_phrases import is_person
from llmrobust.operators.builtin.words.morphology import plural
from llmrobust.operators.builtin.words.sentence_edits import Edit

_STATES = frozenset(
    "know want like need think believe understand have love hate own see hear remember deserve include contain consist "
    "belong mean depend prefer lack possess doubt admire despise fear trust respect involve resemble seem cost weigh "
    "require represent feel look sound smell taste suppose dislike appreciate owe comprise hope wish".split()
)
_PAST_STATES = _STATES - frozenset("see hear remember think feel look sound smell taste hope wish suppose".split())
"""States that a past says, and no single event: "he saw her" is none."""
_OF_THINGS = frozenset("include contain consist involve require represent cost comprise mean".split())
"""States of things, which people do once: "he included it"."""
_HAD_ONCE = frozenset(
    "baby child twins lunch dinner breakfast supper tea time fun sex affair drink look talk chat walk bath shower rest "
    "idea party meeting meal snack fight argument fling".split()
)
"""What one has by doing something."""
_MASS = frozenset(
    "equipment furniture luggage staff advice information evidence research feedback software homework training hair "
    "underwear legislation infrastructure stationery fruit accommodation".split()
)
_NOT_WITH_MASS = frozenset("a an this that each every much little less another".split())
_PREPOSITIONS: Mapping[str, str] = MappingProxyType(
    {
        "discuss": "about", "mention": "about", "describe": "about", "emphasize": "on", "emphasise": "on",
        "stress": "on", "request": "for", "demand": "for", "investigate": "into", "comprise": "of", "await": "for",
        "answer": "to", "resemble": "to",
    }
)  # fmt: skip
"""Verbs that Indian English gives a preposition."""
_INSTITUTIONS = frozenset(
    "government police army navy parliament cabinet management administration ministry court university principal "
    "headmaster president minister judiciary".split()
)
_DEFINITE = re.compile(r"(?:1[5-9]|20)\d\d|yesterday|ago|last|monday|tuesday|wednesday|thursday|friday|saturday|sunday")
_KNOWING = frozenset(
    "ask know wonder realize realise understand see tell explain learn find remember forget decide discover "
    "check".split()
)
_ROLES = frozenset(
    "teacher professor doctor nurse boss manager principal captain driver judge lawyer coach editor waiter mayor "
    "priest landlord director".split()
)
"""Who is called by what he does: "Teacher scolded him"."""
_PLACES = ("in", "on", "at", "near")
_MADE_TO = frozenset("make let".split())
_LET = frozenset("know be see slip fall".split())
"""What makes a fixed phrase with "let"."""
_HABITS = frozenset("always usually often daily regularly".split())


def progressive_states(text: Analysis) -> Iterator[Edit]:
    """eWAVE 88, progressive of states: "He is having three cars", "She was having cancer"."""
    for clause in _clauses(text):
        verb = text[clause.verb]
        if clause.auxiliaries or clause.is_inverted or clause.negation is not None:
            continue
        known = _PAST_STATES if verb.tag == "VBD" else _STATES if verb.tag in ("VBZ", "VBP") else frozenset()
        if verb.tag == "VBD" and verb.lemma in _OF_THINGS and is_person(text, clause.subject):
            continue
        once = text.first(verb.index, "ccomp") is not None or verb.dep == "advcl"
        told = once and verb.lemma in ("see", "hear", "remember")
        if told or (verb.dep == "ccomp" and text[verb.head].lemma in ("make", "let", "help", "see")):
            continue
        if verb.lemma not in known or (verb.lemma == "have" and not _possesses(text, verb)):
            continue
        be = _be(text, clause)
        after = text[verb.index + 1] if verb.index + 1 < len(text) else None
        if be is not None and (after is None or after.tag != "VBG"):
            yield _with_helper(text, clause, be, inflected(verb.lemma, "VBG"))


def _with_helper(text: Analysis, clause: Clause, helper: str, form: str) -> Edit:
    """The edit that puts a helper before a verb in another form, and before the adverbs that stand between."""
    verb, first = text[clause.verb], clause.verb
    while first - 1 > clause.subject_range[1] and text[first - 1].pos == "ADV" and text[first - 1].dep == "advmod":
        first -= 1
    adverbs = f"{text.said(first, clause.verb - 1)} " if first < clause.verb else ""
    return text[first].start, verb.end, f"{helper} {adverbs}{form}"


def progressive_questions(text: Analysis) -> Iterator[Edit]:
    """The same in questions for yes or no: "Are you having a list of prices?"."""
    asked = question(text)
    if asked is None or asked.asking is not None or asked.subject is None or text[asked.finite].lemma != "do":
        return
    finite, verb, (left, right) = text[asked.finite], text[asked.verb], asked.subject
    if finite.lower not in ("do", "does") or verb.lemma not in _STATES or right + 1 != verb.index:
        return
    if left != finite.index + 1 or text.first(verb.index, "xcomp") is not None:
        return
    be = "is" if finite.lower == "does" else "am" if text[left].lower == "i" else "are"
    be = raised(be) if finite.text[:1].isupper() else be
    yield finite.start, verb.end, f"{be} {text.said(left, right)} {inflected(verb.lemma, 'VBG')}"


def _possesses(text: Analysis, verb: Token) -> bool:
    """Whether "have" says what somebody owns or is like; neither "have to" nor a perfect that is read wrongly."""
    thing = text.first(verb.index, "dobj")
    if text.first(verb.index, "xcomp") is not None or (verb.tag == "VBD" and thing is None):
        return False
    if thing is not None and verb.tag == "VBD" and text[thing].lemma.lower() in _HAD_ONCE:
        return False
    return not any(t.tag in ("VBN", "VBD", "VB") for t in text.tokens[verb.index + 1 : verb.right + 1])


def _be(text: Analysis, clause: Clause) -> str | None:
    """The form of be for a clause's subject, in the tense of its verb."""
    subject, verb = text[clause.subject], text[clause.verb]
    many = _is_many(text, clause)
    if verb.tag == "VBD":
        return None if many is None else "were" if many else "was"
    if subject.lower == "i":
        return "am"
    if subject.lower in ("you", "we", "they"):
        return "are"
    return "is" if verb.tag == "VBZ" or many is False else "are"


def _is_many(text: Analysis, clause: Clause) -> bool | None:
    """Whether a clause's subject is plural; of a relative pronoun, what it stands for."""
    subject = text[clause.subject]
    if subject.lower == "i":
        return False
    if subject.lower in ("you", "we", "they"):
        return True
    if subject.tag in ("WDT", "WP"):
        verb = text[clause.verb]
        return is_plural(text, verb.head) if verb.dep == "relcl" else None
    return is_plural(text, clause.subject)


def perfect_for_past(text: Analysis) -> Iterator[Edit]:
    """eWAVE 100, perfect for a past at a definite time: "The team has won the cup in 2011"."""
    for clause in _clauses(text):
        verb = text[clause.verb]
        if clause.negation is not None or clause.is_inverted or clause.is_copular or not _at_a_time(text, clause.verb):
            continue
        many = _is_many(text, clause)
        if verb.dep in ("advcl", "pcomp", "acl"):
            continue
        if many is None or text[clause.subject].tag in ("WDT", "WP") or not _alike_after(text, verb):
            continue
        have = "have" if many or text[clause.subject].lower == "i" else "has"
        if not clause.auxiliaries and verb.tag == "VBD" and verb.lemma not in ("have", "do"):
            yield _with_helper(text, clause, have, form_of(verb, "VBN"))
        elif len(clause.auxiliaries) == 1 and clause.is_passive and verb.tag == "VBN" and verb.lemma != "bear":
            helper = text[clause.finite]
            if helper.lower in ("was", "were"):
                yield helper.start, helper.end, f"{have} been"


def _at_a_time(text: Analysis, verb: int) -> bool:
    """Whether a verb has a definite time of its own, in the past: "in 2011", "yesterday", "two days ago"."""
    for child in text[verb].children:
        token = text[child]
        if token.dep not in ("prep", "npadvmod", "advmod") or token.lower in ("since", "until", "till", "from", "by"):
            continue
        when = [t for t in text.within(child) if t.entity in ("DATE", "TIME")]
        if when and _DEFINITE.search(" ".join(t.lower for t in when)) and token.right - token.left < 5:
            return True
    return False


def _alike_after(text: Analysis, verb: Token) -> bool:
    """Whether what "and" joins to a verb has the same form as a participle: "won the cup and lost the final"."""
    at: int | None = text.first(verb.index, "conj")
    while at is not None:
        token = text[at]
        own = text.first(at, "nsubj", "nsubjpass", "expl") is not None
        if not own and (token.tag not in ("VBD", "VBN") or form_of(token, "VBN") != token.lower):
            return False
        at = None if own else text.first(at, "conj")
    return True


def progressive_habits(text: Analysis) -> Iterator[Edit]:
    """eWAVE 89, progressive of habits: "He is going to school every day"."""
    for clause in _clauses(text):
        verb = text[clause.verb]
        if clause.auxiliaries or clause.is_copular or clause.is_inverted or clause.negation is not None:
            continue
        if verb.tag not in ("VBZ", "VBP") or verb.lemma in _STATES | {"live", "be"} or not _is_habit(text, verb):
            continue
        be = _be(text, clause)
        if be is not None:
            yield _with_helper(text, clause, be, inflected(verb.lemma, "VBG"))


def _is_habit(text: Analysis, verb: Token) -> bool:
    for child in verb.children:
        token = text[child]
        every = token.dep == "npadvmod" and text[token.left].lower in ("every", "each")
        if every or (token.dep == "advmod" and token.lower in _HABITS and token.index > verb.index):
            return True
    return False


def mass_plurals(text: Analysis) -> Iterator[Edit]:
    """eWAVE 55, plurals of what cannot be counted elsewhere: "some furnitures"."""
    for token in text.tokens:
        if token.tag != "NN" or token.lower not in _MASS or token.dep not in ("dobj", "pobj"):
            continue
        if text.dependents(token.index, "conj", "relcl") or any(
            t.lower in _NOT_WITH_MASS for t in text.within(token.index)
        ):
            continue
        yield token.start, token.end, plural(token.text)


def added_prepositions(text: Analysis) -> Iterator[Edit]:
    """Prepositions and "back" where others have none: "We discussed about the plan", "He returned back"."""
    for token in text.tokens:
        if token.pos != "VERB" or token.dep in ("amod", "auxpass") or token.index + 1 >= len(text):
            continue
        if text.first(token.index, "auxpass", "nsubjpass") is not None:
            continue
        thing = text.first(token.index, "dobj")
        extra = _PREPOSITIONS.get(token.lemma)
        follows = thing is not None and text[thing].left == token.index + 1 and text[thing].tag in ("NN", "NNS", "NNP")
        if extra is not None and follows and not text.dependents(token.index, "xcomp", "ccomp", "dative"):
            yield token.end, token.end, f" {extra}"
        after = text[token.index + 1]
        if (
            token.lemma == "return"
            and thing is None
            and token.tag != "VBG"
            and after.lower in ("to", "home", ".", "from")
        ):
            yield token.end, token.end, " back"


def existential_there(text: Analysis) -> Iterator[Edit]:
    """ "A temple is there near the bridge.": what there is goes first (Lange 2012)."""
    clause = statement(text)
    if clause is None or text[clause.subject].dep != "expl" or clause.subject != 0 or clause.auxiliaries:
        return
    thing = text.first(clause.verb, "attr")
    if thing is None or clause.negation is not None or text[thing].left != clause.verb + 1:
        return
    if (
        text[thing].tag not in ("NN", "NNS")
        or text[thing].lower.endswith("thing")
        or text.dependents(thing, "relcl", "acl", "conj", "appos")
        or text[text[thing].left].lower in ("no", "not", "only")
    ):
        return
    at = next((i for i in text.dependents(thing, "prep") if text[i].lower in _PLACES), None)
    last = text[thing].right if at is None else text[at].left - 1
    if any(text[i].lower not in ("of", *_PLACES) for i in text.dependents(thing, "prep")):
        return
    if last < thing or last - clause.verb > 5:
        return
    said = text.said(clause.verb + 1, last)
    first = raised(said) if text[0].text[:1].isupper() else said
    yield text[0].start, text[last].end, f"{first} {text[clause.verb].text} there"


def indirect_inversion(text: Analysis) -> Iterator[Edit]:
    """eWAVE 227, the order of a question in what is asked or known: "She asked where was he going"."""
    for clause in _clauses(text):
        verb, finite = text[clause.verb], text[clause.finite]
        left, right = clause.subject_range
        asking = text[left - 1] if left else None
        if (
            verb.dep != "ccomp"
            or text[verb.head].lemma not in _KNOWING
            or asking is None
            or asking.tag not in ("WRB", "WP")
        ):
            continue
        if clause.is_inverted or finite.index != right + 1 or right - left > 3 or finite.text[:1] in "'’":
            continue
        if text.text.endswith("?") or asking.head != verb.index or finite.text in ("ca", "wo"):
            continue
        if clause.auxiliaries or clause.is_copular:
            yield text[left].start, finite.end, f"{finite.text} {text.said(left, right)}"


def bare_institutions(text: Analysis) -> Iterator[Edit]:
    """eWAVE 62, no article where others have "the", before offices and institutions: "Government has banned it"."""
    for token in text.tokens:
        noun = text[token.head]
        role = noun.lower in _ROLES and noun.dep == "nsubj" and noun.index == 1 and token.text == "The"
        if token.lower != "the" or token.dep != "det" or not (role or noun.lemma.lower() in _INSTITUTIONS):
            continue
        following = text[token.index + 1]
        if noun.dep not in ("nsubj", "nsubjpass", "agent", "pobj") or noun.index - token.index > 2:
            continue
        if any(text[i].dep in ("prep", "relcl", "acl") for i in noun.children) or following.pos in ("NUM", "ADJ"):
            continue
        if token.index and text[token.index - 1].pos in ("NOUN", "PROPN"):
            continue
        yield token.start, following.end, raised(following.text) if token.text[:1].isupper() else following.text


def correlatives(text: Analysis) -> Iterator[Edit]:
    """eWAVE 215, a conjunction in both clauses: "Although it rained, but we went", "Since he was ill, so he slept"."""
    clause = statement(text)
    first = text[0]
    second = {"although": "but", "though": "but", "because": "so", "since": "so"}.get(first.lower)
    if clause is None or second is None or first.dep != "mark" or text[first.head].dep != "advcl":
        return
    comma = text[first.head].right + 1
    if text[first.head].left != 0 or comma + 1 != clause.subject_range[0] or text[comma].text != ",":
        return
    yield text[comma].end, text[comma].end, f" {second}"


def to_infinitive(text: Analysis) -> Iterator[Edit]:
    """eWAVE 209, "to" where others have a bare infinitive: "They made him to leave"."""
    for token in text.tokens:
        above = text[token.head]
        if token.tag != "VB" or token.dep != "ccomp" or above.lemma not in _MADE_TO or above.index > token.index:
            continue
        who = text.first(token.index, "nsubj")
        if above.lemma == "let" and (
            token.lemma in _LET or (who is not None and text[who].lower in ("me", "us", "'s"))
        ):
            continue  # "let me know"
        if (
            who is not None
            and text[who].text[:1].isalnum()
            and text[who].right + 1 == token.index
            and above.index + 1 == text[who].left
        ):
            yield token.start, token.start, "to "


def tell_that(text: Analysis) -> Iterator[Edit]:
    """ "He told that she was ill": tell without a hearer, where others say."""
    for token in text.tokens:
        if token.lemma != "say" or token.tag not in ("VBD", "VBZ", "VBP") or token.dep == "parataxis":
            continue
        said = text.first(token.index, "ccomp")
        if said is None or text[said].left != token.index + 1 or text.dependents(token.index, "prep", "dative", "dobj"):
            continue
        that = text[token.index + 1].lower == "that"
        if not that and text[token.index + 1].pos not in ("PRON", "DET", "PROPN", "NOUN"):
            continue
        yield token.start, token.end, inflected("tell", token.tag) + ("" if that else " that")


def final_also(text: Analysis) -> Iterator[Edit]:
    """ "He released the album in 2007 also": what is added is said at the end (Lange 2012)."""
    clause, last = statement(text), text[text.end]
    also = next((t for t in text.tokens if t.lower == "also"), None)
    if clause is None or also is None or not text.text.endswith(".") or also.head not in (clause.verb, clause.finite):
        return
    simple = not any(t.dep in ("advcl", "conj", "relcl", "ccomp", "parataxis") or t.text == "," for t in text.tokens)
    if not simple or not clause.subject < also.index < last.index or last.index - also.index > 12:
        return
    following = text[also.index + 1]
    yield also.start, last.end, f"{text.text[following.start : last.end]} also"


INDIAN: Mapping[str, Callable[[Analysis], Iterator[Edit]]] = MappingProxyType(
    {
        "progressive_states": progressive_states,
        "progressive_questions": progressive_questions,
        "perfect_for_past": perfect_for_past,
        "progressive_habits": progressive_habits,
        "mass_plurals": mass_plurals,
        "added_prepositions": added_prepositions,
        "existential_there": existential_there,
        "indirect_inversion": indirect_inversion,
        "bare_institutions": bare_institutions,
        "correlatives": correlatives,
        "to_infinitive": to_infinitive,
        "tell_that": tell_that,
        "final_also": final_also,
    }
)
"""The features that Indian English has and the other varieties here have not, by the name that suites use."""


def _clauses(text: Analysis) -> Iterator[Clause]:
    for token in text.tokens:
        if token.pos in ("VERB", "AUX") and token.dep not in ("aux", "auxpass"):
            clause = clause_at(text, token.index)
            if clause is not None:
                yield clause
