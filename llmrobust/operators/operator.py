"""The contract of a perturbation operator, and the registry that suites find operators in.

An operator is a pure function of (prompt, parameters, draw): no I/O, no clock, no global random state. It yields
zero or more variants: zero means *not applicable*, a variant whose text equals the original means *unchanged*; both
are counted and neither is ever a pass. What an operator declares (what it touches, its relation, how much longer it
makes a prompt) is proved on every variant that it makes; one that breaks it is *dropped*, counted and shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from llmrobust.english import INSTALL, identity, missing
from llmrobust.errors import OperatorError
from llmrobust.operators.contract_checks import SLUG, Promise, in_short
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
    """The answer moves in a known way: the variant specifies how (`label_map` or `expected`)."""
    MUST_CHANGE = "must-change"
    """The answer must not stay."""
    NO_PROMISE = "no-promise"
    """Nothing is promised: as published by authors whose edits may change the meaning."""


@dataclass(frozen=True, slots=True)
class Edits:
    """How many edits a variant has, and how many its rate or severity allows; unit: what one edit changes."""

    made: int
    allowed: int
    unit: Literal["character", "word", "sentence"]


@dataclass(frozen=True, slots=True)
class AtMost:
    """How long a variant may be: `times` the prompt's length and `plus` characters more.

    plus may depend on the operator's parameters, such as the number of added sentences.
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
class Dropped:
    """A variant that broke its operator's contract, and how, to follow "its variant X"."""

    name: str
    why: str

    @property
    def reason(self) -> str:
        """How in a few words, without what depends on the text: "lost a code block"."""
        return in_short(self.why)


@dataclass(frozen=True, slots=True)
class Draw:
    """What an operator may know besides the prompt, and where its randomness comes from.

    fields: the example's fields. labels: the suite's answer labels (empty for free answers). expected: the example's
    gold answer, if it has one. language: the code of the prompts' language. pool: every example of the suite as
    (id, fields), this one among them, for operators that take something from another example. check: how answers are
    read and compared, as `answer.check` names it. allow_unreviewed: whether generated variants that nobody has reviewed
    are used.
    """

    seed: int
    use: str
    example_id: str
    fields: Mapping[str, Any] = field(default_factory=lambda: NO_LABELS)
    labels: Sequence[str] = ()
    expected: str | None = None
    pool: Sequence[tuple[str, Mapping[str, Any]]] = ()
    language: str = "en"
    check: str = ""
    allow_unreviewed: bool = False

    def stream(self, *parts: object) -> Stream:
        """A stream of this operator use, this example and `parts` (at least the variant's index or name)."""
        return Stream(self.seed, self.use, self.example_id, *parts)

    def shared(self, *parts: object) -> Stream:
        """A stream that is the same for every example: for choices that must line up, such as formats."""
        return Stream(self.seed, self.use, "\x00all examples", *parts)


class Params(BaseModel):
    """Base class of operator parameters, as written in a suite."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    id: str | None = None
    """A name for this use of the operator in node ids; needed only to name two uses of one operator."""

    files: ClassVar[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType({})
    """Parameters that name a file: {parameter: (parameter that takes the parsed content, parser of its text)}.
    The suite loader reads the file and calls the parser, so that operators do no I/O. A parser raises ValueError."""

    samples_of_each: ClassVar[bool] = True
    """Whether `samples` counts the variants of each kind, by name without the number, or all of them together."""

    def touched(self) -> tuple[str, ...]:
        """What "target" means in an operator's `touches`: the parameter of that name, if there is one."""
        chosen = getattr(self, "target", None) or ()
        return (chosen,) if isinstance(chosen, str) else tuple(chosen)

    def operators(self) -> tuple[Operator, ...]:
        """The operators that these parameters refer to, for composites."""
        return ()

    def complaint(self, fields: Mapping[str, Any], expected: str | None) -> str | None:
        """What is wrong with an example for this operator, to be reported where the example stands; None if nothing."""
        return None

    def lost(self, examples: Collection[str]) -> Mapping[str, int]:
        """How many variants these parameters name that cannot be made of any example of the suite, by the reason.

        examples: the ids of them all.
        """
        return {}


@dataclass(frozen=True, slots=True)
class Sample:
    """A prompt that shows what an operator does, if the usual ones do not: an example, its template, parameters."""

    fields: Mapping[str, Any]
    template: str = "{% instruction %}Decide whether the review is positive or negative.{% endinstruction %}\n" + (
        "Review: {{ text }}\nSentiment:\n"
    )
    labels: tuple[str, ...] = ("positive", "negative")
    params: Mapping[str, Any] = field(default_factory=lambda: NO_LABELS)
    expected: str | None = None
    system: str = ""
    pool: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    tools: tuple[Mapping[str, Any], ...] = ()
    """Tools that are sent beside the prompt, as {name, description}."""


