"""Irrelevant sentences around the input. The answer must stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import yaml
from pydantic import Field, model_validator

from llmrobust.operators.builtin.context.frozen_additions import frozen_additions
from llmrobust.operators.builtin.context.neutral_sentences import (
    FUNCTION_WORDS,
    OPINIONS,
    RELATED,
    SPOKEN,
    UNRELATED,
    sentences_in,
)
from llmrobust.operators.builtin.context.placement import Position, joined, longest_text, placed
from llmrobust.operators.builtin.context.whole_input import answer_is_made_of_all
from llmrobust.operators.editing.frozen_places import lost_examples
from llmrobust.operators.editing.random_edits import Severity, not_beside_severity
from llmrobust.operators.frozen_variants import FrozenVariant, looks_frozen, parse_frozen, usable
from llmrobust.operators.operator import AtMost, Draw, Dropped, Params, Variant
from llmrobust.operators.registry import operator
from llmrobust.prompt.spans import Prompt
from llmrobust.text.whole_words import holds_word

_NOUN = re.compile(
    r"\b(?:the|a|an|this|my|your|our|his|her|their) (?:[a-z]+ )?([a-z]{4,})"
    r"(?=\s?[.!?;:)]|\s?$|\s(?:is|was|were|are|has|had|of|on|in|at|from|for|with|to|does|and|or|but|that|which)\b)",
    re.IGNORECASE,
)
"""A word between an article or possessive and what follows a noun phrase."""
_ADJECTIVE = re.compile(r"(?:ful|ous|ive|able|ible|less|ish|ing|ed|ly|est|ical|nal|tic)\Z")
Kind = Literal["unrelated", "related"]
_FROZEN: Mapping[str, str] = {"unrelated": "context.unrelated", "related": "red_herring"}
"""The kinds of `llmrobust generate` that write each."""
LADDER = (1, 2, 3, 4, 6)
"""Sentences at severities 1 to 5."""


def parse_sentences(text: str) -> list[str] | list[FrozenVariant]:
    """A file of own sentences: one a line, or a YAML list; or a frozen file. Raises ValueError."""
    if looks_frozen(text):
        return parse_frozen(text)
    try:
        value = yaml.safe_load(text) if text.lstrip().startswith(("-", "[")) else text.splitlines()
    except yaml.YAMLError:
        raise ValueError("it is neither a YAML list nor one sentence a line") from None
    found = [str(item).strip() for item in value if str(item).strip() and not str(item).startswith("#")]
    if not found:
        raise ValueError("it holds no sentence")
    return found


class IrrelevantParams(Params):
    """Parameters of `context.irrelevant`."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
        {"file": ("sentences", parse_sentences)}
    )

    kind: Kind | list[Kind] = Field(default="unrelated", description="About nothing of the prompt, or about its topic.")
    position: Position | list[Position] = Field(default="before", description="Where, seen from the input.")
    count: int = Field(default=1, ge=1, le=20, description="Sentences that are added.")
    severity: Severity | list[Severity] | None = Field(
        default=None, description="1 to 5 instead of a count (1, 2, 3, 4, 6 sentences); a list: variants of each."
    )
    samples: int = Field(default=1, ge=1, le=100, description="Variants of each kind and position.")
    target: str | list[str] = Field(default="input", description="The input: variables (input), context, or a name.")
    file: str | None = Field(
        default=None,
        description="File of own sentences for the kind unrelated, one a line; or a frozen file of `llmrobust "
        "generate`: its context.unrelated, and for the kind related its red_herring.",
    )
    sentences: tuple[str, ...] | tuple[FrozenVariant, ...] = ()

    _one_of_them = not_beside_severity("count")

    @model_validator(mode="after")
    def _as_they_are(self) -> IrrelevantParams:
        variants = [one for one in self.sentences if isinstance(one, FrozenVariant)]
        if not variants:
            return self
        if self.severity is not None or self.count != 1 or self.samples != 1:
            raise ValueError("a frozen file is taken as it is: leave out count, samples and severity")
        if not self.frozen:
            wanted = " or ".join(_FROZEN[kind] for kind in _listed(self.kind))
            there = ", ".join(sorted({one.kind for one in variants}))
            raise ValueError(f"the file has no variant of the kind {wanted}; it has {there}")
        return self

    @property
    def frozen(self) -> list[FrozenVariant]:
        """Those of a frozen file that the kinds take."""
        variants = [one for one in self.sentences if isinstance(one, FrozenVariant)]
        return usable(variants, [_FROZEN[kind] for kind in _listed(self.kind)])

    @property
    def own(self) -> tuple[str, ...]:
        """The sentences of a file that was written by hand."""
        return tuple(one for one in self.sentences if isinstance(one, str))

    def lost(self, examples: Collection[str]) -> Mapping[str, int]:
        """Variants of examples that are gone."""
        return lost_examples(self.frozen, examples)

    def rungs(self) -> list[tuple[int | None, int]]:
        """(severity, number of sentences) of everything that is asked for."""
        if self.severity is None:
            return [(None, self.count)]
        return [(level, LADDER[level - 1]) for level in dict.fromkeys(_listed(self.severity))]

    def most(self) -> int:
        """The largest number of sentences that is added."""
        return max(count for _, count in self.rungs())


