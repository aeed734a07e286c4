"""Which spans of a prompt a text operator may edit, and how it makes variants of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import ClassVar

from pydantic import Field

from llmrobust.operators.editing.protected_text import label_places, label_words, pieces
from llmrobust.operators.editing.scope import is_target
from llmrobust.operators.operator import Draw, Params, Variant
from llmrobust.prompt.spans import Place, Prompt, Span
from llmrobust.seeds import Stream

Edit = Callable[[list[str], Stream], list[str]]
"""From the texts of the editable spans to as many new texts."""
_ABBREVIATION = re.compile(
    r"(?<![\w.])(?:Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|Rev|Gen|Lt|Col|Capt|Sgt|Mt|No|vs|etc|e\.g|i\.e|approx|dept|appt|re|[A-Z])\.\Z"
)
"""What ends in a point that ends no sentence."""
_ENDS_OR_NOT = re.compile(r"(?<![\w.])(?:a\.m|p\.m|[A-Z]\.[A-Z]|Inc|Ltd|Co|Corp)\.\Z")
"""What ends in a point that ends a sentence only where a capital follows."""
_SENTENCE_END = re.compile(r"(?<=[.!?])(?=\s+[^\W\d_])")
_ANY_SENTENCE_END = re.compile(rf"{_SENTENCE_END.pattern}|(?<=[。！？])(?=[^”」』）。！？])")
ATTEMPTS = 12
"""How often a sample that changes nothing, or that is drawn already, is drawn again."""


class TargetParams(Params):
    """Parameters of operators on running text that have one variant of each kind."""

    default_target: ClassVar[str] = "input"

    target: str | list[str] | None = Field(
        default=None,
        description="What is edited: input (values of variables), instruction, context, example, text, prompt "
        "(all of these), or a variable's name; or a list.",
    )

    def targets(self) -> tuple[str, ...]:
        """The chosen targets."""
        chosen = self.default_target if self.target is None else self.target
        return (chosen,) if isinstance(chosen, str) else tuple(chosen)

    def touched(self) -> tuple[str, ...]:
        """The targets, which are all that the operator touches."""
        return self.targets()


class TextParams(TargetParams):
    """Parameters of operators on running text that are drawn anew for every variant."""

    samples: int = Field(default=1, ge=1, le=100, description="Variants of each prompt.")


def editable(prompt: Prompt, targets: Sequence[str]) -> tuple[Place, ...]:
    """The places of the spans that may be edited, in reading order."""
    return prompt.once(("editable", tuple(targets)), lambda: _editable(prompt, targets))


def _editable(prompt: Prompt, targets: Sequence[str]) -> tuple[Place, ...]:
    return tuple(place for place, span in prompt.places() if is_target(span, targets))


def texts_of(prompt: Prompt, targets: Sequence[str]) -> tuple[tuple[Place, ...], ...]:
    """The texts that may be edited, each with the places of its pieces: a variable's value, or an instruction.

    Protected pieces in a text belong to it, as do the variables in an instruction that is a target. At least one
    piece of each text may be edited.
    """
    return prompt.once(("texts", tuple(targets)), lambda: _texts_of(prompt, targets))


def _texts_of(prompt: Prompt, targets: Sequence[str]) -> tuple[tuple[Place, ...], ...]:
    texts = []
    whole = not {"instruction", "prompt"}.isdisjoint(targets)
    for m, message in enumerate(prompt.messages):
        for _, run in groupby(enumerate(message.spans), key=lambda piece: _text_key(piece[1], whole)):
            group = list(run)
            if any(is_target(span, targets) for _, span in group):
                texts.append(tuple((m, s) for s, _ in group))
    return tuple(texts)


def keeps_gold(prompt: Prompt, old: str, new: str) -> bool:
    """Whether a new text says what the right answer says as often as the old one did."""
    return not prompt.gold or not Counter(label_words(old, prompt.gold)) - Counter(label_words(new, prompt.gold))


def _keeps(prompt: Prompt, old: str, new: str) -> bool:
    """Whether a new text keeps every piece that is more than words, and what the right answer says."""
    return all(new.count(piece) >= old.count(piece) for piece in set(pieces(old))) and keeps_gold(prompt, old, new)


def around_gold(prompt: Prompt, text: str, edit: Callable[[str], str | None]) -> str | None:
    """The text edited; where that loses the right answer, only the sentences edited that do not hold it."""
    new = edit(text)
    if new is None or keeps_gold(prompt, text, new):
        return new
    parts = [edit(part) if not list(label_places(part, prompt.gold)) else None for part in sentences(text)]
    if all(part is None for part in parts):
        return None
    new = "".join(old if part is None else part for old, part in zip(sentences(text), parts, strict=True))
    return new if keeps_gold(prompt, text, new) else None


def edited(prompt: Prompt, params: TextParams, draw: Draw, edit: Edit) -> Iterator[Variant]:
    """`samples` variants named "0", "1", ... with the editable spans' texts edited together.

    Nothing where no span may be edited. A sample that changes nothing, or equals one before it, is drawn again a few
    times; no more samples follow one that cannot be had.
    """
    places = editable(prompt, params.targets())
    if not places:
        return
    texts = [prompt.span(place).text for place in places]
    seen = [texts]
    for index in range(params.samples):
        new = texts
        for attempt in range(ATTEMPTS):
            new = edit(list(texts), draw.stream(index, attempt))
            new = [one if _keeps(prompt, old, one) else old for old, one in zip(texts, new, strict=True)]
            if new not in seen:
                break
        if index and new in seen:
            return
        seen.append(new)
        yield Variant(prompt.with_texts(dict(zip(places, new, strict=True))), str(index))


def rewritten(
    prompt: Prompt, params: TargetParams, rewrite: Callable[[str], str | None], name: str, *, ends: bool = False
) -> Iterator[Variant]:
    """One variant in which every editable span is rewritten; nothing where no span can be.

    rewrite: the new text, or None where it does not apply. ends: only spans that end a text are rewritten, not those
    before a protected piece of it.
    """
    targets = params.targets()
    last = {places[-1] for places in texts_of(prompt, targets)}
    new = {}
    for place in editable(prompt, targets):
        if ends and place not in last:
            continue
        text = around_gold(prompt, prompt.span(place).text, rewrite)
        if text is not None:
            new[place] = text
    if new:
        yield Variant(prompt.with_texts(new), name)


def sentences(text: str) -> list[str]:
    """The text cut after every sentence; the parts joined are the text again."""
    pieces: list[str] = []
    end = _SENTENCE_END if text.isascii() else _ANY_SENTENCE_END
    for piece in end.split(text):
        goes_on = pieces and piece.lstrip()[:1].islower() and _ENDS_OR_NOT.search(pieces[-1])
        if goes_on or (pieces and _ABBREVIATION.search(pieces[-1])):
            pieces[-1] += piece
        elif piece:
            pieces.append(piece)
    return pieces


def _text_key(span: Span, whole_instructions: bool) -> tuple[str, ...]:
    """Equal for neighbouring spans that are pieces of one text."""
    if whole_instructions and span.region.startswith("instruction"):
        return (span.region,)
    return (span.region, span.kind, span.name)
