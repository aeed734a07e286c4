"""The contract of a perturbation operator, and the registry that suites find operators in.

An operator is a pure function of (prompt, parameters, draw): no I/O, no clock, no global random state. It yields
zero or more variants: zero means *not applicable*, a variant whose text equals the original means *unchanged*; both
are counted and neither is ever a pass. What an operator declares (what it touches, its relation, how much longer it
makes a prompt) is proved on every variant that it makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from llmrobust.errors import OperatorError
from llmrobust.operators.contract_checks import SLUG, Promise
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

Level = Literal["character", "word", "sentence", "format", "instruction", "context", "semantics", "logic"]
ANY_LANGUAGE = "*"
NO_LABELS: Mapping[str, str] = MappingProxyType({})


class Relation(StrEnum):
    """What must happen to the answer when the prompt is changed in this way."""

    SAME = "same"
    """The answer must stay."""
    FOLLOWS = "follows"
    """The answer moves in a known way: the variant says how (`label_map` or `expected`)."""
    MUST_CHANGE = "must-change"
    """The answer must not stay."""
    NO_PROMISE = "no-promise"
    """Nothing is promised: as published by authors whose edits may change the meaning."""


@dataclass(frozen=True, slots=True)
class Edits:
    """How many edits a variant holds, and how many its rate or severity allows; unit is what one edit changes."""

    made: int
    allowed: int
    unit: Literal["character", "word", "sentence"]


@dataclass(frozen=True, slots=True)
class AtMost:
    """How long a variant may be: `times` the prompt's length and `plus` characters more.

    plus may depend on the operator's parameters, as where they say how many sentences are added.
    """

    times: float = 2.0
    plus: int | Callable[[Any], int] = 200

    def characters(self, length: int, params: Params) -> int:
        """The limit for a prompt of this length."""
        return int(self.times * length) + (self.plus(params) if callable(self.plus) else self.plus)


USUAL_LENGTH = AtMost()


@dataclass(frozen=True, slots=True)
class Variant:
    """A perturbed prompt.

    name: which variant of its operator this is: a short slug (`[a-z0-9._=+-]`), equal for the same kind of change
    across examples, because metrics over variants line examples up by it ("0", "bracketed-upper", "before-2").
    label_map: canonical answer label -> label as this variant shows it; labels that are not in it are unchanged.
    answer_map: canonical answer -> the canonical answer that it must become ("true" -> "false" where a statement is
    negated); answers that are not in it must stay. expected: a new gold answer, where the edit gives one that no map
    gives. detail: what was drawn, for reports (JSON values). severity: 1 to 5 where the operator has a ladder.
    """

    prompt: Prompt
    name: str
    label_map: Mapping[str, str] = field(default_factory=lambda: NO_LABELS)
    answer_map: Mapping[str, str] = field(default_factory=lambda: NO_LABELS)
    expected: str | None = None
    detail: Mapping[str, Any] = field(default_factory=lambda: NO_LABELS)
    severity: int | None = None
    edits: Edits | None = None
    relation: Relation | None = None
    """Overrides the operator's relation for this variant."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What an operator may know besides the prompt, and where its randomness comes from.

    fields: the example's fields. labels: the suite's answer labels (empty for free answers). expected: the example's
    gold answer, if it has one. pool: every example of the suite as (id, fields), this one among them, for operators
    that take something from another example.
    """

    seed: int
    use: str
    example_id: str
    fields: Mapping[str, Any] = field(default_factory=lambda: NO_LABELS)
    labels: Sequence[str] = ()
    expected: str | None = None
    pool: Sequence[tuple[str, Mapping[str, Any]]] = ()

    def stream(self, *parts: object) -> Stream:
        """A stream of this operator use, this example and `parts` (at least the variant's index or name)."""
        return Stream(self.seed, self.use, self.example_id, *parts)

    def shared(self, *parts: object) -> Stream:
        """A stream that is the same for every example: for choices that must line up, such as formats."""
        return Stream(self.seed, self.use, "\x00all examples", *parts)


class Params(BaseModel):
    """Base of every operator's parameters, as written in a suite."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = None
    """A name for this use of the operator in node ids; needed only to tell two uses apart yourself."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType({})
    """Parameters that name a file: {parameter: (parameter that takes the parsed content, parser of its text)}.
    The suite loader reads the file and calls the parser, so that operators do no I/O. A parser raises ValueError."""

    def touched(self) -> tuple[str, ...]:
        """What "target" stands for in an operator's `touches`: the parameter of that name, if there is one."""
        chosen = getattr(self, "target", None) or ()
        return (chosen,) if isinstance(chosen, str) else tuple(chosen)

    def operators(self) -> tuple[Operator, ...]:
        """The operators that these parameters bring in, for one that is made of others."""
        return ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A prompt that shows what an operator does, where the usual ones do not: an example, its template, parameters."""

    fields: Mapping[str, Any]
    template: str = "{% instruction %}Decide whether the review is positive or negative.{% endinstruction %}\n" + (
        "Review: {{ text }}\nSentiment:\n"
    )
    labels: tuple[str, ...] = ("positive", "negative")
    params: Mapping[str, Any] = field(default_factory=lambda: NO_LABELS)
    expected: str | None = None
    system: str = ""
    pool: tuple[tuple[str, Mapping[str, Any]], ...] = ()


Apply = Callable[[Prompt, Any, Draw], Iterable[Variant]]


@dataclass(frozen=True, slots=True)
class Operator:
    """A registered operator.

    name: "family.kind", or the family alone. version: raised when the output for equal input changes; part of the
    digest that stored results are compared by. summary: one line in plain words. source: the publication or system
    that the operator comes from. touches: what it may edit, by the names that suites use for targets ("input",
    "instruction", "context", "example", "text", "prompt"), kinds of structure ("label", "separator", "space",
    "enumerator", "choices"), "message" (roles, and where messages begin) or "any"; "target" stands for what the
    parameter `target` says. moves: it may put spans in another order, protected ones too. owns: pieces of running
    text that it may change although they are more than words: "label", "piece" (addresses, code, JSON, placeholders);
    "protected": it may remove protected spans with what they stand in, but never change one.
    languages: codes of the languages that it is written for, "*" for any. at_most: the length of its variants.
    searched: its variants are worst cases that a search found, which are never averaged with others. sample: a prompt
    that shows what it does, where it does nothing to an ordinary review or question.
    """

    name: str
    family: str
    level: Level
    relation: Relation
    params: type[Params]
    apply: Apply
    source: str
    summary: str
    version: int = 1
    touches: tuple[str, ...] = ("target",)
    moves: bool = False
    owns: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    at_most: AtMost = USUAL_LENGTH
    searched: bool = False
    sample: Sample | None = None

    def speaks(self, language: str) -> bool:
        """Whether it is written for the language, a code such as "en"."""
        return ANY_LANGUAGE in self.languages or language.split("-")[0] in self.languages

    def targets(self, params: Params) -> tuple[str, ...]:
        """What it may edit with these parameters."""
        chosen = params.touched() if "target" in self.touches else ()
        return tuple(dict.fromkeys((*chosen, *(name for name in self.touches if name != "target"))))

    def variants(self, prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
        """The operator's variants of a prompt, each proved against the contract.

        Raises OperatorError when a variant breaks it: a changed protected span, an edit outside of what the operator
        touches, a lost address or label, too much text, more edits than allowed, two variants of one name.
        """
        seen: set[str] = set()
        length = sum(len(span.text) for message in prompt.messages for span in message.spans)
        limit = max(self.at_most.characters(length, params), length)
        promise = Promise(prompt, self.targets(params), draw.labels, limit, self.moves, self.owns)
        for variant in self.apply(prompt, params, draw):
            if variant.name in seen:
                raise OperatorError(f"{self.name} yields two variants named {variant.name!r}")
            seen.add(variant.name)
            broken = self._badly_declared(variant) or promise.broken(variant.prompt, variant.label_map)
            if broken is not None:
                raise OperatorError(f"{self.name}: its variant {variant.name!r} {broken}")
            yield variant

    def _badly_declared(self, variant: Variant) -> str | None:
        if SLUG.fullmatch(variant.name) is None:
            return "has a name that cannot be part of a test name (a-z, 0-9 and . _ = + -)"
        edits = variant.edits
        if edits is not None and edits.made > edits.allowed:
            return f"has {edits.made} edits, and {edits.allowed} are allowed"
        if variant.severity is not None and not 1 <= variant.severity <= 5:
            return f"has severity {variant.severity}; severities are 1 to 5"
        return None
