"""The cases of a run as compact columns, which the page's explorer unpacks in the browser.

Packed JSON texts: `cases` (columns of small numbers into lists of distinct values, needed at once) and `prompts` in
parts (unperturbed prompts, what each case changes in its own, replies and probabilities; a part is unpacked when a case
in it is opened or searched). Cases of one example are adjacent, so that they compress well. Offsets count UTF-16 units,
as in JavaScript."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from llmrobust.models.choices import spec_again
from llmrobust.plan import name_of
from llmrobust.results.comparison import Comparison
from llmrobust.results.pairing import Change
from llmrobust.results.run_result import RunResult
from llmrobust.score.case_result import CaseResult
from llmrobust.score.verdict import Status
from llmrobust.text.edit_script import Edit, Messages, edits_of

NONE = -1
"""The number that encodes a missing value."""
LIKELIEST = 8
"""How many label probabilities are kept per case; the others are too small to matter."""
SHARES = 10_000
"""Probabilities are kept as whole numbers of this many parts."""
ANSWER_CHARACTERS = 200
"""Longer answers are cut in the list; the reply is kept whole."""
PART_CASES = 4096
"""A part of the prompts has about so many cases."""
BUDGET_BYTES = 40_000_000
"""Largest packed size of prompts and replies; beyond it only those of cases that did not pass are kept."""
_STATUSES = {status: number for number, status in enumerate(Status)}
_MARK = "\0"


@dataclass(slots=True)
class Distinct:
    """A list of distinct values, and the number of each."""

    values: list[Any] = field(default_factory=list)
    _numbers: dict[Hashable, int] = field(default_factory=dict)

    def number(self, key: Hashable, value: Any = None) -> int:
        """The number of a key, NONE for None; a new one is listed with its value (`key` itself by default)."""
        if key is None:
            return NONE
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.values)
            self.values.append(key if value is None else value)
        return found

    def text(self, text: str | None) -> int:
        """The number of a text, which is listed cut."""
        if text is None or len(text) <= ANSWER_CHARACTERS:
            return self.number(text)
        return self.number(text, f"{text[: ANSWER_CHARACTERS - 1]}…")


@dataclass(slots=True)
class _Unperturbed:
    """An unperturbed prompt, and of each of its cases the number in the run, the entry, and the shares of the labels.

    An entry is a case's edits (or its messages, if their roles differ), and its reply (0 if that is the answer as
    listed).
    """

    messages: list[list[str]]
    cases: list[int] = field(default_factory=list)
    entries: list[list[Any]] = field(default_factory=list)
    shares: list[list[int] | int] = field(default_factory=list)

    def form(self, keep: Sequence[bool]) -> list[Any]:
        """What the page gets: messages (none, if all cases are left out), entries (0 of one left out) and shares."""
        entries = [entry if keep[case] else 0 for case, entry in zip(self.cases, self.entries, strict=True)]
        return [self.messages if any(entries) else [], entries, self.shares]


@dataclass(frozen=True, slots=True)
class Payload:
    """What the page carries for its explorer, packed: gzip in base64. prompts: in parts. left_out: cases whose prompts
    are not in it."""

    cases: str
    prompts: tuple[str, ...]
    left_out: int


def payload(run: RunResult, compared: Comparison | None = None, budget_bytes: int = BUDGET_BYTES) -> Payload:
    """All cases of a run; compared: it and an older one."""
    prompts = _prompts(run)
    keep = [True] * sum(len(suite.cases) for suite in run.suites)
    packed = _packed_parts(prompts, keep)
    if sum(map(len, packed)) > budget_bytes:
        keep = [case.status is not Status.PASSED or case.is_original for suite in run.suites for case in suite.cases]
        packed = _packed_parts(prompts, keep)
    while (size := sum(map(len, packed))) > budget_bytes and any(keep):
        kept = [number for number, wanted in enumerate(keep) if wanted]
        for number in kept[int(len(kept) * 0.9 * budget_bytes / size) :]:
            keep[number] = False
        packed = _packed_parts(prompts, keep)
    starts = list(accumulate((len(part) for part in _parts(prompts)), initial=0))[:-1]
    return Payload(packed_json({**_cases(run, compared), "starts": starts}), packed, keep.count(False))


def _packed_parts(prompts: Sequence[_Unperturbed], keep: Sequence[bool]) -> tuple[str, ...]:
    """The prompts in parts. keep: which cases are not left out, by their numbers in the run."""
    return tuple(packed_json([prompt.form(keep) for prompt in part]) for part in _parts(prompts))


def _parts(prompts: Sequence[_Unperturbed]) -> Iterator[Sequence[_Unperturbed]]:
    """Unperturbed prompts in their order, so many together as have `PART_CASES` cases."""
    start = cases = 0
    for end, prompt in enumerate(prompts, 1):
        cases += len(prompt.cases)
        if cases >= PART_CASES or end == len(prompts):
            yield prompts[start:end]
            start, cases = end, 0


def packed_json(value: Any) -> str:
    """A value as compact JSON, compressed, in base64: nothing in it can end an HTML element."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode("ascii"), 6, mtime=0)).decode("ascii")


