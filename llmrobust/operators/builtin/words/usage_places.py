"""Where a word is replaced only in its plainest use: no formula, no idiom, nothing that the new word would tell anew.

The kinds are those of `word.synonym` and `word.rare`, whose words must neither change the sense nor sound forced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmrobust.operators.builtin.words.adjective_places import is_an_adjective
from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.clause_places import is_a_cause, rest_of, starts
from llmrobust.operators.builtin.words.fitting import is_a_noun, is_last, word_after, word_before
from llmrobust.operators.builtin.words.noun_places import NOUNS as _NOUN_PLACES
from llmrobust.operators.builtin.words.parts_of_speech import DETERMINERS, KNOWN_ADJECTIVES
from llmrobust.operators.builtin.words.quantity_places import number_follows

_FELT_BEFORE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|am|feels?|felt|looks?|looked|seems?|seemed|becomes?|became|gets?|got|very|so|too|"
    r"really|not|n['’]t)\s+\Z",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"(?:\bI\s+am|\bI['’]m)\s+(?:so\s+|very\s+)?\Z", re.IGNORECASE)
"""What begins "I'm afraid", which regrets something."""
_SENTENCE = re.compile(r"[^.!?;\n]*\Z")
_NEGATED = re.compile(r"\b(?:not|no|never|none|nothing|neither|without)\b|n['’]t\b", re.IGNORECASE)
_PRESENT = re.compile(
    r"\s+(?:(?:I|you|he|she|it|we|they|there)|(?:the|my|his|her|their|our|your|this|that|these|those|a|an)\s+"
    r"(?:[\w-]+\s+)?[\w-]+|[A-Z][a-z]+)(?:\s+(?:is|are|am|can|cannot|will|do|does|needs?|wants?|has\s+to|have\s+to)\b|"
    r"['’](?:s|re|m)\s)"
)
"""A clause of the present, before which "since" tells no time."""
_REASONS = re.compile(r"\b(?:because|since)\b", re.IGNORECASE)
_DESPITE_IT = re.compile(
    r"\s+(?:I|he|she|it|we|they|you|[A-Z][a-z]+|(?:the|his|her|my|their)\s+[a-z]+)\s+(?:[a-z]+\s+)?"
    r"(?:still|nevertheless|nonetheless)\b"
)
"""A clause that says that it holds in spite of the one before."""
_MATTER = re.compile(
    r"\b(?:questions?|information|discussions?|reports?|letters?|news|debates?|details|complaints?|rumou?rs?|decisions?|"
    r"conversations?)\s+\Z",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\s+(?!how\b|what\b|why\b|who\b|to\b|it\b|that\b|\d)[\w'’]")
_WITH_OR_IF = frozenset("with if when next now then to that in on".split())
_NEW_POST = re.compile(
    r"\b(?:new|appl(?:y|ies|ied|ying)\s+for\s+\w+|(?:get|gets|got|find|finds|found|offered|lost|lose|loses|leave|left|quit)\s+"
    r"(?:a|an|her|his|the|my|their)(?:\s+[\w-]+)?)\s+\Z",
    re.IGNORECASE,
)
"""Of a job that one applies for, gets or loses."""
_PERSONAL = re.compile(r"\b(?:his|her|their|my|our|your|[A-Z][a-z]+['’]s)\s+(?:(?:own|two|three|four|\d+)\s+)?\Z")
"""Of somebody's children."""
_NO_THROW = re.compile(
    r"[^.?!,;\n]*\b(?:away|out|up|off|back|in|part(?:y|ies)|tantrums?|fits?|games?|lights?|events?|dinners?|shade|bash)\b"
)
"""What is not tossed: "throw it away", "throw a party"."""
_WHO = re.compile(r"\s+(?:[A-Z][a-z]+|I|he|she|we|you|they)\s+[\w'’]+")
_EXTRA_THINGS = re.compile(
    r"\s+(?:cards?|documents?|information|materials?|payments?|income|questions?|reading|evidence|data|lessons?|funds|"
    r"equipment)\b"
)
"""What is supplementary."""
_SUPPLIES = re.compile(
    r"\s+(?:(?:the|some|more|new|its|their|our|all|any)\s+)?(?:\w+\s+)?(?:supplies|equipment|materials?|weapons|machinery|"
    r"provisions|ammunition|vaccines?|raw\s+\w+)\b"
)
"""What an organization procures."""
_SHORT = re.compile(
    r"\s+(?:(?:young|old)\s+)?(?:man|woman|lady|fellow|figure|jockey|dancer|singer|actor|actress|wrestler|boxer|waiter|pony|"
    r"terrier)\b"
)
"""Whose stature is diminutive."""
_GRAVE = frozenset("big huge terrible stupid embarrassing costly awful silly foolish serious bad".split())
_CARRIED = re.compile(
    r"\s+(?:[\w-]+\s+)?(?:cards?|wallet|phone|keys?|purse|passport|glasses|ticket|receipt|umbrella|notebook|hat|gloves?)\b"
)
_OBTAINED = re.compile(
    r"\s+(?:an?|the|my|another)\s+(?:\w+\s+){0,2}(?:refund|cards?|mastercard|visa|replacement|copy|statement|loan|permit|"
    r"licence|license|certificate)\b(?!\s+(?:to|back|\w+ed|working)\b)",
    re.IGNORECASE,
)
_EFFORT = re.compile(r"(?:\bto|\b(?:can|could|do|did|must|should)\s+(?:I|we|you|he|she|they))\s+\Z", re.IGNORECASE)
"""After what one sets out to do."""
_HANDED = re.compile(r"\b(?:when|will|long|soon|supposed|yet)\b[^.?!]*\Z", re.IGNORECASE)
_GATHERED = re.compile(
    r"\s+(?:(?:the|all|some|more|many|several|enough|\d+|his|her|their)\s+)(?:of\s+the\s+)?(?:[a-z-]+\s+)?"
    r"(?:apples|eggs|shells|seashells|berries|flowers|leaves|sticks|stones|rocks|nuts|acorns|mushrooms|bottles|cans|data|"
    r"information|evidence|firewood|wood|samples|signatures|coins|stamps|strawberries|oranges|peaches|pinecones|feathers)\b"
)
"""What is gathered and collected alike: no people, and nothing that is fetched."""
_DETERMINED = re.compile(r"\s+(?:the|a|an|his|her|their|my|our|it|them|\d+|this|that|some)\b")
_NOT_ADDED = frozenset("for in on at if when and or to per each a an the of by because is was".split())
_OWNED = re.compile(r"\b(?:his|her|their|my|our|your|whose|has|have|had)\s+(?:\S+\s+)?\Z", re.IGNORECASE)
"""What makes children somebody's."""
_YOUNG = frozenset("small little young younger youngest older oldest adult only".split())


