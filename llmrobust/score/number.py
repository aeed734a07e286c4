"""Which number a free text gives as its answer.

The law, in order; where two of its parts disagree, nothing is read:

1. *alone*: the first line that holds anything is a number and nothing else (with its unit: "18 dollars"), and no other
   line is another one.
2. *declared*: the first number after "####", `\\boxed{`, `<answer>` or "answer is". Several declarations must agree.
   Of a sum there ("the answer is 9 * 2 = 18") its result counts, if nothing else follows.
3. *first*: the text starts with a number and goes on to explain it ("18, since 9 + 9 = 18"; "18 (not 20)").
4. *last*: the number that is the subject of the only sentence ("12 is the cost of 5 books"), else the last number of
   the text, as is usual for answers with worked steps. Where the last sentence names several, something must announce
   it there ("so 7", "= 7", "makes 7").

A number that is turned down ("not 20") is none. What could be something else is not read, and neither is a text whose
deciding number is such: 3:2, 12:30, 3,5, 1.000,5, 1 000, 2k, dates, ranges, one of two, bounds ("more than 10"),
guesses ("maybe 5"), parts ("2/3 of 18"), equations that are not solved ("2x = 10"), lines of one quantity each
without a total.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal

from llmrobust.score.normalise import Reading, before_of
from llmrobust.score.number_tokens import NumberToken, number_tokens, plain_mathematics
from llmrobust.score.number_wording import (
    ABOUT,
    ANNOUNCED,
    ASSIGNED,
    BARE,
    BOUNDED,
    CHANGED,
    COMPARED,
    CONCLUDES,
    COUNTED,
    DASHED,
    DECLARED,
    DENIED,
    ENDS,
    EQUALS,
    EXPLAINS,
    GUESSED,
    HEDGED,
    JOINS,
    LABELLED_LINE,
    LISTED,
    NEXT_QUESTION,
    OPEN_END,
    OPERATOR,
    PART_OF,
    SENTENCE_END,
    SUBJECT,
    TAG,
    TOTALS,
    UNIT,
    UNIT_OF_WORDS,
    UNSOLVED,
    WHICH,
)

_NEAR_WORDS = 8
_NEAR = 160
_PLAIN_DIGITS = 30
_NONE = Reading(None, "the answer contains no number")


def read_number(text: str) -> Reading:
    """The number that a text gives as its answer, in a canonical form ("1234.5", "-3", "0.25").

    Digits with commas for thousands ("1,234.5"), English words ("one hundred and twenty", "minus three"), fractions
    (`1/2`, `\\frac{1}{2}`, "three quarters") and scales ("5 million") are read. A sign counts when it touches the
    number and does not follow a digit or a letter.
    """
    text = plain_mathematics(text)
    tokens = number_tokens(text)
    if not tokens:
        return _NONE
    if DASHED.fullmatch(text):
        return Reading(None, "the dash can be a sign or the mark of a list")
    alone, others = _alone(text, tokens)
    declared = _declared(text, tokens)
    found = [*([alone] if alone else []), *declared, *others]
    if found and (alone or declared):
        return _agreed(found)
    if HEDGED.search(text):
        return Reading(None, "the answer says that it does not know")
    asked = NEXT_QUESTION.search(text, len(text) - len(text.lstrip()) + 1)
    text, tokens = (text, tokens) if asked is None else _until(asked.start(), text, tokens)
    usable = [token for token in tokens if not _denied(text, token)]
    if not usable:
        return Reading(None, "every number in the answer is rejected there")
    first = _first(text, usable)
    if first is None and _lists_quantities(text, tokens):
        return Reading(None, "the answer lists several numbers")
    return first if first is not None else _last(text, usable)


def same_number(first: str, second: str, tolerance: float) -> bool:
    """True if two canonical numbers differ by at most the tolerance (and by nothing if that is 0)."""
    return abs(Decimal(first) - Decimal(second)) <= Decimal(repr(tolerance))


def canonical_number(value: Decimal) -> str:
    """The number's shortest plain form; with an exponent where it has very many digits."""
    if value == 0:
        return "0"
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return str(value)
    kept = len("".join(map(str, digits)).rstrip("0"))
    short = Decimal((sign, digits[:kept], exponent + len(digits) - kept))
    exponent += len(digits) - kept
    return str(short) if max(kept, kept + exponent, -exponent) > _PLAIN_DIGITS else format(short, "f")


