"""Organisations of no list, told by their last word: "Acme Corp", "Lincoln High School", "the University of Ashby"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from llmrobust.operators.builtin.values.dates import DAYS, MONTHS
from llmrobust.operators.builtin.values.names import CITIES, FOUNDERS, STATES
from llmrobust.operators.builtin.words.morphology import article
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.lexicons import LazyWords

_HEADS = (
    r"(?:High|Middle|Junior|Boys|Girls|Elementary|Primary|Secondary|Grammar|Boarding|Law|Business) School|School|"
    r"(?:State|Community) (?:University|College)|College|University|Academy|Seminary|Institute|"
    r"Corporation|Corp\.?|Incorporated|Inc\.?|Ltd\.?|LLC|Company|Group|Holdings|Industries|Enterprises|Entertainment|"
    r"Records|Studios?|Pictures|Productions|Publishing|Publications|Publishers|Press|Magazine|Motors|Airlines|Airways|"
    r"Bank|Insurance|Software|Systems|Technologies|Partners|Foundation|Association|Society|Hospital|Clinic|Orchestra|"
    r"Supermarkets?|Bakery|Pizzeria|Restaurant|Cafe|Diner|Hardware|Stores?|Foods|Brewery|Farms|Oil|Steel|"
    r"(?:Football|Golf|Yacht|Tennis|Country|Chess|Book) Club|Club|F\.?C\.?|Rovers|Wanderers|Brigade|Corps|Network|"
    r"Sports Net|Television|Broadcasting|Tribunal Service|Tribunal|Congress|Party"
)
_OF = r"University|College|Bank|Academy"
"""What stands before an "of" and the name of a place."""
_PLAIN = r"company|corporation|firm|supermarket|stores?|shop|bakery|restaurant|factory|airline|school"
"""What may have a small letter after the name: "the Acme company"."""
_WORD = r"[A-Z][\w&-]*(?:['’](?!s\b)\w+)?"
_HEADED = re.compile(
    rf"(?<![\w'’.-])(?:(?P<name>{_WORD}(?: (?:& )?{_WORD})*?) (?P<head>{_HEADS})(?![\w'’-])(?! (?:of\b|\(?[A-Z]))|"
    rf"(?P<of>{_OF}) of (?P<place>[A-Z]\w+)(?! [A-Z])(?![\w'’-])|"
    rf"(?<=\b[Tt]he )(?P<town>{_WORD}(?: {_WORD})?) (?P<team>[A-Z][a-z]+s)(?![\w'’-])(?! \(?[A-Z])|"
    rf"(?P<state>{_WORD}(?: {_WORD})?) (?P<college>State)(?![\w'’-])(?! (?:of\b|\(?[A-Z]))|"
    rf"(?<=\b[Tt]he )(?P<brand>[A-Z][a-z]+) (?P<plain>{_PLAIN})(?!\w))"
)
_GOES_ON = re.compile(r"[A-Z][\w'’]* (?:and|of|of the|for|de) \Z")
"""What an organisation's name begins with, where "and" or the like lies within it: "Beach and Golf Club"."""
_OWN = ("name", "place", "town", "state", "brand")
"""The groups for an organisation's own part."""
_TOWNS = LazyWords(lambda: frozenset(one for table in (CITIES, STATES) for names in table.values() for one in names))
_COMMON = frozenset(
    "National State Royal Federal Central City County Public High Middle Elementary First Second General Local World "
    "International United American British English French German Italian Spanish Chinese Japanese Canadian Indian "
    "Mexican Greek Russian Irish Scottish Welsh Dutch Swedish African European Asian Northern Southern Eastern Western "
    "North South East West New Old Great Grand Catholic Christian Jewish Islamic Communist Socialist Democratic "
    "Republican Labour Liberal Conservative Senior Junior Community Children Women Men Young Free Open Online Student "
    "Law Medical Business Art Arts Music Science Technical Military Naval Medicine Health The A An In At On For From "
    "To By With And Or But If When While After Before Since Our My Your His Her Their This That These Those Every Each "
    "All Some Sciences Science Technology Engineering Education Nursing Summer Winter Christmas Dental Mom Dad Food "
    "Book Toy Pet Candy Grocery Hardware Coffee Beach".split()
) | {*DAYS, *MONTHS}
"""Words that name no one organisation: "a State Bank", "the French School"."""
_LEADING = frozenset(
    "The A An In At On For From To By With And Or But If When While After Before Since Our My Your His Her Their This "
    "That These Those Every Each All Some".split()
)


def headed_organisations(texts: Sequence[str]) -> list[str]:
    """The organisations of no list in texts whose last word tells what they are, in reading order.

    Not where its own part is said alone as well, which would have to become another with it ("Lincoln" beside "Lincoln
    High School"), nor where that part is a common word ("the State Bank").
    """
    found: dict[str, str] = {}
    for text in texts:
        for start, end in free_stretches(text):
            found |= dict(_headed(text, start, end))
    whole = "\n".join(texts)
    spent: Counter[str] = Counter()
    for name, own in found.items():
        spent[own] += _times(name, whole)
    return [name for name, own in found.items() if _times(own, whole) == spent[own]]


def named_anew(name: str) -> Iterator[str]:
    """Made-up organisations of the same kind, with the same article, in an order of their own."""
    match = _HEADED.fullmatch(name) or _HEADED.search(f"the {name}")
    own = _own(match) if match is not None else ""
    for founder in FOUNDERS["any"] if own else ():
        other = name.replace(own, founder, 1)
        if article(other) == article(name):
            yield other


def _headed(text: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Each organisation in a stretch of a text, and its own part."""
    for match in _HEADED.finditer(text, start, end):
        own = _own(match)
        if not own or ((match["town"] or match["state"]) and own not in _TOWNS):
            continue
        whole = match[0][match[0].index(own) :] if match["name"] else match[0]
        if _GOES_ON.search(text[: match.end() - len(whole)]) is None:
            yield whole, own


def _own(match: re.Match[str]) -> str:
    """An organisation's own part, without the common words around it; "" where there is nothing else."""
    words = next(match[group] for group in _OWN if match[group]).split()
    if all(word in _COMMON or len(word) == 1 for word in words):
        return ""
    while words[0] in _LEADING:
        words.pop(0)
    while words[-1] in _COMMON:
        words.pop()
    return " ".join(words)


def _times(name: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text))
