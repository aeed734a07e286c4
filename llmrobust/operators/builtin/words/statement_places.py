"""Where a word of a plain statement may be replaced: contrasts, results, aims, comparisons, times."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words.adjective_places import is_an_adjective
from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.fitting import is_a_noun, is_last, is_single_past, word_after, word_before
from llmrobust.operators.builtin.words.parts_of_speech import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    KNOWN_ADJECTIVES,
    OBJECT_PRONOUNS,
    PREPOSITIONS,
    gerund_of,
    is_base,
    past_of,
    third_person_of,
)
from llmrobust.operators.builtin.words.statement_verbs import COMPARED, RIVAL, followed_by, is_done_next, is_to_do

_SUBJECT = re.compile(r"\s+(?:i|he|she|it|we|they|you|there|this|these|those)\s+[\w'’]+", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:not|no|never|none|nothing|neither|without)\b|n['’]t\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?;\n]*\Z")
_NO_CONTRAST_AFTER = frozenset(
    "also rather instead not for then that what to the a an who when if because with by in on at of as more only "
    "just".split()
)
_NO_CONTRAST_BEFORE = frozenset(
    "nothing anything everything all none one nobody anybody everybody everyone help helping who anywhere nowhere "
    "last yes no and".split()
)
_ONLY = re.compile(r"\b(?:not|n['’]t) (?:only|just|merely|simply|so much)\b|``[^'\n]*\Z|\"[^\"\n]*\Z")
_AIM = re.compile(r"\s+(?:[\w'’]+\s+){1,4}?(?:can|could|will|would|may|might)\b(?!\s+have\b)", re.IGNORECASE)
_WONDERED = re.compile(
    r"\b(?:ask(?:s|ed|ing)|wonder(?:s|ed|ing)?|inquire[sd]?)(?:\s+(?:him|her|them|me|us|you|[A-Z][a-z]+|"
    r"(?:the|a|an|his|her|their|my)\s+[a-z]+))?\s+\Z"
)
_BE = re.compile(
    r"(?:\b(?:is|are|was|were|be|been|am|being)|['’](?:s|re|m))\s+(?:(?:so|too|very|really|quite)\s+)?\Z", re.I
)
_FINDING = re.compile(
    r"(?:\b(?:is|are|was|were|be|been|find|finds|found|(?:find|finds|found|make|makes|made) it)|\bit\s?['’]s)\s+"
    r"(?:(?:so|too|very|really|quite|particularly)\s+)?\Z",
    re.IGNORECASE,
)
"""Where "hard to" says that something is difficult: not "tries hard to"."""
_COMPARATIVE = re.compile(r"\s+(?:more|less|[a-z]+(?:i|[^e])er|better|worse)\b(?!\s+(?:of|than\s+\d)\b)")
_NOT_COMPARED = frozenset("so too very how as not that this pretty n't".split())
_LESS_GOOD = re.compile(
    r"\s+(?:grades?|films?|movies?|scripts?|performances?|acting|decisions?|choices?|quality|design|service|management|"
    r"condition|dialogue|writing|health|eyesight|memory|judge?ment|weather|ideas?|harvest|reviews?|results?|taste|start|"
    r"example|investment|excuse|light)\b"
)
_SUBJECT_MATTER = re.compile(
    r"\b(?:stor(?:y|ies)|questions?|information|discussions?|reports?|articles?|letters?|books?|films?|movies?|news|"
    r"documentar(?:y|ies)|essays?|talks?|lectures?|debates?|details|facts|complaints?|rumou?rs?|novels?|comed(?:y|ies)|"
    r"dramas?|conversations?|decisions?|truth|poems?|songs?)\s+\Z",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"\s+(?!how\b|what\b|why\b|who\b|to\b|it\b|that\b|\d)[\w'’]")
_YEAR = re.compile(r"\s+(?:1[5-9]\d\d|20[0-4]\d)\b(?!\s*[-–/%]|,?\s+(?:(?:and|or|to)\s+)?(?:\d{4}|[a-z]+s)\b)")
_PERSON_BEFORE = re.compile(
    r"(?:\b(?:he|she|they|father|mother|wife|husband|brother|sister|son|daughter|parents|uncle|aunt|king|queen)|"
    r"[A-Z][a-z]+)\s+(?:is|was|are|were)\s+\Z"
)
_TIME = re.compile(
    r"\b(?:years?|months?|weeks?|days?|hours?|minutes?|little|soon|much|moment|time|century|decades?)\s+\Z"
)
_STRUCK = re.compile(
    r"\s+(?:him|her|them|me|[A-Z][a-z]+|(?:the|a|an|his|her|its|their)\s+(?!skids|road|sack|hay|jackpot|roof|market|theat|"
    r"screen|street|target|mark\b|wall\b|bottom|limit|ground|brake|nail|gym|beach|town|spot|shel|chart|note|rocks|deck|"
    r"headline|big\b|half|right)[a-z]+)\b"
)
"""What is struck when it is hit, no idiom."""
_DEGREES = frozenset(
    "so very as too more most less how quite rather not is are was were be been and or but the a".split()
)
"""What an adverb that ends its clause is measured by, or where it is no adverb of manner."""
_ACCOMPANYING = frozenset(
    "go goes went gone going get gets got getting play plays played playing sing sings sang singing come comes came "
    "coming bring brings brought move moves moved run runs ran dance danced".split()
)
"""Verbs of fixed phrases: "go along with"."""
_NOT_IN = re.compile(r"\s+(?:\w+\s+)?(?:course|weekends?|holidays?|nights?|evenings?)\b")
"""What "during" is said of, and "in" is not, or the other way round."""
_ON_SCREEN = re.compile(
    r"\b(?:films?|movies?|actors?|actress|cast|comedy|dialogue|dramas?|screen|cinema|hollywood|acting|thriller)\b",
    re.IGNORECASE,
)
"""What a text names that speaks of films."""
_WHILE = frozenset("a long the all for little short worth once quite".split())


def _contrasts(text: str, start: int, end: int) -> bool:
    """A "but" that is "yet": before a clause, or between what nothing is denied of; not "not red but blue"."""
    said = _SENTENCE.search(text[:start])
    before = said[0] if said is not None else ""
    if not before.strip() or _ONLY.search(before):
        return False
    last, after = word_before(text, start), word_after(text, end)
    if _SUBJECT.match(text, end) is not None or (after[:1].isupper() and after != "I"):
        return before.rstrip().endswith(",")
    plain = last not in _NO_CONTRAST_BEFORE and after.lower() not in _NO_CONTRAST_AFTER and after.isalpha()
    if not plain or _NEGATED.search(before):
        return False
    joined = last in KNOWN_ADJECTIVES and after.lower() in KNOWN_ADJECTIVES
    return joined or third_person_of(after.lower()) is not None


def _results(text: str, start: int, end: int) -> bool:
    """A "so" between a clause and what came of it: ", so he won"; not "so that"."""
    said = _SENTENCE.search(text[:start])
    clause = said is not None and len(said[0].split()) > 2 and said[0].rstrip().endswith(",")
    return clause and _SUBJECT.match(text, end) is not None


def _aims(text: str, start: int, end: int) -> bool:
    """A "so that" before what somebody then can do."""
    return _AIM.match(text, end) is not None and not text[:start].rstrip().endswith((".", "!", "?"))


def _asked_if(text: str, start: int, end: int) -> bool:
    """An "if" after "asks" or "wonders", before what is asked."""
    return _WONDERED.search(text[:start]) is not None and word_after(text, end).lower() not in ("only", "not", "")


def _compared(text: str, start: int, end: int) -> bool:
    """After a form of be and before one thing: "is better than the rest"."""
    be = re.search(r"\b(?:is|are|was|were)\s+(?:much\s+|far\s+)?\Z", text[:start]) is not None
    return be and COMPARED.match(text, end) is not None


def _before_an_adjective(text: str, start: int, end: int) -> bool:
    """After a form of be and before an adjective: "is pretty good"."""
    goes_on = word_after(text, end).lower()
    return _BE.search(text[:start]) is not None and goes_on in KNOWN_ADJECTIVES


def _much_more(text: str, start: int, end: int) -> bool:
    """A "much" before a comparative that nothing measures: "much better", not "so much better"."""
    said = _SENTENCE.search(text[:start])
    denied = said is not None and _NEGATED.search(said[0]) is not None
    return not denied and _COMPARATIVE.match(text, end) is not None and word_before(text, start) not in _NOT_COMPARED


def _later_on(text: str, start: int, end: int) -> bool:
    """A "later" before a verb, and after no length of time: "who later stated", not "2 years later"."""
    after = word_after(text, end).lower()
    acts = past_of(after) is not None or third_person_of(after) is not None or (after.endswith("ed") and len(after) > 4)
    return acts and _TIME.search(text[:start]) is None and word_before(text, start) not in DETERMINERS


def _while_doing(text: str, start: int, end: int) -> bool:
    """A "while" that joins clauses: not "for a while"."""
    goes_on = _SUBJECT.match(text, end) is not None or gerund_of(word_after(text, end).lower()) is not None
    return goes_on and word_before(text, start) not in _WHILE


def _sure(text: str, start: int, end: int) -> bool:
    """A "sure" that is "certain": "is sure that", "not sure why"; not "make sure", "for sure"."""
    last, after = word_before(text, start), word_after(text, end).lower()
    known = last in ("not", "quite", "absolutely", "so") or _BE.search(text[:start]) is not None
    return known and (
        is_last(text, end) or after in ("that", "of", "about", "why", "how", "if", "what", "he", "she", "it")
    )


def _nearly(text: str, start: int, end: int) -> bool:
    """An "almost" of what is said to be nearly so: not "almost no", "almost as if"."""
    after = word_after(text, end).lower()
    return bool(after) and after not in (
        "no none never any nothing nobody as like anything anyone nowhere exclusively but to".split()
    )


def _beside(text: str, start: int, end: int) -> bool:
    """Before a thing or a person: not "next to nothing", "near death"."""
    after = word_after(text, end)
    named = after.lower() in DETERMINERS - {"no", "one", "this", "that"} or after.lower() in (
        "him",
        "her",
        "them",
        "it",
    )
    return named or after[:1].isupper()


def _said_of_thing(text: str, start: int, end: int) -> bool:
    """A preposition within a sentence, before a thing that is determined."""
    return word_after(text, end).lower() in DETERMINERS and word_before(text, start) not in ("the", "from", "deep")


def _not_exactly(text: str, start: int, end: int) -> bool:
    return word_before(text, start) not in ("not", "n't") and word_after(text, end) != ""


def _known_as(text: str, start: int, end: int) -> bool:
    last = word_before(text, start)
    return (
        last not in ("best", "better", "well", "commonly", "widely", "what", "become", "became", "becomes")
        and word_after(text, end) != ""
    )


def _causes(text: str, start: int, end: int) -> bool:
    """A "due to" of a cause: not "due to arrive"."""
    after = word_after(text, end).lower()
    expected = word_before(text, start) in AUXILIARIES | {"be", "been", "'s"} or is_base(after) or after == "be"
    return bool(after) and not expected


def _main(text: str, start: int, end: int) -> bool:
    """A "primary" of what comes first in weight, not of schools, elections and colours."""
    after = word_after(text, end).lower()
    other = ("school", "schools", "education", "election", "elections", "care", "color", "colour", "colors", "school's")
    return word_before(text, start) in DETERMINERS and after.isalpha() and after not in other


def _had_to(text: str, start: int, end: int, subjects: tuple[str, ...]) -> bool:
    """A "had to" right after one of these subjects, before what had to be done: not "had to do with"."""
    after = word_after(text, end).lower()
    return word_before(text, start) in subjects and is_base(after) and after not in ("do", "say", "be", "have")


def _done_to(text: str, end: int) -> bool:
    """Whether somebody or something follows that a form in -ing does something to: "is gripping the wheel"."""
    after = word_after(text, end)
    return after.lower() in DETERMINERS | OBJECT_PRONOUNS.keys() | {"it", "you"} or after[:1].isupper()


def _lost(text: str, start: int, end: int, *, several: bool) -> bool:
    """A "lost to" of one who was beaten, or of several: "he lost to Ann"."""
    last = word_before(text, start)
    rival = re.match(r"\s+(?:[A-Z]|(?:him|her|them)\b)", text[end:]) is not None
    one = (
        last in ("he", "she", "it", "i", "who") or re.search(r"(?:\A|[a-z.,] )[A-Z][a-z]+ \Z", text[:start]) is not None
    )
    return rival and (last in ("they", "we", "you") if several else one)


def _also_done(text: str, start: int, end: int) -> bool:
    """An "also" between a subject or an auxiliary and the verb: "it was also built", "he also wrote"."""
    last, after = word_before(text, start), word_after(text, end).lower()
    acts = past_of(after) is not None or (after.endswith("ed") and len(after) > 4) or after == "been"
    placed = last in AUXILIARIES | {"he", "she", "it", "they", "we", "who"} or text[:start].rstrip()[-1:].isalpha()
    return acts and placed and last not in ("but", "and", "not", "only")


STATEMENTS: Mapping[str, Allowed] = {
    "contrast": _contrasts,
    "result": _results,
    "so-aim": _aims,
    "asked-if": _asked_if,
    "compared": _compared,
    "before-adjective": _before_an_adjective,
    "much-more": _much_more,
    "later-on": _later_on,
    "while-doing": _while_doing,
    "before-doing": lambda text, start, end: (
        is_done_next(text, start, end)
        and word_before(text, start) not in DETERMINERS | {"day", "night", "ever", "long"}
    ),
    "do-next": is_to_do,
    "hard-to": lambda text, start, end: _FINDING.search(text[:start]) is not None and is_to_do(text, start, end),
    "poor": lambda text, start, end: (
        word_before(text, start) in DETERMINERS and _LESS_GOOD.match(text, end) is not None
    ),
    "topic": lambda text, start, end: (
        _SUBJECT_MATTER.search(text[:start]) is not None and _TOPIC.match(text, end) is not None
    ),
    "in-year": followed_by(_YEAR),
    "departed": lambda text, start, end: (
        _PERSON_BEFORE.search(text[:start]) is not None
        and (is_last(text, end) or word_after(text, end) in CONJUNCTIONS)
    ),
    "sure": _sure,
    "almost": _nearly,
    "beside": _beside,
    "within": _said_of_thing,
    "exactly": _not_exactly,
    "known-as": _known_as,
    "cause-noun": _causes,
    "primary": _main,
    "modifier": lambda text, start, end: (
        word_after(text, end).lower() in KNOWN_ADJECTIVES and word_before(text, start) not in ("so", "as", "how", "too")
    ),
    "modifier-adv": lambda text, start, end: (
        word_after(text, end).lower() in KNOWN_ADJECTIVES
        and not word_after(text, end).endswith("ed")
        and word_before(text, start) not in ("so", "as", "how", "too", "most", "more")
    ),
    "verb-adverb": lambda text, start, end: (
        bool(word_after(text, end)) and word_before(text, start) not in ("not", "n't", "so", "more", "most", "very")
    ),
    "at-times": lambda text, start, end: (
        bool(word_after(text, end)) and word_before(text, start) not in DETERMINERS | {"not", "n't"}
    ),
    "he-had": lambda text, start, end: _had_to(text, start, end, ("he", "she", "it", "i", "who")),
    "they-had": lambda text, start, end: _had_to(text, start, end, ("they", "we", "you")),
    "lost-one": lambda text, start, end: _lost(text, start, end, several=False),
    "lost-more": lambda text, start, end: _lost(text, start, end, several=True),
    "hit-past": lambda text, start, end: is_single_past(text, start) and _STRUCK.match(text, end) is not None,
    "despite": lambda text, start, end: word_after(text, end).lower() in DETERMINERS,
    "really": lambda text, start, end: (
        word_before(text, start)
        not in ("not", "n't", "so", "didn't", "doesn't", "don't", "isn't", "wasn't", "oh", "why")
        and word_after(text, end).isalpha()
        and word_after(text, end).lower()
        not in PREPOSITIONS | CONJUNCTIONS | {"only", "just", "no", "not", "want", "need"}
    ),
    "one-of-them": lambda text, start, end: is_a_noun(text, start, end) and word_before(text, start) in ("a", "this"),
    "idea": lambda text, start, end: (
        is_a_noun(text, start, end) and word_before(text, start) not in ("good", "bad", "great", "no", "any", "better")
    ),
    "screen": lambda text, start, end: is_a_noun(text, start, end) and _ON_SCREEN.search(text) is not None,
    "age": lambda text, start, end: re.match(r"\s+\d", text[end:]) is not None,
    "appointed": lambda text, start, end: (
        word_after(text, end).isalpha() and word_after(text, end).lower() not in PREPOSITIONS | CONJUNCTIONS
    ),
    "predicate-end": lambda text, start, end: is_last(text, end) and _PERSON_BEFORE.search(text[:start]) is not None,
    "in-a-way": lambda text, start, end: (
        is_last(text, end) and word_before(text, start) not in _DEGREES and word_before(text, start).isalpha()
    ),
    "married": lambda text, start, end: word_after(text, end) not in ("to", "off"),
    "together": lambda text, start, end: word_before(text, start) not in _ACCOMPANYING,
    "during": lambda text, start, end: (
        word_after(text, end).lower() in DETERMINERS and _NOT_IN.match(text, end) is None
    ),
    "opportunity": lambda text, start, end: (
        word_before(text, start) in DETERMINERS | {"last", "second", "first", "rare", "good"}
        and is_to_do(text, start, end)
        and re.search(r"\d|probab|percent|likel", text) is None
    ),
    "upon": lambda text, start, end: word_before(text, start) not in ("once", "put") and word_after(text, end) != "",
    "established": lambda text, start, end: word_after(text, end).lower() in ("in", "by", "as", "for"),
    "plural": is_a_noun,
    "before-noun": lambda text, start, end: word_before(text, start) in DETERMINERS and word_after(text, end).isalpha(),
    "quality": lambda text, start, end: is_an_adjective(text, start, end) and not _done_to(text, end),
    "admired": lambda text, start, end: is_a_noun(text, start, end) and word_after(text, end) == "of",
    "contest-base": lambda text, start, end: (
        word_before(text, start) in ("to", "can", "could", "will", "would", "did", "not", "n't", "might")
        and RIVAL.match(text, end) is not None
    ),
    "contest-past": lambda text, start, end: is_single_past(text, start) and RIVAL.match(text, end) is not None,
}
"""By kind, whether a word of a statement is used as one at a place."""