def _agreed(found: Sequence[Reading]) -> Reading:
    """The number that several readings agree on."""
    unread = next((reading for reading in found if reading.answer is None), None)
    if unread is not None:
        return unread
    answers = list(dict.fromkeys(str(reading.answer) for reading in found))
    return found[0] if len(answers) == 1 else Reading(None, f"the answer gives several numbers: {', '.join(answers)}")


def _until(end: int, text: str, tokens: Sequence[NumberToken]) -> tuple[str, list[NumberToken]]:
    """The text and its numbers before a question that it goes on with."""
    return text[:end], [token for token in tokens if token.end <= end]


def _lists_quantities(text: str, tokens: Sequence[NumberToken]) -> bool:
    """True for lines of one number each ("Monday: 10", "- 5 apples"), unless the last one is their total."""
    found = []
    start = 0
    starts = [token.start for token in tokens]
    for line in text.splitlines(keepends=True):
        inside = tokens[bisect_left(starts, start) : bisect_left(starts, start + len(line))]
        counted = len(inside) == 2 and COUNTED.fullmatch(text, start, inside[1].start) is not None
        label = LABELLED_LINE.fullmatch(text, start, inside[-1].start) if len(inside) == 1 or counted else None
        if line.strip() and (label is None or "=" in line):
            return False
        if label is not None:
            found.append((TOTALS.search(line) is not None, inside[-1].value))
        start += len(line)
    totals = {value for total, value in found if total}
    return len({value for _, value in found}) > 1 and (not found[-1][0] or len(totals) > 1)


def _alone(text: str, tokens: Sequence[NumberToken]) -> tuple[Reading | None, list[Reading]]:
    """The number that the first line is, and the numbers that other lines are."""
    found: list[tuple[bool, Reading]] = []
    start, first = 0, True
    starts = [token.start for token in tokens]
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        inside = tokens[bisect_left(starts, start) : bisect_left(starts, end)]
        if line.strip() and len(inside) == 1 and _is_alone(text, inside[0], start, end):
            found.append((first, _value(inside[0])))
        first = first and not line.strip()
        start = end
    if not found or not found[0][0]:
        return None, []
    return found[0][1], [reading for _, reading in found[1:] if reading.answer is not None]


def _is_alone(text: str, token: NumberToken, start: int, end: int) -> bool:
    unit = UNIT_OF_WORDS if token.written == "words" else UNIT
    if token.written == "words" and token.value == 1:
        unit = re.compile(r"[\s\"'”’)\]}*_~.,;:!]*")
    before = text[start : token.start].rstrip("$€£¥")
    return BARE.fullmatch(before) is not None and unit.fullmatch(text[token.end : end]) is not None


def _declared(text: str, tokens: Sequence[NumberToken]) -> list[Reading]:
    """What follows each declaration that a number follows."""
    found = []
    starts = [token.start for token in tokens]
    for declaration in DECLARED.finditer(text):
        after = tokens[bisect_left(starts, declaration.end()) :][:_NEAR]
        token = next((token for token in after if not _denied(text, token)), None)
        if token is None or token.start - declaration.end() > _NEAR:
            continue
        gap = text[declaration.end() : token.start].strip()
        if len(gap.split()) > _NEAR_WORDS or SENTENCE_END.search(gap.lstrip("*_ \n:")) or HEDGED.search(gap):
            continue
        if ABOUT.search(gap):
            continue
        if token.written == "words" and token.value == 1 and not _ends_sentence(text, token):
            continue
        found.append(_decided(text, token, tokens, declared=True))
    return found


def _ends_sentence(text: str, token: NumberToken) -> bool:
    return ENDS.match(text, token.end) is not None


