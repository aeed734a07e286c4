"""How many of the texts that name an entity its operator changes, and why it leaves the others alone.

    python -m benchmarks.entity_reach --data DATA [--rows 200] [--show OPERATOR]

DATA: a folder with gsm8k, banking77, fluke and natural-instructions, as for `tools/reading`, whose prompts these are:
each text with its instruction, its labels and its gold answer. What a text names is what spaCy finds in it, in
Few-NERD what its readers marked. spaCy misses and invents, so that `entity_rows.tsv` beside this file says of a sample
what a reader found there, and a second table is of that sample. --rows: the first texts of each source; --show lists
those that it leaves.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import measure
from llmrobust.english import analyse
from llmrobust.operators import REGISTRY, Draw, Sample
from llmrobust.operators.builtin.values.dates import DAYS, MONTHS, dates_of
from llmrobust.operators.builtin.values.grounding import Grounds
from llmrobust.operators.builtin.values.organisations import all_organisations_of
from llmrobust.operators.builtin.values.people import people_of
from llmrobust.operators.builtin.values.places import places_of
from llmrobust.operators.builtin.values.quantities import numbers_of
from llmrobust.prompt.spans import Prompt
from llmrobust.report.catalogue.sample_variants import sample_prompt
from tools.reading.rows import text_rows

SAMPLE = Path(__file__).with_name("entity_rows.tsv")
OPERATORS = {
    "entity.person": "person",
    "entity.region": "person or place",
    "entity.place": "place",
    "entity.organisation": "organisation",
    "entity.date": "date",
    "entity.number": "number or money",
}
"""By operator, the kinds of entities of which a text must name one."""
SPACY = {
    "PERSON": "person",
    "GPE": "place",
    "LOC": "place",
    "ORG": "organisation",
    "CARDINAL": "number",
    "QUANTITY": "number",
    "PERCENT": "number",
    "MONEY": "money",
}
GOLD = {"PERSON": "person", "LOCATION": "place", "ORGANIZATION": "organisation"}
_NATIONAL = re.compile(r"(?:an|ish|ese|nch|Scots|Arab)\Z")
"""What some of its readers called a location: "German"."""
_DATED = re.compile(rf"\b(?:{'|'.join((*DAYS, *MONTHS))})|\b(?:1\d|20)\d\d\b", re.IGNORECASE)
"""A date of the calendar: spaCy also calls "2 weeks" and "daily" dates."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A text that an operator was tried on: where it comes from, what it says, and why it stays; "" if it changes."""

    row: str
    text: str
    why: str


def real_rows(data: Path, most: int) -> Iterator[tuple[str, Sample, set[str]]]:
    """The first prompts of each source, each with the kinds of entities that its text names."""
    seen: Counter[str] = Counter()
    for name, sample in text_rows(data):
        source = name.split("/")[0]
        seen[source] += 1
        if seen[source] > most:
            continue
        kinds = kinds_by_spacy(text_of(sample))
        if source == "fewnerd":
            marked = dict(_marked(sample.expected or "null"))
            kinds = {GOLD[kind] for kind in marked.values() if kind in GOLD} | (kinds - {*GOLD.values()})
            sample = replace(sample, expected=json.dumps(list(marked), ensure_ascii=False))
        yield name, sample, kinds


def _marked(gold: str) -> Iterator[tuple[str, str]]:
    """Each name of a gold answer of Few-NERD with its kind, in either of its layouts; without nationalities."""
    for one in json.loads(gold) or []:
        name, kind = (one["text"], one["value"]) if "text" in one else next(iter(one.items()))
        yield name, "" if _NATIONAL.search(name) else kind


def text_of(sample: Sample) -> str:
    """What an example says, apart from solutions."""
    return "\n".join(str(value) for key, value in sample.fields.items() if key not in ("solution", "pronoun"))


