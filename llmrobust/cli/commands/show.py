"""`show`: the variants that a suite makes of an example, without a model."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from llmrobust.cli.command import (
    Chosen,
    ReadableFile,
    colour_option,
    command,
    complete_operators,
    json_option,
    project_option,
)
from llmrobust.cli.project import suite_plans
from llmrobust.text.colour import styled, wants_colour
from llmrobust.text.phrases import many

if TYPE_CHECKING:
    from llmrobust.plan import Plan


@command(
    "Print the variants that a suite generates from an example: what each operator changes in the prompt.",
    [
        ("llmrobust show suites/triage.robust.yaml", "all variants of the first example"),
        (
            "llmrobust show suites/triage.robust.yaml --example ex-002 --only typo --full",
            "whole prompts of one family",
        ),
        ("llmrobust show suites/triage.robust.yaml --protected", "what no operator touches in the prompt, and why"),
    ],
)
@click.argument("suite", type=ReadableFile("a suite file"), help="suite file")
@click.option("--example", metavar="ID", multiple=True, help="example to show (default: the first); repeatable")
@click.option("--only", metavar="NAME", shell_complete=complete_operators, help="only this family, operator or use")
@click.option("--prompt", metavar="ID", help="only this one of several prompts")
@click.option("--full", is_flag=True, help="whole prompts instead of only the edits")
@click.option("--protected", is_flag=True, help="text that operators leave alone, and why, instead of variants")
@json_option("JSON Lines: one object per variant")
@colour_option
@project_option
def show(chosen: Chosen) -> int:
    """Print the variants of examples."""
    plans = suite_plans(chosen)
    codes = [_shown(plan, chosen) for plan in plans if chosen.prompt in (None, plan.suite.prompt)]
    if not codes:
        ids = ", ".join(plan.suite.prompt for plan in plans if plan.suite.prompt) or "no ids"
        print(f'{chosen.suite}: no prompt has the id "{chosen.prompt}"; there are {ids}', file=sys.stderr)
    return max(codes, default=2)


def _shown(plan: Plan, chosen: Chosen) -> int:
    examples = chosen.example or [plan.suite.examples[0].id]
    known = {example.id for example in plan.suite.examples}
    unknown = [name for name in examples if name not in known]
    uses = {name for use in plan.suite.perturb for name in (use.label, use.operator.name, use.family)}
    if unknown:
        print(f'{chosen.suite}: no example has the id "{unknown[0]}"', file=sys.stderr)
        return 2
    if chosen.only is not None and chosen.only not in uses:
        print(
            f'{chosen.suite}: nothing named "{chosen.only}"; available: {", ".join(sorted(uses))}',
            file=sys.stderr,
        )
        return 2
    for example in examples:
        cases = [case for case in plan.cases if case.example.id == example and case.repeat == 0]
        original, *variants = cases
        if chosen.protected:
            labels = plan.suite.answer.choices
            shown = _protected_json(original, labels) if chosen.json else _protected_lines(original, labels, chosen)
            print("\n".join(shown))
            continue
        kept = [case for case in variants if chosen.only in (None, case.use, case.operator, case.family)]
        if chosen.json:
            for case in kept:
                print(json.dumps(_as_json(original, case), ensure_ascii=False))
        else:
            on = wants_colour(chosen.color)
            print("\n".join(_lines(plan.suite.name, original, kept, chosen.full, on)))
    return 0


def _as_json(original: Any, case: Any) -> dict[str, Any]:
    return {
        **({"suite": case.suite} if "[" in case.suite else {}),
        "example": case.example.id,
        "use": case.use,
        "operator": case.operator,
        "family": case.family,
        "variant": case.variant,
        "relation": case.relation.value,
        "severity": case.severity,
        "expected": case.expected,
        "label_map": dict(case.label_map),
        "original": [list(message) for message in original.request.messages],
        "messages": [list(message) for message in case.request.messages],
    }


def _protected_json(original: Any, labels: Sequence[str]) -> Iterator[str]:
    from llmrobust.operators.editing.protected_places import protected_places

    for one in protected_places(original.prompt, labels):
        yield json.dumps({"example": original.example.id, **asdict(one)}, ensure_ascii=False)


def _protected_lines(original: Any, labels: Sequence[str], chosen: Chosen) -> Iterator[str]:
    """The prompt with what stays marked, then every piece by why it stays."""
    from llmrobust.operators.editing.protected_places import no_input, protected_places

    on = wants_colour(chosen.color)
    pieces = protected_places(original.prompt, labels)
    expected = f", gold answer {original.expected}" if original.expected is not None else ""
    yield styled(f"{original.suite}: example {original.example.id}{expected}", "bold", on)
    for m, (role, text) in enumerate(original.request.messages):
        yield styled(f"  {role}", "dim", on)
        for one in reversed([piece for piece in pieces if piece.message == m]):
            marked = styled(one.text, "green", on) if on else f"[={one.text}=]"
            text = text[: one.start] + marked + text[one.end :]
        yield from (f"    {line}" for line in text.split("\n"))
    yield ""
    if not pieces:
        yield "  nothing is protected"
    for why in dict.fromkeys(one.why for one in pieces):
        counts = Counter(one.text.strip() or repr(one.text) for one in pieces if one.why == why)
        said = (f"{text!r}" if "\n" in text else text for text in counts)
        times = (f" ({count} times)" if count > 1 else "" for count in counts.values())
        yield f"  {why.ljust(18)} {', '.join(map(''.join, zip(said, times, strict=True)))}"
    for kind, count in no_input(original.prompt).items():
        yield f"  {kind.ljust(18)} {many(count, 'value')} that `target: input` leaves out"


def _lines(suite: str, original: Any, variants: Sequence[Any], full: bool, on: bool) -> Iterator[str]:
    """The original prompt, then every variant with its edits marked, by use of an operator."""
    expected = f", gold answer {original.expected}" if original.expected is not None else ""
    yield styled(f"{suite}: example {original.example.id}{expected}", "bold", on)
    for role, text in original.request.messages:
        yield styled(f"  {role}", "dim", on)
        yield from (f"    {line}" for line in text.split("\n"))
    if not variants:
        yield "  (no variants)"
    use = None
    for case in variants:
        if case.use != use:
            use = case.use
            yield ""
            yield f"{styled(use, 'bold', on)}  ({case.relation.value})"
        yield from _variant_lines(original, case, full, on)


def _variant_lines(original: Any, case: Any, full: bool, on: bool) -> Iterator[str]:
    from llmrobust.text.word_diff import prompt_diff, short_diff

    pieces = prompt_diff(original.request.messages, case.request.messages)
    notes = [f"{old} -> {new}" for old, new in case.label_map.items() if old != new]
    if case.expected != original.expected and case.expected is not None:
        notes.append(f"gold answer {case.expected}")
    said = f"  [{', '.join(notes)}]" if notes else ""
    shown = pieces if full else short_diff(pieces, 110)
    text = "".join(_piece(kind, piece, on) for kind, piece in shown)
    yield f"  {case.variant}{said}"
    yield from (f"    {line}" for line in text.split("\n"))


def _piece(kind: str, text: str, on: bool) -> str:
    """A piece of a difference in colour; in plain text as `git diff --word-diff` marks it."""
    if kind == "same":
        return text
    if on:
        return styled(text, "red" if kind == "removed" else "green", on)
    return f"[-{text}-]" if kind == "removed" else f"{{+{text}+}}"