def _first(text: str, usable: Sequence[NumberToken]) -> Reading | None:
    """The number that the text starts with, if an explanation follows and does not end with another."""
    token = usable[0]
    if re.fullmatch(r"[\s\"'“‘(\[{*_~>=#$€£¥-]*", text[: token.start]) is None or token.value is None:
        return None
    explains = EXPLAINS.match(text, token.end)
    if explains is None:
        return None
    if explains.group().endswith("("):
        closed = text.find(")", explains.end())
        if closed < 0 or any(later.start > closed for later in usable):
            return None
    else:
        said = list(CONCLUDES.finditer(text, explains.end()))
        later = [one for one in usable if said and one.start > said[-1].end()]
        if later and later[-1].value != token.value:
            return Reading(None, "the explanation ends with another number")
    return _value(token)


def _last(text: str, usable: Sequence[NumberToken]) -> Reading:
    """The last number of the text; number words count only where nothing else could be meant."""
    digits = [token for token in usable if token.written != "words"]
    token = usable[-1]
    opens = not text[: usable[0].start].strip(" \"'“‘(*_$€£¥")
    if opens and _sentences(text) == 1 and SUBJECT.match(text, usable[0].end):
        return _value(usable[0])
    if token.written == "words":
        announced = ANNOUNCED.search(before_of(text, token.start)) is not None and _ends_sentence(text, token)
        if not announced and digits:
            token = digits[-1]
        elif not announced and (len(usable) > 1 or token.value in (0, 1) or _sentences(text) > 1):
            return Reading(None, "the answer names numbers only in words, and none of them as the answer")
    return _decided(text, token, usable, declared=False)


def _sentences(text: str) -> int:
    return sum(bool(part.strip()) for part in SENTENCE_END.split(text))


def _decided(text: str, token: NumberToken, tokens: Sequence[NumberToken], declared: bool) -> Reading:
    """The token's number, unless its neighbours make it something else."""
    before, after = before_of(text, token.start), text[token.end : token.end + _NEAR]
    if token.value is None:
        return _value(token)
    if re.match(r"[\s\"'”’)\]}*_]*\?", after):
        return Reading(None, "the answer is a question")
    if _bounded(before) or OPEN_END.match(after):
        return Reading(None, "a bound is not a number")
    if PART_OF.match(after):
        return Reading(None, "a part of a number is not worked out")
    if UNSOLVED.search(before):
        return Reading(None, "the equation is not solved")
    if not declared and GUESSED.search(SENTENCE_END.split(before)[-1]):
        return Reading(None, "the number is a guess")
    if CHANGED.search(before):
        return _value(token)
    at = list(tokens).index(token) if token in tokens else -1
    previous = tokens[at - 1] if at > 0 else None
    following = tokens[at + 1] if 0 <= at < len(tokens) - 1 else None
    if following is not None and _is_link(text[token.end : following.start], OPERATOR):
        if declared:
            return _result(text, token, tokens)
        return Reading(None, "there is a sum where the answer should be")
    if previous is not None and _is_link(text[previous.end : token.start], OPERATOR):
        return Reading(None, "there is a sum where the answer should be")
    for one, other in ((previous, token), (token, following)):
        if one is not None and other is not None and _is_one_of(text, one, other, declared):
            return Reading(None, "the answer names a range, or several numbers")
    if declared and following is not None and _lists(text, token, following, tokens[at + 2 : at + 3]):
        return Reading(None, "the answer names several numbers")
    if token.written == "fraction" and not declared and not _may_be_fraction(text, token):
        return Reading(None, "in a sentence, two numbers with a slash can be a fraction, a score or a date")
    if not declared and not _is_announced(text, token, tokens):
        return Reading(None, "the last sentence names several numbers, and none of them as the answer")
    return _value(token)


def _is_link(between: str, pattern: re.Pattern[str]) -> bool:
    return pattern.fullmatch(between) is not None


