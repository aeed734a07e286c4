"""Contractions made, and written out: "my card's lost" for "my card is lost", "why can I not" for "why can't I"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from llmrobust.operators.builtin.values.people import GIVEN
from llmrobust.operators.builtin.words.clause_places import CLAUSE_START
from llmrobust.operators.builtin.words.contractions import CONTRACTIONS, EXPANSIONS
from llmrobust.operators.builtin.words.lexical import CHECKLIST, MostParams
from llmrobust.operators.builtin.words.numbers import VALUES
from llmrobust.operators.builtin.words.parts_of_speech import (
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    gerund_of,
    is_base,
    participle_of,
)
from llmrobust.operators.builtin.words.perfects import is_participle, is_perfect
from llmrobust.operators.builtin.words.substitutes import quoted
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.editing.random_edits import RateParams, at_spots, cased_like
from llmrobust.operators.operator import Draw, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt

Edit = tuple[int, int, str]
_GOES_ON = re.compile(r"\s+[\w'’]")
_TAG = re.compile(r"\s+(?:I|you|we|they|he|she|it)\b", re.IGNORECASE)
_ENDS_AT_ONCE = re.compile(r"\s+(?:it|he|she|this|that)\b\s*[.,;?!]|\s+(?:it|he|she)\Z")
_FULL_VERB = re.compile(r" (?:is|has|had)(?= (?!not\b)\w)")
_SUBJECT = re.compile(
    r"(?:\b(?i:he|she|it|that|there|who|what|(?:every|some|no|any)(?:thing|body|one)|no one)|"
    r"(?:\A|[.!?\n,]\s+|\b(?i:if|because|when|that|and|but|so|since|while|think|know|believe|says?|said|sure)\s+)"
    r"(?:(?i:my|your|our|his|her|their|the|this|that)\s+(?:(?P<first>[a-z]+)\s+)?(?P<noun>[a-z]+)|"
    r"(?P<name>[A-Z][a-z]+)))\Z"
)
"""A short subject at the beginning of its clause."""
_SPEAKER = re.compile(r"\b(?:I|you|we|they|he|she)\Z", re.IGNORECASE)
_HISSES = re.compile(r"(?:s|x|z|ch|sh|ce|se|ge|ze)\Z")
_NO_NOUN = (DETERMINERS | PREPOSITIONS | CONJUNCTIONS | AUXILIARIES) | frozenset(
    "now then also still already here there today yesterday just only always never not rest other first second third "
    "last latter former same total".split()
)
_NOT_SAID_OF_IT = frozenset(
    "that what how why where when who whether if to as it he she they you we this these those your my his her their "
    "our there mine yours not".split()
) | set(VALUES)
"""What does not follow a noun with "'s" for is: things and numbers would seem to be the noun's own."""
_UNMARKED = frozenset(
    "dont didnt doesnt isnt wasnt arent werent hasnt havent hadnt cant couldnt wouldnt shouldnt im ive whats thats "
    "theres wheres youre theyre youve".split()
)
"""Contractions that people type without their apostrophe, and that are no other words."""
_ENDING = re.compile(r"(n't|'\w+)\Z")
"""What tokenised text sets apart: "do n't"."""
_HAS = re.compile(r"(?<=\w)['’]s(?= (?:been|got|had)\b)")
_IS = re.compile(r"(?<=[A-Za-z])['’]s(?= (?:an?|not|going to|still|already|also)\b)")
_D = re.compile(
    r"\b(?:I|you|he|she|we|they)(?P<short>['’]d)(?= (?:(?:really|also|just|still) )?(?P<verb>[a-z]+))", re.IGNORECASE
)
_NOT_ASKED = re.compile(
    r"\b(?P<verb>do|does|did|is|are|was|were|has|have|had|ca|could|should|would|wo)n['’]?t "
    r"(?P<after>\w+(?: [a-z]+){1,3})",
    re.IGNORECASE,
)
"""A negative question: "why can't I pay", "hasn't my card arrived"."""
_ASKS = re.compile(r"(?:\A|[.!?\n,]\s+|\b(?:why|how come|where|what|who)\s+)\Z", re.IGNORECASE)
_LIKE = re.compile(r"\blike (?:you )?\Z", re.IGNORECASE)
_BACKQUOTED = re.compile(r"(?<!\w)`+[^`\n]+?(?:`|''|(?<=[\s.,!?])'(?!\w)|\Z)")
"""What is quoted as older texts do: "` i don't give a damn '"."""
_PRONOUNS = frozenset("i you we they he she it".split())
_WHOLE = {"ca": "can", "wo": "will"}


