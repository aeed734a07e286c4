"""Which variants of an operator are read: one of each of the first rows, in an order of its own, that it changes."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from llmrobust.operators import Draw, Operator, Params, Relation, Sample
from llmrobust.operators.operator import ANY_LANGUAGE
from llmrobust.report.catalogue.readings import parsed
from llmrobust.report.catalogue.sample_variants import sample_prompt
from llmrobust.text.word_diff import Piece, prompt_diff
from tools.reading import passage_rows, rows, structured_rows, tool_rows
from tools.reading.files import Row

FILE = Path(__file__).parents[2] / "llmrobust" / "operators" / "read.tsv"
PLENTY = 20
"""Variants shown of an operator."""
LOOKED_AT = 900
"""Rows tried for an operator that applies to few."""
PARAMS: dict[str, dict[str, Any]] = {
    "noise.entity_typos": {"fields": ["slot"]},
    "entity.field": {"fields": ["name"]},
    "instruction.language": {"to": ["de", "fr", "es", "it", "pt", "zh", "ja", "ko", "ar"]},
}
"""Parameters that an operator must be given."""
READ = (Relation.SAME, Relation.FOLLOWS)
Source = Callable[[Path], list[Row]]
SOURCES: dict[str, tuple[Source, ...]] = {
    "instruction": (rows.instruction_rows,),
    "instruction.language": (rows.usual_rows,),
    "paraphrase": (rows.instruction_rows,),
    "promptbench": (rows.instruction_rows,),
    "layout": (structured_rows.prompt_rows,),
    "order.sections": (structured_rows.prompt_rows,),
    "order.passage": (structured_rows.prompt_rows, structured_rows.document_rows),
    "instruction.reminder": (structured_rows.prompt_rows, rows.instruction_rows),
    "context.date": (structured_rows.prompt_rows, rows.text_rows),
    "context.locale": (structured_rows.prompt_rows, rows.text_rows),
    "layout.lists": (structured_rows.prompt_rows, tool_rows.tool_rows),
    "tools": (tool_rows.tool_rows, structured_rows.prompt_rows),
    "logic": (structured_rows.theory_rows,),
    "logic.distributive_1": (structured_rows.theory_rows, structured_rows.paired_theory_rows),
    "logic.distributive_2": (structured_rows.theory_rows, structured_rows.paired_theory_rows),
    "rag": (structured_rows.document_rows, passage_rows.passage_rows),
    "entity.organisation": (rows.text_rows, passage_rows.passage_rows, passage_rows.context_rows),
    "entity.place": (rows.text_rows, passage_rows.passage_rows, passage_rows.context_rows),
    "entity.date": (rows.text_rows, passage_rows.passage_rows, passage_rows.context_rows),
    "entity.field": (passage_rows.field_rows,),
    "format": (structured_rows.choice_rows, rows.text_rows),
    "chat.history": (structured_rows.shot_rows, rows.text_rows),
    "chat.system_to_user": (structured_rows.shot_rows,),
    "demonstrations": (structured_rows.shot_rows,),
    "order.demonstrations": (structured_rows.shot_rows,),
    "order.documents": (structured_rows.document_rows,),
    "order.facts": (structured_rows.fact_rows, structured_rows.premise_rows),
    "order.options": (structured_rows.choice_rows,),
    "context.distractor": (structured_rows.premise_rows, passage_rows.context_rows),
    "context.misleading": (structured_rows.claim_rows,),
    "context.partial": (structured_rows.claim_rows,),
    "noise.entity_typos": (structured_rows.slot_rows,),
}
"""Rows for operators that need a structure; all others get running text."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A variant to read: the operator, the row, what changed, and the hash of what was and of what is."""

    operator: Operator
    row: str
    pieces: list[Piece]
    hash: str
    note: str


def to_read(operator: Operator, data: Path, language: str = "en") -> list[Seen]:
    """The variants of an operator that are shown, in the order in which they are numbered (from 1).

    Of an operator that must be given files or other operators, or that changes no row: those of its own sample.
    In another language than English: every variant of the prompts that there are in it.
    """
    try:
        params = operator.params(**PARAMS.get(operator.name, {}))
    except ValidationError:
        return of_sample(operator) if language == "en" else []
    if language != "en":
        if not {language, ANY_LANGUAGE} & set(operator.languages):
            return []
        return list(_found(operator, params, structured_rows.language_rows(language), language).values())
    found = _found(operator, params, _in_order(operator, data))
    return list(found.values()) or of_sample(operator, "its own sample")


def of_sample(operator: Operator, name: str = "sample") -> list[Seen]:
    """What an operator makes of its own sample, where it promises something of it; nothing where it has none.

    name: of the example, which variants on file belong to by name.
    """
    if operator.sample is None:
        return []
    given = operator.params(**{**PARAMS.get(operator.name, {}), **operator.sample.params})
    return list(_found(operator, given, [(name, operator.sample)]).values())