def _is_one_of(text: str, one: NumberToken, other: NumberToken, declared: bool) -> bool:
    """True for "10 to 12", "10 or 12"; for "10 and 12" only after "between" or where nothing else is said."""
    between, lead = text[one.end : other.start], before_of(text, one.start)
    joined = JOINS.fullmatch(between)
    if joined is None:
        bare = not declared and re.fullmatch(r"[\s,;]+", between) is not None
        return bare and not re.search(r"[A-Za-z]", lead) and one.value != other.value
    if joined["how"].casefold() == "to":
        return not re.search(r"\bfrom\s+[$€£¥]*$", lead, re.IGNORECASE)
    if joined["how"].casefold() == "and":
        paired = re.search(r"\b(?:between|both|either)\s+[$€£¥]*$", lead, re.IGNORECASE)
        return paired is not None or declared or not lead.strip()
    return True


def _lists(text: str, token: NumberToken, following: NumberToken, then: Sequence[NumberToken]) -> bool:
    """True for "5, 6" where one number is announced, and for "five (6)"; "18, 9 * 2 = 18" explains."""
    between = text[token.end : following.start]
    if following.value == token.value:
        return False
    if token.written == "words" and between.strip() == "(" and text[following.end : following.end + 1] == ")":
        return True
    if LISTED.fullmatch(between) is None:
        return False
    after = text[following.end : then[0].start] if then else text[following.end :]
    return not _is_link(after, OPERATOR) and not _is_link(after, EQUALS)


def _may_be_fraction(text: str, token: NumberToken) -> bool:
    return re.search(r"=\s*[$(]*$", before_of(text, token.start)) is not None


def _is_announced(text: str, token: NumberToken, tokens: Sequence[NumberToken]) -> bool:
    """True unless the token's sentence names other numbers and nothing announces this one."""
    before = text[: token.start]
    ends = [m.end() for m in SENTENCE_END.finditer(before)]
    begin = ends[-1] if ends else 0
    nearby = [one for one in tokens if begin <= one.start <= token.start]
    names = [found[1] for one in nearby if (found := ASSIGNED.search(before_of(text, one.start)))]
    if len(set(names)) > 1:
        return False
    if WHICH.search(before_of(text, token.start)) and COMPARED.match(text, token.end) and len(nearby) > 1:
        return False
    rivals = {one.value for one in nearby if one is not token and one.written != "words"}
    return rivals <= {token.value} or ANNOUNCED.search(before_of(text, token.start)) is not None


def _result(text: str, token: NumberToken, tokens: Sequence[NumberToken]) -> Reading:
    """The result of a sum that is declared ("9 * 2 = 18"), if nothing else is said after it."""
    at = list(tokens).index(token)
    equals = [i for i in range(at, len(tokens) - 1) if EQUALS.fullmatch(text[tokens[i].end : tokens[i + 1].start])]
    linked = all(
        _is_link(text[one.end : other.start], OPERATOR) or EQUALS.fullmatch(text[one.end : other.start])
        for one, other in zip(tokens[at:], tokens[at + 1 :], strict=False)
    )
    if len(equals) == 1 and equals[0] == len(tokens) - 2 and linked:
        return _value(tokens[-1])
    result = tokens[equals[0] + 1] if equals else None
    if (
        result is not None
        and equals[0] == _end_of_sum(text, at, tokens)
        and all(later.value == result.value for later in tokens[equals[0] + 1 :])
    ):
        return _value(result)
    return Reading(None, "the announced answer is followed by a sum")


def _end_of_sum(text: str, at: int, tokens: Sequence[NumberToken]) -> int:
    """The number of the last token of the sum that starts at a token, before "=" and its result."""
    for i in range(at, len(tokens) - 1):
        between = text[tokens[i].end : tokens[i + 1].start]
        if not _is_link(between, OPERATOR):
            return i if EQUALS.fullmatch(between) else -1
    return -1


def _denied(text: str, token: NumberToken) -> bool:
    """True for "not 20" and "rather than 20", not for a bound such as "more than 20"."""
    before = before_of(text, token.start)
    return DENIED.search(before) is not None and not _bounded(before)


def _bounded(before: str) -> bool:
    """True after "more than", "at least", ">" and the like; the end of a tag is none."""
    return BOUNDED.search(before) is not None and TAG.search(before) is None


def _value(token: NumberToken) -> Reading:
    if token.value is None:
        return Reading(None, token.reason)
    return Reading(canonical_number(token.value))