@operator(
    "word.contract", version=5, level="word", params=MostParams, source=f"{CHECKLIST}; HELM; LangTest's add_contraction"
)
def contract(prompt: Prompt, params: MostParams, draw: Draw) -> Iterator[Variant]:
    """Contracts: isn't for is not, they're for they are, my card's for my card is."""
    yield from written_otherwise(prompt, params, draw, contracted)


@operator(
    "word.expand", version=6, level="word", params=MostParams, source=f"{CHECKLIST}; HELM's expansion perturbation"
)
def expand(prompt: Prompt, params: MostParams, draw: Draw) -> Iterator[Variant]:
    """Writes contractions out: did not for didn't, we are for we're, can I not for can't I."""
    yield from written_otherwise(prompt, params, draw, expanded)


def written_otherwise(
    prompt: Prompt, params: RateParams, draw: Draw, found: Callable[[str, int, int], Iterator[Edit]]
) -> Iterator[Variant]:
    """Variants with a share of the forms that are found in a stretch of text replaced."""
    made: dict[tuple[str, int, int], str] = {}

    def spots(text: str) -> Iterator[tuple[int, int]]:
        for start, end in free_stretches(text, draw.labels):
            for first, last, new in found(text, start, end):
                made[text, first, last] = new
                yield first, last

    yield from at_spots(prompt, params, draw, spots, lambda text, a, b, stream: made[text, a, b], "word")


def contracted(text: str, start: int, end: int) -> Iterator[Edit]:
    """(start, end, short form) of the long forms in a stretch of text that may be contracted."""
    short, forms = _long_forms()
    for found in forms.finditer(text, start, end):
        if _may_contract(text, *found.span()):
            yield *found.span(), cased_like(short[_plain(found[0])], found[0])
    for found in _FULL_VERB.finditer(text, start, end):
        said = text[start : found.start()]
        if found[0] == " had":
            if _SPEAKER.search(said) and is_perfect(text, found.end()):
                yield *found.span(), "'d"
        elif _may_be_done_to(text, start, found):
            continue
        elif _takes_s(said, has=found[0] == " has") and _is_said_of_it(text, found.end(), has=found[0] == " has"):
            yield *found.span(), "'s"


def _may_be_done_to(text: str, start: int, found: re.Match[str]) -> bool:
    """Whether "'s" after a name could be read both ways: "Heather's overheard" for has and is."""
    subject = _SUBJECT.search(text[start : found.start()])
    named = subject is not None and subject["name"] is not None
    return named and re.match(r" been\b", text[found.end() :]) is None and is_perfect(text, found.end())


def _may_contract(text: str, start: int, end: int) -> bool:
    """Not at the end of a clause ("yes, it is"), nor before "not" that is contracted itself, nor in a question."""
    said, after = text[start:end].lower(), text[end:]
    if not _GOES_ON.match(after):
        return False
    if said.endswith((" have", "have not", "has not", "had not")):
        return is_perfect(text, end)
    if said.endswith(" is") and (
        _ENDS_AT_ONCE.match(after) or (said == "here is" and not CLAUSE_START.search(text[:start]))
    ):
        return False
    return not (said.endswith(" not") and _TAG.match(after))


def _takes_s(said: str, *, has: bool) -> bool:
    """Whether a text ends in a subject that "'s" may follow: "my card", "Ann"; pronouns with is are in the lexicon."""
    subject = _SUBJECT.search(said)
    if subject is None:
        return False
    word = subject["noun"] or subject["name"]
    if word is None:
        return has or said.endswith(("thing", "body", "one"))
    if subject["name"] is not None and word not in GIVEN:
        return False
    closed = {subject["noun"], subject["first"]} & _NO_NOUN
    return not closed and not _HISSES.search(word)


def _is_said_of_it(text: str, end: int, *, has: bool) -> bool:
    if has:
        return is_perfect(text, end)
    after = re.match(r"\s+([A-Za-z]+)\b(?!['’])", text[end:])
    return after is not None and after[1].islower() and after[1] not in _NOT_SAID_OF_IT