def _fears(text: str, start: int, end: int) -> bool:
    """An "afraid" of who fears something: not "I'm afraid we can't", "I am afraid so", nor before its noun."""
    after = word_after(text, end).lower()
    goes_on = is_last(text, end) or after in ("of", "to", "and", "when", "because")
    alone = _FORMULA.search(text[:start]) is None or after in ("of", "to")
    return goes_on and alone and _FELT_BEFORE.search(text[:start]) is not None


def _reason(text: str, start: int, end: int) -> bool:
    """A "because" that no "since" of time can be heard in: after a comma, or before what is so by now."""
    said = _SENTENCE.search(text[:start])
    others = _REASONS.search((said[0] if said is not None else "") + rest_of(text, end)) is not None
    before = text[:start].rstrip()
    apart = before.endswith(",") and not before.endswith("but,")
    told = apart or (starts(text, start) and _PRESENT.match(text, end) is not None)
    denied = re.search(r"\b(?:not|n['’]t)\b", said[0] if said is not None else "", re.IGNORECASE) is not None
    return told and not others and not denied and is_a_cause(text, start, end)


def _concedes(text: str, start: int, end: int) -> bool:
    """A "but" that says what holds in spite of something: "but she still left", "a bumpy but satisfying ride"."""
    said = _SENTENCE.search(text[:start])
    before = said[0] if said is not None else ""
    if not before.strip():
        return False
    if before.rstrip().endswith(","):
        return _DESPITE_IT.match(text, end) is not None
    last, after = word_before(text, start), word_after(text, end).lower()
    joined = last in KNOWN_ADJECTIVES and after in KNOWN_ADJECTIVES
    return joined and _NEGATED.search(before) is None


def _matter(text: str, start: int, end: int) -> bool:
    """An "about" after what deals with something, and tells no story."""
    return _MATTER.search(text[:start]) is not None and _NAMED.match(text, end) is not None


