"""A variant as the terminal shows it: the difference word by word, what guards found, and the keys."""

from __future__ import annotations

import textwrap

from llmrobust.operators.frozen_variants import DEMONSTRATION, FrozenVariant, GuardScore
from llmrobust.text.colour import styled
from llmrobust.text.escaping import visible
from llmrobust.text.word_diff import Piece, prompt_diff

KEYS = (
    ("a", "approve"),
    ("r", "reject"),
    ("e", "edit and approve"),
    ("u", "undo"),
    ("s", "skip"),
    ("q", "save and quit"),
)
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
_STYLES = {"same": "", "removed": "red", "added": "green"}


def pieces_of(variant: FrozenVariant) -> list[Piece]:
    """The difference of original and variant, word by word."""
    return prompt_diff([("", variant.original)], [("", variant.text)])


def screen(variant: FrozenVariant, number: int, total: int, width: int, colour: bool) -> str:
    """Everything that a person needs to decide. number: from 1."""
    place = "instruction" if variant.example is None else f"{variant.target} of {variant.example}"
    head = f"{number:,}/{total:,}  {variant.kind}  {place}"
    if variant.generator is not None:
        head += f"  by {variant.generator.model}"
    lines = [styled(visible(head), "bold", colour)]
    lines += ["", *_wrapped(variant.original, width), "", *_wrapped(variant.text, width), "", _diff(variant, colour)]
    lines += ["", f"the answer: {_relation(variant)}"]
    if "pivot" in variant.detail:
        lines += _wrapped(by_way_of(variant), width)
    if variant.rationale:
        lines += _wrapped(f"the generator says: {variant.rationale}", width)
    lines += [_guard(name, score, colour) for name, score in _ordered(variant)]
    lines += ["", "  ".join(f"{key}: {meaning}" for key, meaning in KEYS)]
    return "\n".join(lines)


def by_way_of(variant: FrozenVariant) -> str:
    """The text in the other language that a back-translation went by; empty for others."""
    pivot = variant.detail.get("pivot", "")
    return f"by way of {variant.detail.get('pivot_language', 'another language')}: {pivot}" if pivot else ""


def _relation(variant: FrozenVariant) -> str:
    if variant.family == DEMONSTRATION:
        return f"of this other example is {visible(variant.expected or '')}"
    said = {
        "same": "must stay",
        "follows": f"becomes {visible(variant.expected or '')}",
        "must-change": "must change",
        "no-promise": "nothing is promised",
    }[variant.relation]
    wrong = variant.detail.get("wrong_answer")
    return f"{said}; the text supports the wrong answer {visible(wrong)}" if wrong else said


def _ordered(variant: FrozenVariant) -> list[tuple[str, GuardScore]]:
    order = {"failed": 0, "passed": 1, "not run": 2}
    return sorted(variant.guards.items(), key=lambda pair: order[pair[1].verdict])


def _guard(name: str, score: GuardScore, colour: bool) -> str:
    style = {"failed": "red", "passed": "green", "not run": "light"}[score.verdict]
    value = "" if score.score is None else f"  {score.score:.2f}"
    why = f"  {visible(score.why)}" if score.why else ""
    return styled(f"  {name:<10}  {score.verdict:<7}{value}{why}", style, colour)


def _diff(variant: FrozenVariant, colour: bool) -> str:
    parts = []
    for kind, text in pieces_of(variant):
        shown = visible(text)
        parts.append(styled(_MARKS[kind].format(shown), _STYLES[kind], colour))
    return "".join(parts)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(visible(text), max(20, width)) or [""]
