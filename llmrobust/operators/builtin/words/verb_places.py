"""Where a verb may be replaced: by what comes before it and by what it does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from llmrobust.operators.builtin.words.by_lexicon import Allowed
from llmrobust.operators.builtin.words.fitting import is_a_verb, is_last, may_be_a_noun, word_after, word_before
from llmrobust.operators.builtin.words.parts_of_speech import CONJUNCTIONS, DETERMINERS, KNOWN_ADJECTIVES, PREPOSITIONS
from llmrobust.operators.builtin.words.register_verbs import REGISTER_VERBS
from llmrobust.operators.builtin.words.statement_verbs import STATEMENT_VERBS
from llmrobust.operators.builtin.words.usage_places import USAGE_VERBS

_WORK = re.compile(
    r"\s+(?:(?:the|this|that|his|her|their|my|our|your|all|of)\s+)+(?:\w+\s+)?"
    r"(?:work|job|jobs|projects?|homework|tasks?|chores|shift|report|assignments?|essay|meeting|reading)\b(?!\s+at\b)"
)
"""What one wraps up."""
_PERFECT = re.compile(
    r"(?:\b(?:have|has|had|having|be|been|being|is|are|was|were|am|get|gets|got|getting)|n['’]t|['’](?:ve|s|d|re|m))"
    r"(?:\s+[\w'’]+){0,2}\s+\Z",
    re.IGNORECASE,
)
"""What a participle follows."""
PASSIVE = re.compile(r"\b(?:be|been|being|is|are|was|were|am|get|gets|got|getting)\s+(?:\w+ly\s+)?\Z", re.IGNORECASE)
_NO_OBJECT = re.compile(
    r"\s+(?:a lot\b(?! of)|[\w'’-]+ (?:few |couple of |next |following |same |entire |whole )?"
    r"(?:moments?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|mornings?|evenings?)\b)"
)
"""How much or when something is done, and not what."""
_DESCRIBED = re.compile(
    r"\s+[a-z-]+\s+(?!(?:and|or|but|of|in|on|at|for|with|to|than|as|from|by|when|because|that|is|was|are|were)\b)[a-z]+"
)
"""An adjective, and a word that may be its noun."""
_GRANTED = re.compile(
    r"\s+(?:an?|the|my|another|this|that)\s+(?:\w+\s+){0,2}(?:refund|cards?|mastercard|visa|replacement|pin|passcode|copy|"
    r"statement|account|discount|receipt|loan|permit|licence|license|certificate)\b(?!\s+(?:to|back|\w+ed|working)\b)",
    re.IGNORECASE,
)
"""What people obtain."""
_MONEY = re.compile(r"\s+[$£€]\d")
_FAULT = re.compile(
    r"\s+(?:the|this|that|my|his|her|their|an?|these|those|any)\s+(?:\w+\s+)?(?:problems?|issues?|errors?|mistakes?|faults?|"
    r"situation)\b",
    re.IGNORECASE,
)
"""What is rectified; other things are repaired."""
_FAULT_BEFORE = re.compile(r"\b(?:problems?|issues?|errors?|mistakes?)\b[^.?!,]*\Z", re.IGNORECASE)
_ONSET = re.compile(r"\s+(?:at|on|after|before|when|from|in \d{4})\b")
_DWELLING = re.compile(
    r"\s+(?:(?:an?|the|this|that|his|her|their|my|our|your)\s+(?:\w+\s+){0,2}(?:apartments?|house|home|building|city|town|"
    r"village|neighbou?rhood|room|flat|country|state|area|farm|street|address)\b|[A-Z])"
)
"""Where one resides: not in the moment, nor in peace."""
_CARRIED = re.compile(r"\s+(?:my|his|her|their|our|the)\s+(?:\w+\s+)?(?:cards?|wallet|phone|keys?|purse|passport)\b")
"""What one misplaces."""
_COMING = re.compile(
    r"\s+(?:(?:my|the|an?|this)\s+(?:\w+\s+){0,2}(?:cards?|transfers?|refund|delivery|money|payment)|delivery)\b"
    r"(?![^.?!]* to \w)"
)
"""What one awaits."""
_WORKING = frozenset(
    "charging working earning traveling travelling receiving processing selling trading training "
    "building teaching".split()
)
"""What one commences doing."""
_SHOWN = re.compile(r"\s+(?:in|on|as)\b")
_LEFT_SO = re.compile(
    r"\s+(?:an?|the|my|your|his|her|its|our|their|this|that|these|those|some|any|it|them|\d+)(?:\s+[\w'’-]+){0,4}?\s+"
    r"(?:back|to|working|going|off|out|in|up|on|through|together|ready|right|wrong|open|done|sent|cut|put|set|fixed|"
    r"[a-z]{2,}(?:ed|en|wn|ught))\b|\s+(?:it|them)\b"
)
"""What is not got, but brought into a state: "get an item refunded", "get it back"."""
_PROCURED = re.compile(
    r"\s+(?:an?|the|some|more|another|\d+|two|three|four|five|six)\s+(?:\w+\s+){0,2}?(?:tickets?|cop(?:y|ies)|books?|permits?|licen[cs]es?|groceries|"
    r"food|bread|milk|eggs|meat|supplies|materials|tools?|clothes|shoes|gifts?|presents?|furniture|paint|wood|flowers?|"
    r"medicines?|seeds?|fabric|tea|coffee|wine)\b"
)
"""What one gets by buying it or taking trouble."""
_HELPED_TO = re.compile(
    r"\s+(?:of\s+)?(?:an?|the|his|her|my|their|our|your|some)\s+(?!whole|entire|rest|last|remaining|remainder|first|"
    r"other|most|more|least|fewest|half|quarter|third|\d|same|next|dozen|few|couple|lot|bunch)[a-z]"
)
"""What one partakes of: a meal, a share of it, and not all or so much of it."""
_CONCLUDED = re.compile(
    r"\s+(?:(?:the|this|that|his|her|their|my|our|your|an?)\s+)(?:\w+\s+)?(?:speech|speeches|letters?|business|meetings?|"
    r"story|stories|tales?|talks?|lectures?|sermon|proceedings|negotiations|interviews?|remarks)\b"
)
"""What one concludes."""
_CALLED_OFF = re.compile(
    r"\s+(?:an?|the|this|that|my|his|her|their|our|all)\s+(?:\w+\s+)?(?:trips?|party|parties|meetings?|weddings?|match|"
    r"matches|games?|races?|concerts?|shows?|search|attacks?|picnic|festival|strike|visit)\b"
)
"""Events, which are called off."""
_AMASSED = re.compile(
    r"\s+(?:(?:the|his|her|their|its|our|my|more|some|much|enough|all|an?)\s+)?(?:\w+\s+)?(?:evidence|wealth|fortunes?|"
    r"riches|collections?|data|information|knowledge|power|debts?)\b|\s+(?:an?|the)\s+(?:large|huge|vast|great|big)\s+\w+"
)
"""What is amassed: much, and not counted."""
_PUT_RIGHT = re.compile(
    r"\s+(?:my|the|your|his|her|our|their)\s+(?:\w+\s+)?(?:address|names?)\b(?! (?:number|code))(?![^.?!]*\basap\b)",
    re.IGNORECASE,
)
"""What is amended in a record."""
_PERISHED = re.compile(
    r"\s+(?:in|of|from|at|during) (?:\w+ ){0,3}?(?:fires?|wars?|battles?|floods?|famine|hunger|starvation|thirst|cold|"
    r"storms?|crash|shipwreck|sea|earthquake|explosion|plague|siege|drought|disaster)\b"
)
"""Where or of what one perishes."""
_PLACE_USED = re.compile(
    r"\s+(?:\S+\s+){1,3}?(?:\w*rooms?|toilets?|kitchens?|pools?|gyms?|halls?|courts?|fields?|playgrounds?|slides?|swings?|"
    r"parks?|library|librar(?:y|ies)|garage|space|beds?|showers?|cards?|accounts?|services?|apps?|atms?|phones?|cars?|bus|whiteboard|stairs?|elevators?|lift|roads?|door)\b"
)
"""Places and what one takes turns on, which are used and not employed."""
_UNDERTAKING = re.compile(
    r"\s+(?:an?|the|this|that|his|her|their|my|our|its)\s+(?:[\w-]+\s+){0,2}?(?:projects?|campaigns?|process|discussions?|talks|"
    r"debates?|initiatives?|programmes?|programs?|investigations?|fundraisers?|preparations|negotiations|conversations?|"
    r"reforms?|application|renovations?)\b"
)
"""What somebody gets going."""
_IN_TURN = re.compile(r"\b(?:tak(?:e|es|ing|en)|took) turns\b", re.IGNORECASE)
_YIELD = re.compile(r"[^.?!]*?\b(?:per|out of|from|each|every|for each|in return|if|when)\b")
"""What makes a "get" one of a yield: "gets 3 eggs per hen"."""
_TOPPED = re.compile(r"\s+(?:my|the|an?|your|his|her|their|this)\s+(?:\w+\s+)?(?:accounts?|cards?|balance|funds)\b")
"""What is replenished."""
_RAISED = re.compile(
    r"\s+(?:an?|the|his|her|their|my|our|two|three|\d+)\s+(?:\w+\s+)?(?:houses?|walls?|fences?|barns?|sheds?|towers?|statues?|bridges?|"
    r"monuments?|churches|church|castles?|homes?|buildings?|tents?|stadium|cabins?|temples?|hotels?|scaffolds?)\b"
)
"""What is erected."""
_STRUCTURES = (
    r"(?:houses?|walls?|fences?|barns?|sheds?|towers?|bridges?|churches|church|castles?|homes?|buildings?|roads?|highways?|"
    r"railways?|tunnels?|dams?|stadiums?|temples?|hotels?|schools?|hospitals?|stations?|factory|factories|palaces?|forts?|"
    r"ships?|canals?|museums?|theat(?:er|re)s?|garages?|rooms?|pools?|library|libraries|airports?|halls?)\b"
)
_STRUCTURE = re.compile(rf"\s+(?:[\w'’-]+\s+){{0,4}}?{_STRUCTURES}")
_STRUCTURE_BEFORE = re.compile(rf"\b{_STRUCTURES}[^.?!]*\Z", re.IGNORECASE)
"""What is built."""
_AMENDED = re.compile(
    r"\s+(?:my|the|your|his|her|our|their)\s+(?:\w+\s+)?(?:details|information|records?|contract|text|data)\b"
)
"""What is amended."""
_ALTERED = re.compile(
    r"\s+(?:my|the|your|his|her|our|their)\s+(?:\w+\s+)?(?:details|information|plans?|text|order|settings|schedule|course|design|"
    r"recipe|price)\b(?! (?:number|address|code))(?![^.?!]*\basap\b)",
    re.IGNORECASE,
)
"""What is altered."""
_BEGUN = re.compile(
    r"\s+(?!over\b|up\b|out\b|off\b|back\b)(?:with|at|on|in|from|the|a|an|his|her|their|my|our|\w+ing)\b|\s*[?.!]"
)
_HOURS = re.compile(
    r"\s+(?:\d+(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten|twelve) (?:more |extra )?hours\b"
)
"""What one puts in at work."""
_BOUGHT = re.compile(r"\s+(?!now\b|online\b|up\b|out\b|and\b|or\b|from\b|at\b|in\b)\S|\s*[.,?!]|\s*\Z")
"""What one procures: something, or what was named before."""
"""What one commences."""


def both(one: Allowed, other: Allowed) -> Allowed:
    """What both allow."""
    return lambda text, start, end: one(text, start, end) and other(text, start, end)


def always(text: str, start: int, end: int) -> bool:
    """Anywhere."""
    return True


def is_base_form(text: str, start: int, end: int) -> bool:
    """Where a base form is a verb."""
    return is_a_verb(text, start)


def _nothing_after(text: str, start: int, end: int) -> bool:
    return not _goes_on(text, end)


def _passive_or_with_object(text: str, start: int, end: int) -> bool:
    return PASSIVE.search(text[:start]) is not None or (_past(text, start, end) and has_object(text, start, end))


def _third(text: str, start: int, end: int) -> bool:
    last = word_before(text, start)
    return bool(last) and not may_be_a_noun(text, start) and last not in CONJUNCTIONS - {"and", "who", "which", "that"}


def _past(text: str, start: int, end: int) -> bool:
    return not may_be_a_noun(text, start)


def _simple_past(text: str, start: int, end: int) -> bool:
    passive = word_after(text, end).lower() == "by"
    return _past(text, start, end) and not passive and _PERFECT.search(text[:start]) is None


def _active_past(text: str, start: int, end: int) -> bool:
    return _past(text, start, end) and PASSIVE.search(text[:start]) is None


def _done(text: str, start: int, end: int) -> bool:
    """A past tense that somebody does: no participle of a passive, or after its noun ("the marks obtained by him")."""
    after = word_after(text, end).lower()
    return _active_past(text, start, end) and bool(after) and after not in PREPOSITIONS


def _on_work(text: str, start: int, end: int) -> bool:
    return _WORK.match(text, end) is not None


def _goes_on(text: str, end: int) -> bool:
    """Whether a verb takes another one: "it happened to rain"."""
    return word_after(text, end).lower() in ("to", "that")


def has_object(text: str, start: int, end: int) -> bool:
    """Whether what a verb is done to follows: not "returned several weeks later"."""
    after = word_after(text, end).lower()
    if _NO_OBJECT.match(text, end):
        return False
    return (
        after in DETERMINERS - {"this", "that", "each"}
        or after in ("it", "them", "more")
        or (after in KNOWN_ADJECTIVES and _DESCRIBED.match(text, end) is not None)
        or after[:1].isdigit()
        or re.match(r"\s+[$£€]\d", text[end:]) is not None
    )


def _granted(text: str, start: int, end: int) -> bool:
    return _GRANTED.match(text, end) is not None


def _paid(text: str, start: int, end: int) -> bool:
    return _MONEY.match(text, end) is not None


def _mends_a_fault(text: str, start: int, end: int) -> bool:
    return _FAULT.match(text, end) is not None


def _mended_fault(text: str, start: int, end: int) -> bool:
    passive = _FAULT_BEFORE.search(text[:start]) is not None and PASSIVE.search(text[:start]) is not None
    return passive or (_active_past(text, start, end) and _mends_a_fault(text, start, end))


def _begins(text: str, start: int, end: int) -> bool:
    goes_on = _ONSET.match(text, end) is not None or is_last(text, end)
    doing = word_after(text, end) in _WORKING
    return (goes_on or doing) and word_before(text, start) not in ("get", "got")


def _is_shown(text: str, start: int, end: int) -> bool:
    return _SHOWN.match(text, end) is not None


def _dwells(text: str, start: int, end: int) -> bool:
    return _DWELLING.match(text, end) is not None


def _of_a_thing(text: str, start: int, end: int) -> bool:
    return _CARRIED.match(text, end) is not None


def _of_what_comes(text: str, start: int, end: int) -> bool:
    return _COMING.match(text, end) is not None


def is_done_for(text: str, end: int) -> bool:
    """Whether a "get" brings what follows into a state: "get an item refunded"."""
    return _LEFT_SO.match(text, end) is not None


def _procured(text: str, start: int, end: int) -> bool:
    got = _PROCURED.match(text, end) is not None
    return got and not is_done_for(text, end) and _YIELD.match(text, end) is None


def _employed(text: str, start: int, end: int) -> bool:
    object_ = word_after(text, end).lower()
    used = has_object(text, start, end) and object_ not in ("it", "them") and _PLACE_USED.match(text, end) is None
    return used and _IN_TURN.search(text[:start]) is None


def _found(pattern: re.Pattern[str]) -> Allowed:
    return lambda text, start, end: pattern.match(text, end) is not None


def _what(text: str, start: int, end: int) -> bool:
    return (
        word_after(text, end).lower() not in ("about", "of", "that", "by", "") and word_before(text, start) != "please"
    )


def _lessened(text: str, start: int, end: int) -> bool:
    """A "reduce" of how much there is: not "reduces it to nothing"."""
    return has_object(text, start, end) and re.match(r"[^.?!]*\bto\b", text[end:]) is None


def _was_built(text: str, start: int, end: int) -> bool:
    done = PASSIVE.search(text[:start]) is not None and _STRUCTURE_BEFORE.search(text[:start]) is not None
    return done or (_active_past(text, start, end) and _STRUCTURE.match(text, end) is not None)


VERBS: Mapping[str, tuple[Allowed, Allowed]] = {
    "verb": (always, _past),
    "transitive": (has_object, both(_active_past, has_object)),
    "intransitive": (_nothing_after, both(_past, _nothing_after)),
    "active": (always, _done),
    "finite": (always, _simple_past),
    "objective": (has_object, _passive_or_with_object),
    "task": (_on_work, both(_active_past, _on_work)),
    "granted": (_granted, both(_active_past, _granted)),
    "paid": (_paid, both(_active_past, _paid)),
    "faulty": (_mends_a_fault, _mended_fault),
    "onset": (_begins, both(_active_past, _begins)),
    "shown": (_is_shown, both(_past, _is_shown)),
    "resides": (_dwells, both(_past, _dwells)),
    "mislaid": (_of_a_thing, both(_active_past, _of_a_thing)),
    "awaited": (_of_what_comes, both(_active_past, _of_what_comes)),
    "lessened": (_lessened, both(_active_past, _lessened)),
    "structure": (_found(_STRUCTURE), _was_built),
    "procured": (_procured, both(_active_past, _procured)),
    "employed": (_employed, both(_active_past, _employed)),
    **{
        kind: (_found(objects), both(_active_past, _found(objects)))
        for kind, objects in (
            ("helped-to", _HELPED_TO),
            ("set-rolling", _UNDERTAKING),
            ("concluded", _CONCLUDED),
            ("called-off", _CALLED_OFF),
            ("amassed", _AMASSED),
            ("put-right", _PUT_RIGHT),
            ("perished", _PERISHED),
            ("topped", _TOPPED),
            ("raised", _RAISED),
            ("amended", _AMENDED),
            ("altered", _ALTERED),
            ("begun", _BEGUN),
            ("hours", _HOURS),
            ("bought", _BOUGHT),
        )
    },
    "found-out": (_what, both(_past, _what)),
    **{
        kind: (needed, both(_active_past, needed))
        for kind, needed in {**STATEMENT_VERBS, **USAGE_VERBS, **REGISTER_VERBS}.items()
    },
}
"""Of each kind of verb what must hold of its forms but the past, and whether what may be a past tense fits."""


def tail_of(kind: str) -> str:
    """What the forms of a kind of verb are marked with."""
    return "" if kind == "verb" else f"-{kind}"


def verb_fits() -> Iterator[tuple[str, Allowed]]:
    """By kind of verb and form, whether a word is used as one at a place."""
    for kind, (needed, past_fits) in VERBS.items():
        tail = tail_of(kind)
        yield kind, both(is_base_form, needed)
        yield f"third{tail}", both(_third, needed)
        yield f"past{tail}", past_fits
        yield f"simple-past{tail}", both(_simple_past, needed)
        yield f"gerund{tail}", both(_past, needed)