def _event(text: str, start: int, end: int) -> bool:
    """A "happened" of an event told: nothing going on or asked about, and nobody it happens to."""
    form = text[start:end].lower()
    asked = re.search(r"\bwhat(?:['’]s|ever)?\s+(?:\w+\s+)?\Z", text[:start], re.IGNORECASE) is not None
    return not form.endswith("ing") and not asked and word_after(text, end).lower() not in _WITH_OR_IF - {"in", "on"}


def _came_to_pass(text: str, start: int, end: int) -> bool:
    """The same, of the past alone."""
    return text[start:end].lower().endswith("ed") and _event(text, start, end)


def _new_post(text: str, start: int, end: int) -> bool:
    return _NEW_POST.search(text[:start]) is not None and _NOUN_PLACES["post"](text, start, end)


def _of_somebody(text: str, start: int, end: int) -> bool:
    """Somebody's children, whom a notice or a manual does not speak of."""
    return is_a_noun(text, start, end) and _PERSONAL.search(text[:start]) is not None


def _thrown(text: str, start: int, end: int) -> bool:
    return _NO_THROW.match(text, end) is None and _DETERMINED.match(text, end) is not None


def _youngster(text: str, start: int, end: int) -> bool:
    """A child that is nobody's, and not said to be young; not children at large."""
    last = word_before(text, start)
    some = last.isdigit() or last in DETERMINERS - {"that"} or (last in KNOWN_ADJECTIVES and last not in _YOUNG)
    return some and _OWNED.search(text[:start]) is None and is_a_noun(text, start, end)


def _added(text: str, start: int, end: int) -> bool:
    """Before what there is more of: "an extra card", not "charged extra for", nor "is extra"."""
    after = word_after(text, end)
    more = after.isalpha() and after.islower() and after not in _NOT_ADDED
    return word_before(text, start) in DETERMINERS and more


USAGES: Mapping[str, Allowed] = {
    "fearing": _fears,
    "reason": _reason,
    "concession": _concedes,
    "matter": _matter,
    "new-post": _new_post,
    "kids": _of_somebody,
    "till": lambda text, start, end: (
        _WHO.match(text, end) is not None and word_before(text, start) not in ("not", "up")
    ),
    "youngster": _youngster,
    "added": _added,
    "supplementary": lambda text, start, end: (
        word_before(text, start) in DETERMINERS and _EXTRA_THINGS.match(text, end) is not None
    ),
    "stature": lambda text, start, end: word_before(text, start) in DETERMINERS and _SHORT.match(text, end) is not None,
    "blunder": lambda text, start, end: word_before(text, start) in _GRAVE and is_a_noun(text, start, end),
    "one-pay": lambda text, start, end: (
        is_a_noun(text, start, end) and re.search(r"\bsalaries\b", text, re.IGNORECASE) is None
    ),
    "sudden": lambda text, start, end: (
        is_an_adjective(text, start, end) and re.search(r"\ball of an? \Z", text[:start], re.IGNORECASE) is None
    ),
    "further": lambda text, start, end: number_follows(text, start, end) and word_after(text, end).lower() != "one",
    "seen-film": lambda text, start, end: (
        is_a_noun(text, start, end) and re.search(r"\bto the \Z", text[:start], re.IGNORECASE) is None
    ),
    "belonging": lambda text, start, end: _CARRIED.match(text, end) is not None,
}
"""By kind, whether a word is used as one at a place."""
USAGE_NOUNS = ("seen-film", "new-post", "kids", "youngster", "blunder", "one-pay")
"""Kinds of nouns among them."""
USAGE_VERBS: Mapping[str, Allowed] = {
    "event-told": _event,
    "came-to-pass": _came_to_pass,
    "thrown": _thrown,
    "hurled": lambda text, start, end: (
        _thrown(text, start, end) and re.match(r"[^.?!,;\n]*\b(?:to|for)\b", text[end:]) is None
    ),
    "gathered": lambda text, start, end: _GATHERED.match(text, end) is not None,
    "supplied": lambda text, start, end: _SUPPLIES.match(text, end) is not None,
    "obtained": lambda text, start, end: (
        text[start:end].lower() == "get"
        and _OBTAINED.match(text, end) is not None
        and _EFFORT.search(text[:start]) is not None
        and _HANDED.search(text[:start]) is None
    ),
}
"""By kind of verb, what must hold of its place besides its form."""