def expanded(text: str, start: int, end: int) -> Iterator[Edit]:
    """(start, end, long form) of the short forms in a stretch of text, one within another left out."""
    long, forms = _short_forms()
    made = [
        (*found.span(), cased_like(long[_plain(found[0])], found[0]))
        for found in forms.finditer(text, start, end)
        if _may_expand(text, *found.span())
    ]
    for found in _NOT_ASKED.finditer(text, start, end):
        subject = _asked_subject(text, found)
        if subject is not None:
            verb = _WHOLE.get(found["verb"].lower(), found["verb"].lower())
            last = found.start("after") + len(subject)
            made.append((found.start(), last, f"{cased_like(verb, found['verb'])} {subject} not"))
    for found in _D.finditer(text, start, end):
        meant = _would_or_had(found["verb"])
        if meant is not None:
            made.append((*found.span("short"), f" {meant}"))
    made += [(*found.span(), " has") for found in _HAS.finditer(text, start, end)]
    made += [(*found.span(), " is") for found in _IS.finditer(text, start, end)]
    last = start
    said = [*quoted(text), *(found.span() for found in _BACKQUOTED.finditer(text))]
    for first, stop, new in sorted(made, key=lambda edit: (edit[0], -edit[1])):
        if first >= last and not any(opens < first < closes for opens, closes in said):
            last = stop
            yield first, stop, new


def _may_expand(text: str, start: int, end: int) -> bool:
    """Not "Isn't it good?", which would become "Is not it good?", nor "'s" where it may be short for has, nor in
    "like you couldn't"."""
    if _LIKE.search(text[:start]):
        return False
    said = _plain(text[start:end])
    if said.endswith("'s") and (is_perfect(text, end) or _HAS.match(text, end - 2) or not _GOES_ON.match(text[end:])):
        return False
    if not said.endswith(("n't", "nt")):
        return True
    asks = _ASKS.search(text[:start]) is not None and re.match(
        r"\s+(?:my|your|the|this|his|her|their|our)\b", text[end:]
    )
    return not (asks or _TAG.match(text, end))


def _asked_subject(text: str, found: re.Match[str]) -> str | None:
    """The subject after a verb with "n't", where a question has it; None elsewhere."""
    words = found["after"].split(" ")
    if _ASKS.search(text[: found.start()]) is None:
        return None
    if words[0].lower() in _PRONOUNS:
        return None if words[1] in PREPOSITIONS | CONJUNCTIONS else words[0]
    if words[0].lower() not in DETERMINERS:
        return None
    is_verb = _form_after(found["verb"].lower())
    ends = [n for n in range(2, len(words)) if is_verb(words[n])]
    if not ends:
        return None
    return " ".join(words[: ends[-1] if is_verb is is_base else ends[0]])


def _form_after(auxiliary: str) -> Callable[[str], bool]:
    """What tells the form of a verb that an auxiliary takes."""
    if auxiliary in ("has", "have", "had"):
        return is_participle
    if auxiliary in ("is", "are", "was", "were"):
        return lambda word: is_participle(word) or gerund_of(word) is not None
    return is_base


def _would_or_had(verb: str) -> str | None:
    """What "'d" is short for before a word; None where that is unsure."""
    if verb in ("better", "been"):
        return "had"
    past = participle_of(verb) is not None
    if verb in ("be", "rather", "prefer", "love", "appreciate") or is_base(verb):
        return None if past else "would"
    return "had" if past else None


@cache
def _long_forms() -> tuple[Mapping[str, str], re.Pattern[str]]:
    return _finder(CONTRACTIONS)


@cache
def _short_forms() -> tuple[Mapping[str, str], re.Pattern[str]]:
    unmarked = {short.replace("'", ""): long for short, long in EXPANSIONS.items()}
    apart = {_ENDING.sub(r" \1", short): long for short, long in EXPANSIONS.items()}
    typed = {short: long for short, long in unmarked.items() if short.lower() in _UNMARKED}
    return _finder({**EXPANSIONS, **apart, **typed})


def _finder(forms: Mapping[str, str]) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """From each form in small letters to the other one, and what finds them, the longest first."""
    several = "|".join(re.escape(form).replace("'", "['’]") for form in sorted(forms, key=len, reverse=True))
    found = re.compile(rf"(?<![\w'’-])(?:{several})(?![\w'’-])", re.IGNORECASE)
    return {form.lower(): other for form, other in forms.items()}, found


def _plain(said: str) -> str:
    return said.lower().replace("’", "'")