@operator(
    "context.irrelevant",
    level="context",
    at_most=AtMost(1, lambda params: params.most() * (2 + max([160, *map(len, params.own)])) + _frozen(params)),
    params=IrrelevantParams,
    languages=SPOKEN,
    version=3,
    source="Wu et al. 2024 (arXiv 2404.03302), kinds and positions; Shi et al. 2023 (arXiv 2302.00093)",
)
def irrelevant(prompt: Prompt, params: IrrelevantParams, draw: Draw) -> Iterator[Variant | Dropped]:
    """Adds sentences that do not matter before, after or between the sentences of the input."""
    if params.frozen:
        for position in _listed(params.position):
            for found in frozen_additions(prompt, params.frozen, draw, position):
                several = isinstance(params.position, list)
                yield replace(found, name=f"{position}-{found.name}") if several else found
        return
    places = longest_text(prompt, _listed(params.target))
    if not places or answer_is_made_of_all(prompt):
        return
    for kind in _listed(params.kind):
        pool = _pool(kind, params, draw, prompt)
        if not pool:
            continue
        for severity, count in params.rungs():
            for position in _listed(params.position):
                for sample in range(params.samples):
                    stream = draw.stream(kind, position, sample)
                    added = [pool[i % len(pool)] for i in range(count)]
                    added = stream.sample(pool, count) if count <= len(pool) else added
                    new = placed(prompt, places, joined(added), position, stream)
                    name = f"{kind}-{position}" + (f"-{sample}" if params.samples > 1 else "")
                    if new is not None:
                        yield Variant(new, name if severity is None else f"s{severity}-{name}", severity=severity)


def _frozen(params: IrrelevantParams) -> int:
    """Characters of the longest text of a frozen file."""
    return max((len(one.text) for one in params.frozen), default=0)


def _pool(kind: str, params: IrrelevantParams, draw: Draw, prompt: Prompt) -> list[str]:
    """The sentences to draw from: none that holds an answer, nor one that the prompt has already."""
    whole = "\n".join(message.text for message in prompt.messages)
    pool: Sequence[str] = params.own or UNRELATED
    if draw.language != "en" and not params.own:
        pool = sentences_in(draw.language, "unrelated") if kind == "unrelated" else ()
    elif kind == "related":
        word = topic(whole, prompt, draw)
        pool = [sentence.format(word=word) for sentence in RELATED] if word else []
    fields = [value for value in draw.fields.values() if isinstance(value, str)]
    forbidden = [text.strip() for text in (*draw.labels, *fields) if 1 < len(text.strip()) <= 60]
    return [
        sentence
        for sentence in pool
        if sentence not in whole and not any(holds_word(sentence, label) for label in forbidden)
    ]


def topic(whole: str, prompt: Prompt, draw: Draw) -> str | None:
    """A word of the input that sentences can be about, or None: used as a noun, without judgement."""
    labels = {label.lower() for label in draw.labels}
    found: set[str] = set()
    for _, span in prompt.places(lambda span: span.kind == "variable" and not span.protected):
        found.update(word.lower() for word in _NOUN.findall(span.text))
    nouns = [
        word for word in sorted(found) if word not in FUNCTION_WORDS | OPINIONS | labels and not _ADJECTIVE.search(word)
    ]
    return draw.stream("topic").choice(nouns) if nouns else None


def _listed(value: Any) -> list[Any]:
    return list(dict.fromkeys(value)) if isinstance(value, list) else [value]