Apply = Callable[[Prompt, Any, Draw], Iterable[Variant | Dropped]]
"""An operator's function. It may give a `Dropped` for a variant that somebody named and that cannot be made."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A registered operator.

    name: "family.kind", or the family alone. version: raised when the output for equal input changes; part of the
    digest used to compare stored results. summary: one line of plain text. source: the publication or system
    that the operator comes from. touches: what it may edit, by the names that suites use for targets ("input",
    "instruction", "context", "example", "text", "prompt"), kinds of structure ("label", "separator", "space",
    "enumerator", "choices"), "message" (roles, and where messages begin) or "any"; "target" means the value of the
    parameter `target`. moves: it may reorder spans, including protected ones. owns: pieces of running
    text that it may change although they are more than words: "label", "piece" (addresses, code, JSON, placeholders);
    "protected": it may remove protected spans together with their surroundings, but never change one.
    languages: codes of the languages that it supports, "*" for any. at_most: the length of its variants. searched: its
    variants are worst cases found by a search, and are never averaged with others. sample: a prompt that shows what it
    does, if it does nothing to an ordinary review or question. needs: what must be installed
    beyond the core: "english" for operators that read sentences with `llmrobust.english`.
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
    needs: tuple[Literal["english"], ...] = ()

    def speaks(self, language: str) -> bool:
        """Whether it is written for the language, a code such as "en"."""
        return ANY_LANGUAGE in self.languages or language.split("-")[0] in self.languages

    @property
    def reads_with(self) -> str:
        """Name and version of what it analyses text with, which are a part of its own version; empty for none."""
        return identity() if "english" in self.needs else ""

    @property
    def full_version(self) -> str:
        """Its version, with what it analyses text with: "2", or "2 with en_core_web_sm 3.8.0"."""
        return f"{self.version} with {self.reads_with}" if self.reads_with else str(self.version)

    def lacks(self) -> str:
        """What of its needs is not installed, as text; empty if nothing."""
        return missing() if "english" in self.needs else ""

    def targets(self, params: Params) -> tuple[str, ...]:
        """What it may edit with these parameters."""
        chosen = params.touched() if "target" in self.touches else ()
        return tuple(dict.fromkeys((*chosen, *(name for name in self.touches if name != "target"))))

    def variants(self, prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
        """The operator's variants of a prompt, each checked against the contract.

        For the tests of an operator: raises OperatorError if what it needs is not installed, and when a variant breaks
        the contract. A suite drops such a variant, see `attempts`.
        """
        for made in self.attempts(prompt, params, draw):
            if isinstance(made, Dropped):
                raise OperatorError(f"{self.name}: its variant {made.name!r} {made.why}")
            yield made

    def attempts(self, prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant | Dropped]:
        """The operator's variants of a prompt, and in place of each that breaks the contract why it was dropped.

        A contract is broken by a changed protected span, an edit outside of what the operator touches, a lost address
        or label, too much text, more edits than allowed, a name that another variant has.
        Raises OperatorError if what the operator needs is not installed.
        """
        lacking = self.lacks()
        if lacking:
            raise OperatorError(f"{self.name} needs {lacking}, not installed here: {INSTALL}")
        seen: set[str] = set()
        limit = max(self.at_most.characters(prompt.length, params), prompt.length)
        promise = Promise(prompt, self.targets(params), tuple(draw.labels), limit, self.moves, self.owns)
        for variant in self.apply(prompt, params, draw):
            if isinstance(variant, Dropped):
                yield variant
                continue
            broken = "has the name of another one" if variant.name in seen else self._badly_declared(variant)
            seen.add(variant.name)
            if broken is None:
                follows = variant.expected is not None
                broken = promise.broken(variant.prompt, variant.label_map, follows=follows)
            yield variant if broken is None else Dropped(variant.name, broken)

    def kept(self, prompt: Prompt, params: Params, draw: Draw) -> Iterator[Variant]:
        """The variants that keep the contract, without those that were dropped."""
        yield from (made for made in self.attempts(prompt, params, draw) if isinstance(made, Variant))

    def _badly_declared(self, variant: Variant) -> str | None:
        if SLUG.fullmatch(variant.name) is None:
            return "has a name that cannot be part of a test name (a-z, 0-9 and . _ = + -)"
        edits = variant.edits
        if edits is not None and edits.made > edits.allowed:
            return f"has {edits.made} edits, and {edits.allowed} are allowed"
        if variant.severity is not None and not 1 <= variant.severity <= 5:
            return f"has severity {variant.severity}; severities are 1 to 5"
        return None