def kinds_by_spacy(text: str) -> set[str]:
    """What kinds of entities spaCy finds in a text."""
    tokens = analyse(text).tokens
    kinds = {SPACY[token.entity] for token in tokens if token.entity in SPACY}
    dated = any(token.entity == "DATE" and _DATED.search(token.text) for token in tokens)
    return kinds | ({"date"} if dated else set())


def kinds_by_reader() -> dict[str, set[str]]:
    """What a reader found in the texts of the sample, by row."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row: set(kinds.split()) for row, kinds in rows}


def tried(operator_name: str, row: str, sample: Sample) -> Tried:
    """What an operator does to a row's prompt, or why it does nothing."""
    operator = REGISTRY.get(operator_name)
    assert operator is not None
    prompt = sample_prompt(sample)
    draw = Draw(0, operator_name, row, sample.fields, sample.labels, sample.expected, sample.pool)
    before = prompt.as_messages()
    changed = any(one.prompt.as_messages() != before for one in operator.kept(prompt, operator.params(), draw))
    return Tried(row, text_of(sample), "" if changed else _why(operator_name, prompt, draw))


def _why(operator: str, prompt: Prompt, draw: Draw) -> str:
    grounds = Grounds(prompt, draw)
    found = list(_RECOGNISED[operator](prompt, grounds))
    if not found:
        return "not recognised"
    asks = grounds.tells_of if operator == "entity.person" else grounds.answers_about
    if operator != "entity.number" and not any(map(asks, found)):
        return "the world is asked"
    return "a label, an option, an answer or a part of what would stay"


_RECOGNISED: Mapping[str, Callable[[Prompt, Grounds], Sequence[str] | Mapping[str, object]]] = {
    "entity.person": lambda prompt, grounds: people_of(grounds.inputs),
    "entity.region": lambda prompt, grounds: [*people_of(grounds.inputs), *places_of(prompt)],
    "entity.place": lambda prompt, grounds: places_of(prompt),
    "entity.organisation": lambda prompt, grounds: all_organisations_of(grounds.inputs),
    "entity.date": lambda prompt, grounds: dates_of(grounds.inputs).names(),
    "entity.number": lambda prompt, grounds: numbers_of(prompt),
}


def table(made: Mapping[str, Sequence[Tried]], rows: int) -> list[list[str]]:
    """A line an operator: the texts that name an entity of its kind, the share that it changes, why others stay."""
    out = [["operator", "texts", "changes", "why others stay"]]
    for name, several in made.items():
        reasons = Counter(one.why for one in several if one.why)
        share = f"{sum(not one.why for one in several) / len(several):.2f}" if several else "-"
        told = "; ".join(f"{why}: {count}" for why, count in reasons.most_common())
        out.append([name, f"{len(several)} of {rows} ({OPERATORS[name]})", share, told])
    return out


def _figures(made: Mapping[str, Sequence[Tried]]) -> dict[str, Any]:
    return {
        name: {"texts": len(several), "changed": sum(not one.why for one in several)} for name, several in made.items()
    }


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=200, help="texts of each source")
    parser.add_argument("--show", choices=[*OPERATORS], help="list the texts that an operator leaves")
    args = parser.parse_args()
    rows = list(real_rows(args.data, args.rows))
    kinds = {name: held for name, _, held in rows}
    for title, held in (("found", kinds), ("read", kinds_by_reader())):
        made: dict[str, list[Tried]] = defaultdict(list)
        for operator, wanted in OPERATORS.items():
            for name, sample, _ in rows:
                if held.get(name, set()) & set(wanted.split(" or ")):
                    made[operator].append(tried(operator, name, sample))
        texts = sum(name in held for name, *_ in rows)
        measure.report(f"entity_reach_{title}", table(made, texts), _figures(made))
        for one in made.get(args.show, ()):
            if one.why:
                print(f"{one.row} [{one.why}] {one.text}")


if __name__ == "__main__":
    main()
