"""Answers that are computed from the numbers of a text: with other numbers, the answer is computed anew.

How it is computed is said by an example's `formula` ("48 + 48 / 2"), or by the calculator marks that GSM8K writes into
its solutions ("48/2 = <<48/2=24>>24"). Mirzadeh et al. 2024 (GSM-Symbolic, arXiv 2410.05229) vary problems like this.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from llmrobust.operators.builtin.values.quantities import is_fixed
from llmrobust.operators.builtin.words.numbers import number_value
from llmrobust.seeds import Stream

_MARK = re.compile(r"<<([^<>=]+)=([^<>=]+)>>")
_NUMBER = re.compile(
    r"(?<![\w.,/:-])\d{1,3}(?:,\d{3})+(?![\d,]*\d)|"
    r"(?<![\w.,/:-])\d+(?:\.\d+)?(?![\w/:%]|,\d|\.\d|-\d|\s?%|st\b|nd\b|rd\b|th\b)"
)
_ANY_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATED = re.compile(rf"\s{_MONTH}\b|\s?(?:a|p)\.?m\b|\s?o['’]?clock\b|\spercent\b", re.IGNORECASE)
_HIDDEN = {
    2: r"half|halves|twice|doubl|pair|couple|both|two|second",
    3: r"tripl|third|thrice|three",
    4: r"quarter|fourth|four",
    5: r"nickel|fifth|five|weekday",
    6: r"six|half",
    7: r"week|seven|daily|every day",
    8: r"eight",
    10: r"dime|ten|decade",
    12: r"dozen|year|month|foot|feet|inch|twelve|noon",
    16: r"pound|ounce",
    20: r"score",
    24: r"day|hour",
    25: r"quarter",
    28: r"month|february",
    30: r"month|half",
    31: r"month",
    52: r"year|week",
    60: r"hour|minute|second",
    100: r"percent|%|cent|dollar|\$|century|hundred",
    180: r"degree|angle",
    360: r"degree|angle",
    365: r"year",
    1000: r"thousand|kilo|gram|liter|litre|meter|metre",
}
"""Numbers that a text may mean without writing them: what "half" or "a week" brings into a computation."""
_LIMITS = {"hour": 24, "day": 31, "week": 52, "month": 12, "minute": 60, "second": 60}
_ATTEMPTS = 80


class Miscalculated(ValueError):
    """A formula that does not give the answer."""


@dataclass(frozen=True, slots=True)
class Computation:
    """How an answer comes from numbers: expressions in order, each with its result; the last result is the answer."""

    steps: tuple[tuple[ast.expr, Fraction], ...]

    def run(self, values: Mapping[Fraction, Fraction]) -> list[Fraction] | None:
        """The results with other numbers in place of some; None where one divides by zero."""
        results: dict[Fraction, Fraction] = {}
        made = []
        for expression, old in self.steps:
            try:
                new = _value(expression, {**values, **results})
            except ZeroDivisionError:
                return None
            results[old] = new
            made.append(new)
        return made

    def numbers(self) -> set[Fraction]:
        """The numbers that it takes from outside: not the results of steps before."""
        taken: set[Fraction] = set()
        results: set[Fraction] = set()
        for expression, result in self.steps:
            taken |= {one for one in _leaves(expression) if one not in results}
            results.add(result)
        return taken


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text, as it is written, with its value, and the most that it may become."""

    written: str
    value: Fraction
    most: int = 10**12


def computation_in(solution: str, text: str, gold: str) -> Computation | None:
    """What a solution's calculator marks compute, if that is the gold answer.

    None where a step is done in the head: a number comes from nowhere, or a result is not used again (as where the
    larger of two is the answer). None also where a result that is used again is a number of the text too.
    """
    steps = []
    for expression, result in _MARK.findall(solution):
        parsed, value = _parsed(expression), number_in(result)
        if parsed is None or value is None or _safe(parsed) != value:
            return None
        steps.append((parsed, value))
    if not steps or steps[-1][1] != number_in(gold):
        return None
    made = Computation(tuple(steps))
    used = [set(_leaves(expression)) for expression, _ in steps]
    results = [result for _, result in steps]
    if len(set(results)) < len(results) or _unused(text, made):
        return None
    if any(result in later and _is_said(result, text) for i, result in enumerate(results) for later in used[i + 1 :]):
        return None  # "four times as many", and 12/3=4: which of the two is meant by the 4 of a later step?
    loose = any(all(result not in later for later in used[i + 1 :]) for i, (_, result) in enumerate(steps[:-1]))
    return None if loose or any(not _has_a_source(one, text) for one in made.numbers()) else made