def _cases(run: RunResult, compared: Comparison | None) -> dict[str, Any]:
    examples, kinds, texts, cleans = Distinct(), Distinct(), Distinct(), Distinct()
    names = ("suite", "example", "kind", "status", "answer", "before", "gold", "clean", "reason")
    rows = [
        (
            number,
            examples.number(case.example),
            _kind_number(kinds, number, case),
            _STATUSES[case.status],
            texts.text(case.answer),
            texts.text(case.clean_answer),
            texts.text(case.expected),
            cleans.number((number, case.example, case.repeat)),
            texts.text(case.reason or None),
        )
        for number, suite in enumerate(run.suites)
        for case in suite.cases
    ]
    return {
        "suites": [
            {
                "name": suite.name,
                "path": suite.path,
                "node": "::".join([suite.path, *(suite.column.levels if suite.column is not None else ())]),
                "choices": list(suite.choices),
                "cases": len(suite.cases),
            }
            for suite in run.suites
        ],
        "specs": _specs(run),
        "statuses": list(map(str, Status)),
        "examples": examples.values,
        "kinds": kinds.values,
        "columns": {name: [row[place] for row in rows] for place, name in enumerate(names)},
        "then": None if compared is None else _then(run, compared, texts),
        "texts": texts.values,
    }


def _specs(run: RunResult) -> list[str]:
    """The values of `--llm` that select the run's models again, one each; replicas of a model are one value."""
    named = [f"{one.label}={spec_again(one.model.spec)}" for one in run.models if one.model is not None]
    model = run.manifest.model
    return named or ([] if model is None else [spec_again(model.spec)])


def _kind_number(kinds: Distinct, suite: int, case: CaseResult) -> int:
    """The number of what the cases of a variant share. name: a case's name before and after its example's id."""
    key = (suite, case.family, case.operator, case.use, case.variant, case.repeat, case.severity, case.relation)
    value = {
        "family": case.family,
        "operator": case.operator,
        "use": case.use,
        "variant": case.variant,
        "repeat": case.repeat,
        "severity": case.severity,
        "relation": case.relation,
        "name": name_of(case.family, case.key._replace(example=_MARK)).rsplit(_MARK, 1),
    }
    return kinds.number(key, value)


def _shares(probabilities: Sequence[float] | None) -> list[int] | int:
    """Shares of all labels; for many labels, the numbers and shares of the likeliest, alternating; 0 without shares."""
    if probabilities is None:
        return 0
    whole = [round(share * SHARES) for share in probabilities]
    if len(whole) <= LIKELIEST:
        return whole
    best = sorted(range(len(whole)), key=lambda label: -whole[label])[:LIKELIEST]
    return [part for label in best for part in (label, whole[label])]


def _then(run: RunResult, compared: Comparison, texts: Distinct) -> dict[str, list[Any]]:
    """The status and answer of each case in the older run, and what became of it; NONE where it is not compared."""
    changes = list(Change)
    pairs = {id(pair.new): pair for suite in compared.suites for pair in suite.pairs}
    then: dict[str, list[Any]] = {"status": [], "answer": [], "change": [], "changes": list(map(str, changes))}
    for suite in run.suites:
        for case in suite.cases:
            pair = pairs.get(id(case))
            then["status"].append(NONE if pair is None else _STATUSES[pair.old.status])
            then["answer"].append(NONE if pair is None else texts.text(pair.old.answer))
            then["change"].append(NONE if pair is None else changes.index(pair.change))
    return then


def _prompts(run: RunResult) -> list[_Unperturbed]:
    """All unperturbed prompts, in the order of the column `clean`."""
    found: dict[Hashable, _Unperturbed] = {}
    cases = ((number, case) for number, suite in enumerate(run.suites) for case in suite.cases)
    for place, (number, case) in enumerate(cases):
        key = (number, case.example, case.repeat)
        prompt = found.get(key) or found.setdefault(key, _Unperturbed(_written(case.clean_prompt)))
        prompt.cases.append(place)
        prompt.entries.append(_entry(case))
        prompt.shares.append(_shares(case.probabilities))
    return list(found.values())


def _entry(case: CaseResult) -> list[Any]:
    cut = case.answer is None or len(case.answer) > ANSWER_CHARACTERS
    reply = case.text if cut or case.text != case.answer else 0
    before, after = case.clean_prompt, case.prompt
    if [role for role, _ in before] != [role for role, _ in after]:
        return [{"messages": _written(after)}, reply]
    return [list(_in_units(before, edits_of(before, after))), reply]


def _in_units(before: Messages, edits: Iterator[Edit]) -> Iterator[Edit]:
    """Edits with offsets in UTF-16 units instead of characters."""
    for number, start, end, text in edits:
        old = before[number][1]
        if old.isascii() or max(old) <= "\uffff":
            yield number, start, end, text
        else:
            yield number, _units(old[:start]), _units(old[:end]), text


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _written(messages: Messages) -> list[list[str]]:
    return [[role, text] for role, text in messages]
