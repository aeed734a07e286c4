"""Records as frozen variants of a suite: each is a variant of a text that stands in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from llmrobust.elsewhere.records import INSTRUCTION, Record, are_alike, slug
from llmrobust.generate.subjects import subjects_of
from llmrobust.operators.frozen_variants import FrozenVariant, Maker, text_hash
from llmrobust.suitefile import Example, Suite

NOT_HERE = "the original is in no example of the suite"
OTHER_INSTRUCTION = "the original is not the suite's instruction"
NO_FIELD = "the suite has no variable of that name"
UNKNOWN = "the file does not say the original, and no variant of its row is the suite's text"
OTHER_ROW = "the gold answer is another one than the example's, so the rows are not the same"
MOVED = "its options are in another order, so the right answer is another one"
SAME = "the text is the original"
DOUBLE = "another row has the same text"
PLACEHOLDER = "it has a placeholder that the suite's instruction has not"
NOTHING = "it holds no text that could replace one"
_PLACEHOLDERS = re.compile(r"\{+\s*(\w+)\s*\}+")


def frozen_variants(records: Sequence[Record], suite: Suite, source: str) -> tuple[list[FrozenVariant], Counter[str]]:
    """The variants, unreviewed, and how many texts became none, by the reason. source: the format, for people."""
    found: list[FrozenVariant] = []
    left: Counter[str] = Counter()
    seen: set[tuple[str, str | None, str]] = set()
    numbers: Counter[tuple[str, str | None, str]] = Counter()
    places = _Places(suite, records)
    for record in records:
        if record.is_original:
            continue
        if not any(text.strip() for text in record.texts.values()):
            left[NOTHING] += 1
        for field, text in record.texts.items():
            place = places.of(record, field, text) if text.strip() else NOTHING
            if isinstance(place, str):
                left[place] += place is not NOTHING
                continue
            target, example, original, new = place
            if new == original or (target, example, new) in seen:
                left[SAME if new == original else DOUBLE] += 1
                continue
            seen.add((target, example, new))
            kind = slug(record.kind.lower(), "variant")
            numbers[target, example, kind] += 1
            found.append(
                FrozenVariant(
                    name=f"{kind}-{numbers[target, example, kind]}",
                    kind=record.kind,
                    target=target,
                    example=example,
                    original=original,
                    original_sha256=text_hash(original),
                    text=new,
                    detail={"row": str(record.row)},
                    generator=Maker(model=source, prompt=record.kind, prompt_version=""),
                )
            )
    return found, left


Place = tuple[str, str | None, str, str]
"""Target, example, original and new text."""


class _Places:
    """The texts of a suite that a record may be a variant of."""

    def __init__(self, suite: Suite, records: Sequence[Record]):
        self.suite = suite
        self.said = {(one.example, field, text.strip()) for one in records for field, text in one.texts.items()}
        self.variables = {name for message in suite.messages for name in message.template.variables}
        self.by_text: dict[str, tuple[str, str, str]] = {}
        for example in suite.examples:
            for name, value in self._values(example):
                self.by_text.setdefault(value.strip(), (name, example.id, value))

    def of(self, record: Record, field: str, text: str) -> Place | str:
        """Where a text belongs, or why it belongs nowhere."""
        if field == INSTRUCTION:
            return self._instruction(record.originals.get(field), text)
        if record.moves_gold:
            return MOVED
        if field in record.originals:
            there = self.by_text.get(record.originals[field].strip())
            return NOT_HERE if there is None else (*there, text)
        return self._of_row(record, field, text)

    def _of_row(self, record: Record, field: str, text: str) -> Place | str:
        """By the number of the row, where the file does not say what the original was: the suite's text, if it is
        among the row's variants, as the unperturbed one is."""
        number = int(record.example)
        if not 0 <= number < len(self.suite.examples):
            return NOT_HERE
        example = self.suite.examples[number]
        if (
            record.expected is not None
            and example.expected is not None
            and not are_alike(record.expected, example.expected)
        ):
            return OTHER_ROW
        values = {name.casefold(): (name, value) for name, value in self._values(example)}
        if field.casefold() not in values:
            return NO_FIELD
        name, original = values[field.casefold()]
        if (record.example, field, original.strip()) not in self.said:
            return UNKNOWN
        return name, example.id, original, text

    def _instruction(self, original: str | None, text: str) -> Place | str:
        theirs = [subject.text for subject in subjects_of(self.suite, INSTRUCTION)]
        if original is None:
            chosen = theirs[0] if len(theirs) == 1 else None
        else:
            chosen = next((one for one in theirs if one.strip() == _ours(original).strip()), None)
        if chosen is None:
            return OTHER_INSTRUCTION
        if set(_PLACEHOLDERS.findall(text)) - set(_PLACEHOLDERS.findall(chosen)):
            return PLACEHOLDER
        return INSTRUCTION, None, chosen, _ours(text)

    def _values(self, example: Example) -> Iterator[tuple[str, str]]:
        fields: Mapping[str, object] = example.fields
        for name in sorted(self.variables):
            value = fields.get(name)
            if isinstance(value, str) and value.strip():
                yield name, value


def _ours(text: str) -> str:
    """A text with placeholders as suites write them."""
    return _PLACEHOLDERS.sub(r"{{ \1 }}", text)
