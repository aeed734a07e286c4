"""Words that a sentence can do without: which, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from llmrobust.operators.builtin.sentences.register_lexicon import EMPTY_WORDS
from llmrobust.operators.builtin.values.people import GIVEN
from llmrobust.operators.builtin.words.adjective_places import COPULA
from llmrobust.operators.builtin.words.fitting import is_a_noun, word_after, word_before
from llmrobust.operators.builtin.words.morphology import article, bases
from llmrobust.operators.builtin.words.parts_of_speech import (
    CONJUNCTIONS,
    KNOWN_ADJECTIVES,
    PREPOSITIONS,
    is_base,
    participle_of,
    past_of,
    third_person_of,
)

_TIMES = r"(?:hours?|minutes?|seconds?|days?|nights?|weeks?|months?|years?)"
_DISTANCES = r"(?:miles?|kilomet(?:er|re)s?|met(?:er|re)s?)"
_NUMBER = r"(?:\d[\d,.]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|half an?|several|many)"
KEPT = (
    r"(?:just (?:another|yet|an?|plain|kind|across|above|below|beyond|outside)\b|quite (?:an?|the)\b|"
    r"(?:(?<=\band )|(?<=\bbut )|(?<=\bor ))[a-z]+\b|[a-z]+(?= (?:and|or|but)\b))"
)
"""Empty adverbs that say something: "just another film", "just across the road", "closely and clearly"."""
_KEPT = re.compile(KEPT)
_LIMITED = re.compile(
    r"\b(?:if|unless|until|till|only|not|never|no|nor|without|when|once|whether)\b[^.;!?]*\Z|n['’]t\b[^.;!?]*\Z",
    re.IGNORECASE,
)
"""After a condition or a limit, how much of it is meant is a fact: "only if you really need it"."""
_RECENT = frozenset("want wanted need needed wondering".split())
"""Verbs before which a "just" is no "a moment ago"."""
_SPARE = re.compile(
    "|".join(
        (
            rf"(?<=\w )(?<!than )(?<!not )(?<!n['’]t )(?!{KEPT})(also |please (?!advise\b))"
            r"(?!(?:over|under|about|after|before|as|like|enough)\b)(?=[a-z])",
            r"\b[Ii]f\b[^,.?!]*, (then )(?=[a-z])",
            r"\b(?:[Aa]ll|[Bb]oth) (of )(?=(?:the|her|his|their|my|our|your|its|these|those)\b)",
            r"\b(?:says?|said|thinks?|thought|knows?|knew|finds?|found|realizes?|realized|notices?|noticed|hopes?|hoped|"
            r"decides?|decided|(?<!, )so|sure|aware|afraid|glad|sorry) (that )(?=(?:he|she|it|they|we|you|I|the|there|"
            r"his|her|their|my|this)\b)",
            r"(?<=[a-z] )((?:that|which) (?:is|are|was|were) )(?=(?:half|twice|[a-z]+ times) (?:as|the)\b)",
            r"\bevery (single )(?=\w)",
            r"\bwhether (or not )(?=\w)",
            r"(?<=\w)( as well|, too| though| anyway| right now| at the moment)(?=[.?!]|\Z)",
            r"(?<=\w)( at all)(?=[.?!,]|\Z)",
            r"\b(?:not|n['’]t)(?: \w+){1,5}( yet)(?=[.?!,]|\Z)",
            r"\bthe (total )(?=(?:number|amount) of)",
            r"\b(?:paid|pays|pay|spent|spends|spend|bought|buys|buy|sold|sells|has|had|have|used|uses|use|earned|earns|earn|"
            r"made|makes|make) (a total of )(?=[$\d])(?![^.?!]*\b(?:and|or)\b)",
            r"\b(?:several|many|various|\d+) (different )(?=[a-z]+s\b)",
            r"\bthe (exact )(?=same\b)",
            r"\b(?:open|opened|opening|finish|finished|fill|fills|filled) (up )(?=(?:a|an|the|my|his|her|their)\b)",
            r"\bstart(?:s|ed|ing)? (out |off )(?=with\b)",
            r"\b(?:outside|inside|off) (of )(?=(?:the|my)\b)",
            r"(?<=\w )(up )(?=(?:un)?til\b)",
            r"\bleft( over)(?=[.?!,]| (?:after|from|when)\b)",
            r"(?<!to )\b(?:help|helps|helped) (?:me|him|her|them|us) (to )(?=[a-z])",
            r"(?<!used )\bto (be able to )(?=[a-z])",
            r"(?<=\w )(in order )(?=to [a-z])",
            r"\b(?:have|has) (got )(?=(?:an?|the|my|to|no|some|\d+)\b)",
            r"\bat (a (?:speed|rate|price|cost) of )(?=[$\d])",
            r"\bat (the age of )(?=\d)",
            r"\b(?:within|for|over|at|covers?|covered|travels?|travell?ed|runs?|walks?|drives?) (a distance of )(?=\d)",
            r"\b(?:over|during|in|for) (a period of )(?=\d|[a-z]+ (?:days|weeks|months|years)\b)",
            r"\b(?:need|needs|needed|want|get|got|give me|have) (some )(?=(?:help|information|advice|assistance)\b)",
            r"(?<=\w)( for me)(?=[?!])",
            r"\b(both )(?=[a-z]+ and [a-z]+\b)",
            r"\bin (the (?:month of |year |city of |town of |village of ))(?=[A-Z\d])",
            r"\b(each and )(?=every\b)",
            r"\b(once |yet )(?=again\b)",
            r"\bduring (the course of )(?=(?:the|an?|his|her|their|its)\b)",
            r"\bthe (end )(?=result\b)",
            r"\ba (brand )(?=new\b)",
            r"\b(?:returned|return|returns)( back)(?= to\b)",
            r"\b(?:merge|join|gather|combine|mix)(?:s|d|ed)?( together)(?=[.,]| (?:in|to|at|with)\b)",
            r"\bI (personally )(?=[a-z])",
            r"(?<=\w, )((?:who|which) (?:is|was|are|were) )(?=an? [a-z])",
            r"\b(?:is|are|was|were) ((?:located|situated) )(?=(?:in|on|at|near|between|along|off|within)\b)",
            r"\b(?:thinks?|thought|believes?|believed|says?|said|knows?|knew|realizes?|realized|claims?|claimed|hopes?|hoped|"
            r"feels?|felt) (that )(?=[A-Z][a-z]+ [a-z]+)",
        )
    )
)  # fmt: skip
"""Words that a sentence can do without, one of them a match."""
_LASTING = re.compile(rf"\b([a-z]+) (for )(?={_NUMBER} (?:more )?(?:{_TIMES}|(?P<far>{_DISTANCES}))\b)")
_LASTS = frozenset("work walk run drive wait live stay study last jog swim hike sleep ride rest".split())
_GOES = frozenset("walk run drive travel jog swim hike ride go sail fly".split())
"""Verbs that a length of time, and a distance, may follow at once."""
_OPENER = re.compile(
    r"(?:\A|(?<=[.!?] ))(?:(?:[Hh]i|[Hh]ello|[Hh]ey)(?: there)?(?:[,!.] (?=[A-Za-z])| (?=I\b|[a-z]))|"
    r"[Pp]lease (?=[a-z])(?!advise\b)|In total, (?=how many [a-z]+ (?:does|did (?:he|she|it)|is|are there)\b)|"
    r"(?:[Ss]o|[Ww]ell|[Oo]kay|[Aa]lso|[Aa]nyway), (?=[A-Za-z])(?!too\b|also\b))[A-Za-z]"
)
"""A greeting or the like, with the letter that then begins the sentence."""
_THAT = re.compile(r"(?<=[a-z]) ((?:that|which) )(?=(?:he|she|it|they|we|you|I|[A-Z][a-z]+) [a-z])")
_NO_RELATIVE = frozenset(
    "fact idea news belief claim condition hope proof evidence probability likelihood chance odds notice sign rule way "
    "reason case point message thought feeling view opinion report theory impression suggestion conclusion promise "
    "thing is was are were be".split()
) | (PREPOSITIONS | CONJUNCTIONS)
"""Nouns that "that" says the content of."""
_PASSIVE = re.compile(
    r"(?<=[a-z]) ((?:that|which|who) (?:is|are|was|were) )(?P<done>[a-z]+) "
    r"(?=(?:by|in|on|at|from|to|for|with|between|into)\b)"
)
_SUM = re.compile(
    r"(?<=\w)(?: in total| in all| altogether| total)(?=\?)|(?<=\w) in total(?= (?:does|did|will|is|are there)\b)|"
    r"(?<=how many )total (?=[a-z]+ (?:does|did|will|can|are there)\b)",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\bhow (?:many|much)\b[^.?!]*\Z", re.IGNORECASE)
_OF_SEVERAL = re.compile(
    r"\b(?:they|we|all|both|each|every|and|two|three|four|five|six|group|family|team|the [a-z]+s|do (?!I\b|you\b))\b",
    re.IGNORECASE,
)
"""Who has or does something together; without "in total" it might be each."""
_LISTED = re.compile(r"\d[^.?!]*,[^.?!]*\d|(?:\w, [^.?!,]*){2}(?:and|or)\b")
"""Things told one after the other, of which "in all" then means the sum."""
_MONEY = re.compile(r"\b[Hh]ow much (money )(?=(?:do|does|did|will|would|has|have|had|can|could|should)\b)")
_PRICED = re.compile(r"[$£€]|\b(?:dollars?|cents?|euros?|pounds?)\b", re.IGNORECASE)
MEASURED = r"(?:than|over|under|about|after|before|as|like|enough)\b"
_MEASURED = re.compile(MEASURED)
_FIXED = re.compile(r"(?:\b(?:not|than|the)|n['’]t) \Z")
"""What an adverb after it belongs to: "not really", "the very least"."""
_MUCH = frozenset("well much many little few hard fast soon long far often".split())
_ARTICLE = re.compile(r"\b(an?) \Z", re.IGNORECASE)


def spare_spots(text: str) -> Iterator[tuple[int, int]]:
    """The words of a text that could go, each with the space after it or before it."""
    for found in _SPARE.finditer(text):
        yield found.span(found.lastindex or 0)
    for found in _LASTING.finditer(text):
        if (_LASTS if found["far"] is None else _GOES) & set(bases(found[1])):
            yield found.span(2)
    for found in _THAT.finditer(text):
        if _is_relative(text, found.start(), text[found.end() :]):
            yield found.span(1)
    for found in _PASSIVE.finditer(text):
        if participle_of(found["done"]) is not None and _noun_before(text, found.start()):
            yield found.span(1)
    for found in _SUM.finditer(text):
        if _is_one_sum(text, *found.span()):
            yield found.span()
    if _PRICED.search(text):
        yield from (found.span(1) for found in _MONEY.finditer(text))
    for found in _OPENER.finditer(text):
        yield found.span()


def without(spare: str) -> str:
    """What stays of words that go: what opens a sentence goes with the letter that then begins it."""
    if not (spare[0].isalpha() and spare[-1].isalpha()):
        return ""
    return spare[-1].upper() if spare[0].isupper() else spare[-1]


def is_empty(text: str, start: int, end: int) -> bool:
    """Whether a word is an empty adverb within a sentence, that neither is negated nor measures what follows."""
    if text[start:end].lower() not in EMPTY_WORDS or text[end : end + 1] != " " or start == 0:
        return False
    if (
        _KEPT.match(text, start) is not None
        or _MEASURED.match(text, end + 1) is not None
        or _FIXED.search(text[:start]) is not None
    ):
        return False
    return not says_something(text, start, end) and keeps_article(text, start, end + 1)


def says_something(text: str, start: int, end: int) -> bool:
    """Whether an adverb is more than empty: a degree, a moment ago, or what a condition or a limit is about."""
    word, after = text[start:end].lower(), word_after(text, end).lower()
    if _LIMITED.search(text[:start]) is not None:
        return True
    if word == "just":
        lasting = is_base(after) or third_person_of(after) is not None
        return not (after in _RECENT or (lasting and past_of(after) is None))
    if word not in ("really", "truly"):
        return False
    done = past_of(after) is not None and word_before(text, start) not in COPULA
    return (after in KNOWN_ADJECTIVES and after != "only" and not done) or after in _MUCH or after.endswith("ly")


def keeps_article(text: str, start: int, end: int) -> bool:
    """Whether an "a" or "an" before what goes fits the word after it."""
    before, after = _ARTICLE.search(text[:start]), re.match(r"\w+", text[end:])
    return before is None or after is None or before[1].lower() == article(after[0])


def _is_relative(text: str, before: int, after: str) -> bool:
    """Whether "that" begins a relative clause whose subject follows: "the package that she bought"."""
    subject = re.match(r"[A-Z][a-z]+", after)
    if subject is not None and subject[0] != "I" and subject[0] not in GIVEN:
        return False
    return _noun_before(text, before)


def _noun_before(text: str, end: int) -> bool:
    """Whether the word that ends here is a noun that a relative clause may belong to."""
    noun = re.search(r"[a-z]+\Z", text[:end])
    return noun is not None and noun[0] not in _NO_RELATIVE and is_a_noun(text, *noun.span())


def _is_one_sum(text: str, start: int, end: int) -> bool:
    """Whether "in total" stands where one thing is counted, or one person's things."""
    asked = None if _LISTED.search(text[:start]) else _ASKED.search(text[:start])
    rest = re.match(r"[^.?!]*", text[end:])
    return asked is not None and not _OF_SEVERAL.search(asked[0] + (rest[0] if rest else ""))