def computation_of(formula: str, gold: str) -> Computation:
    """What a formula computes. Raises Miscalculated for one that cannot be read or does not give the gold answer."""
    parsed = _parsed(formula)
    if parsed is None:
        raise Miscalculated(f'the formula "{formula}" is not made of numbers, + - * / and brackets')
    value = _safe(parsed)
    if value is None or value != number_in(gold):
        given = "nothing (it divides by zero)" if value is None else shown(value, str(value))
        raise Miscalculated(f'the formula "{formula}" gives {given}, not the expected answer {gold}')
    return Computation(((parsed, value),))


def number_in(text: str) -> Fraction | None:
    """The value of a number as it is written ("$1,250.50"); None for anything else."""
    plain = text.strip().lstrip("$£€").replace(",", "").rstrip("%. ")
    try:
        return Fraction(plain) if re.fullmatch(r"-?(?:\d+(?:\.\d*)?|\.\d+)", plain) else None
    except (ValueError, ZeroDivisionError):
        return None


def variable_quantities(text: str, computation: Computation) -> list[Quantity]:
    """The whole numbers of a text that may vary: written once, in digits, and surely meant in the computation."""
    everywhere = [number_in(found) for found in _ANY_NUMBER.findall(text)]
    words = _in_words(text)
    results = [result for _, result in computation.steps[:-1]]
    terms = {Fraction(len(list(_leaves(expression)))) for expression, _ in computation.steps} | {
        Fraction(len(computation.steps))
    }
    twice = {one for expression, _ in computation.steps for one, n in Counter(_leaves(expression)).items() if n > 1}
    taken = computation.numbers()
    found = []
    for match in _NUMBER.finditer(text):
        value = number_in(match[0])
        if value is None or value.denominator != 1 or value < 2 or _DATED.match(text, match.end()):
            continue
        if is_fixed(text[match.end() :]):
            continue
        if everywhere.count(value) != 1 or value in words or value in results or value not in taken:
            continue
        if (3 <= value <= 7 and value in terms) or value in twice:
            continue
        if (
            1900 <= value <= 2100
            and "," not in match[0]
            and text[match.start() - 1 : match.start()] not in ("$", "£", "€")
        ):
            continue
        hidden = _HIDDEN.get(int(value))
        if hidden is None or not re.search(rf"\b(?:{hidden})", text.replace(match[0], ""), re.IGNORECASE):
            found.append(Quantity(match[0], value, _most(text[match.end() :], int(value))))
    return found


def varied(
    text: str, computation: Computation, quantities: Sequence[Quantity], by: float, gold: str, stream: Stream
) -> tuple[dict[str, str], str] | None:
    """Other numbers for a text, as they are written, and the answer that they give; None where none were found.

    Results stay whole and positive where they were, numbers keep their order of size and their round look.
    """
    others = [value for found in _ANY_NUMBER.findall(text) if (value := number_in(found)) is not None]
    old = computation.run({})
    for attempt in range(_ATTEMPTS):
        chosen = (
            list(quantities)
            if attempt < _ATTEMPTS // 2
            else stream.sample(list(quantities), 1 + stream.below(len(quantities)))
        )
        values = {one.value: _near(one, by, stream) for one in chosen}
        new = computation.run(values)
        if new is None or old is None or new[-1] == old[-1] or not _natural(old, new):
            continue
        if not _in_order(others, values) or {*values.values()} & ({*others} - {*values}):
            continue
        written = {one.written: shown(values[one.value], one.written) for one in chosen}
        if any(before != after for before, after in written.items()):
            return written, shown(new[-1], gold)
    return None


def shown(value: Fraction, like: str) -> str:
    """A number written like another: with commas and as many decimals."""
    decimals = len(like.partition(".")[2].rstrip("% ")) if "." in like else 0
    if value.denominator != 1 and not decimals:
        decimals = 2
    text = f"{float(value):,.{decimals}f}" if decimals else f"{int(value):,}"
    sign = like.strip()[:1] if like.strip()[:1] in "$£€" else ""
    return sign + (text if "," in like else text.replace(",", ""))