def _found(operator: Operator, params: Params, given: Iterable[Row], language: str = "en") -> dict[str, Seen]:
    """By hash, one variant of each of the first rows that the operator changes; in other languages all of each row."""
    found: dict[str, Seen] = {}
    for name, sample in given:
        prompt = replace(sample_prompt(sample), gold=_gold(sample))
        before = prompt.as_messages()
        pool = sample.pool or ((name, sample.fields),)
        draw = Draw(0, operator.name, name, sample.fields, sample.labels, sample.expected, pool, language)
        made = [one for one in operator.kept(prompt, params, draw) if one.prompt.as_messages() != before]
        made = [one for one in made if (one.relation or operator.relation) in READ]
        for variant in made if language != "en" else made[int(_hash(name), 16) % max(1, len(made)) :][:1]:
            after = variant.prompt.as_messages()
            told = [f"expected {variant.expected}"] if variant.expected is not None else []
            told += [f"{old}->{new}" for old, new in {**variant.label_map, **variant.answer_map}.items()]
            if told and sample.expected is not None:
                told.append(f"was {sample.expected}")
            text = _hash(repr(before) + repr(after))
            found.setdefault(text, Seen(operator, name, prompt_diff(before, after), text, ", ".join(told)))
        if len(found) >= (PLENTY if language == "en" else 2 * PLENTY):
            break
    return found


def shown(seen: Seen, words: int) -> str:
    """What changed, as [-removed-]{+added+}, with so many unchanged words at each side."""
    out = []
    last = len(seen.pieces) - 1
    for n, (kind, text) in enumerate(seen.pieces):
        if kind == "same":
            if n == 0 and last > 0:
                text = re.split(r"\n(?:Problem|Customer|Review|Text|Input): ", text)[-1]
            parts = re.findall(r"\S+|\s+", text)
            room = 2 * words
            if n not in (0, last) and len(parts) > 2 * room:
                parts = [*parts[:room], " … ", *parts[-room:]]
            elif n == 0 and len(parts) > room:
                parts = ["…", *parts[-room:]]
            elif n == last and len(parts) > room and last > 0:
                parts = [*parts[:room], "…"]
            out.append("".join(parts))
        else:
            out.append(f"[-{text}-]" if kind == "removed" else f"{{+{text}+}}")
    note = f"  ({seen.note})" if seen.note else ""
    return "".join(out).replace("\n", "⏎") + note


def _in_order(operator: Operator, data: Path) -> Iterator[Row]:
    """Rows in the order in which this operator sees them: kinds in turn, and within a kind by hash.

    A version after the first one that was read sees other rows, so that nobody is proud of having mended what was read.
    """
    marks, _ = parsed(FILE.read_text(encoding="utf-8").splitlines())
    first = min((mark.version for mark in marks if mark.operator == operator.name), default=operator.version)
    salt = operator.name + ("" if operator.version <= first else f" {operator.version} ")
    kinds: dict[str, list[Row]] = defaultdict(list)
    for name, sample in _rows_for(operator, data):
        kinds[name.split("/")[0] if not name.startswith("task") else "task"].append((name, sample))
    queues = [sorted(kind, key=lambda row: _hash(salt + row[0])) for kind in kinds.values()]
    # Word problems and bank questions twice as often as others.
    twice = ("gsm8k", "banking77")
    turns = [queue for kind, queue in zip(kinds, queues, strict=True) for _ in range(1 + (kind in twice))]
    tried = 0
    while any(turns) and tried < LOOKED_AT:
        for queue in turns:
            if queue:
                tried += 1
                yield queue.pop(0)


_CACHE: dict[tuple[object, Path], list[Row]] = {}


def _rows_for(operator: Operator, data: Path) -> list[Row]:
    sources = SOURCES.get(operator.name) or SOURCES.get(operator.family) or (rows.text_rows,)
    found = []
    for source in sources:
        if (source, data) not in _CACHE:
            _CACHE[source, data] = source(data)
        found += _CACHE[source, data]
    return found


def _gold(sample: Sample) -> tuple[str, ...]:
    """What a suite keeps of a free answer: of JSON, the texts in it."""
    if sample.labels or sample.expected is None:
        return ()
    try:
        value = json.loads(sample.expected)
    except ValueError:
        value = sample.expected
    return tuple(text for text in _texts(value) if len(text) > 1 or text.isdecimal())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (text for one in value.items() for part in one for text in _texts(part))
    elif isinstance(value, list):
        yield from (text for one in value for text in _texts(one))
    else:
        yield str(value)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