def _unused(text: str, computation: Computation) -> bool:
    """Whether a text has a number that is not computed with: it may follow from the others ("the remaining 24")."""
    said = _in_digits(text)
    known = computation.numbers()
    used = known | {one for one in said if one / 100 in known or 1 + one / 100 in known or 1 - one / 100 in known}
    return any(one not in used and one > 1 for one in said)


def _in_digits(text: str) -> set[Fraction]:
    """The numbers that a text has in digits."""
    return {value for found in _ANY_NUMBER.findall(text) if (value := number_in(found.rstrip(","))) is not None}


def _in_words(text: str) -> set[Fraction]:
    """The numbers that a text has in words."""
    words = re.findall(r"[a-z]+(?:-[a-z]+)?", text.lower())
    return {Fraction(one) for word in words if (one := number_value(word)) is not None}


def _is_said(number: Fraction, text: str) -> bool:
    """Whether a text has a number in digits or in words."""
    return number in _in_digits(text) or (number > 1 and number in _in_words(text))


def _has_a_source(number: Fraction, text: str) -> bool:
    """Whether a text says a number: in digits, in words, as a share ("25%"), or by a word such as "half"."""
    if number == 1 or _is_said(number, text):
        return True
    if number.denominator != 1:
        shares = {Fraction(share) / 100 for share in re.findall(r"(\d+(?:\.\d+)?)\s?(?:%|percent)", text)}
        halves = re.search(r"\bhal(?:f|ves)|quarter|\b1/\d|third|fourth|fifth|tenth", text) is not None
        return number in shares | {1 + one for one in shares} | {1 - one for one in shares} or (
            halves
            and number
            in (Fraction(1, 2), Fraction(3, 2), Fraction(1, 4), Fraction(3, 4), Fraction(1, 5), Fraction(1, 10))
        )
    hidden = _HIDDEN.get(int(number))
    return hidden is not None and re.search(hidden, text, re.IGNORECASE) is not None


def _most(after: str, value: int) -> int:
    """The most that a number of hours, days or the like can be, if it is within that now."""
    unit = re.match(r"[\s-](?:more |extra )?([a-z]+)", after)
    limit = _LIMITS.get(unit[1].rstrip("s"), 10**12) if unit else 10**12
    return limit if value <= limit else 10**12


def _near(quantity: Quantity, by: float, stream: Stream) -> Fraction:
    whole = int(quantity.value)
    step = (
        10 ** (len(str(whole)) - len(str(whole).rstrip("0")))
        if whole >= 100
        else 5
        if whole >= 20 and whole % 5 == 0
        else 1
    )
    reach = max(1, int(whole * by) // step)
    return Fraction(min(quantity.most, max(2, whole + step * (stream.below(2 * reach + 1) - reach))))


def _natural(old: Sequence[Fraction], new: Sequence[Fraction]) -> bool:
    """Whether results are whole, positive and not below one where they were, and no decimals run on."""
    for before, after in zip(old, new, strict=True):
        if before.denominator == 1 and after.denominator != 1:
            return False
        if (before > 0 and after <= 0) or (before >= 1 > after) or (100 * after).denominator != 1:
            return False
    return True


def _in_order(numbers: Sequence[Fraction], values: Mapping[Fraction, Fraction]) -> bool:
    return all(
        (a < b) == (values.get(a, a) < values.get(b, b)) and (values.get(a, a) != values.get(b, b))
        for a, b in combinations(sorted(set(numbers)), 2)
    )


def _parsed(expression: str) -> ast.expr | None:
    plain = expression.replace("$", "").replace(",", "").replace("×", "*").replace("÷", "/").replace("x", "*").strip()
    plain = re.sub(r"(?<![\d.])0+(?=\d)", "", plain)
    plain = re.sub(r"(\d+(?:\.\d+)?|\.\d+)\s*%", r"(\1/100)", plain)
    if len(plain) > 400 or not re.fullmatch(r"[-+*/(). \d]+", plain) or "**" in plain or "//" in plain:
        return None
    try:
        return ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return None


def _safe(expression: ast.expr) -> Fraction | None:
    try:
        return _value(expression, {})
    except (ZeroDivisionError, ValueError):
        return None


def _value(node: ast.expr, values: Mapping[Fraction, Fraction]) -> Fraction:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        number = Fraction(str(node.value))
        return values.get(number, number)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _value(node.operand, values)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, values), _value(node.right, values)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            return left / right
    raise ValueError(f"no number: {ast.dump(node)}")


def _leaves(node: ast.expr) -> Iterator[Fraction]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, int | float):
            yield Fraction(str(one.value))
