"""`show`, `schema`: what a suite file holds, without a model."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmrobust.cli.project import add_project_option, suite_plan
from llmrobust.text.colour import add_colour_option, styled, wants_colour

if TYPE_CHECKING:
    from llmrobust.cli.parser import Commands, Parser


def add(commands: Commands[Parser]) -> None:
    """Put the commands on the parser."""
    show = commands.add_parser(
        "show",
        help="print the variants of an example, edits highlighted",
        description="Print the variants that a suite makes of an example: what each operator changes in the prompt.",
        examples=[
            ("llmrobust show suites/triage.robust.yaml", "all variants of the first example"),
            (
                "llmrobust show suites/triage.robust.yaml --example ex-002 --only typo --full",
                "whole prompts of one family",
            ),
        ],
    )
    show.add_argument("suite", type=Path, help="suite file")
    show.add_argument("--example", metavar="ID", action="append", help="this example (default: the first); repeatable")
    show.add_argument("--only", metavar="NAME", help="only this family, operator or use")
    show.add_argument("--full", action="store_true", help="whole prompts instead of the edited places")
    show.add_argument("--json", action="store_true", help="for machines: one object a variant, one a line")
    add_colour_option(show)
    add_project_option(show)
    show.set_defaults(run=_show)
    schema = commands.add_parser(
        "schema",
        help="print the JSON Schema of suite files, for editors",
        description="Print the JSON Schema of suite files. Editors check and complete a suite with it: save it and "
        "start the suite with `# yaml-language-server: $schema=FILE`.",
        examples=[("llmrobust schema > suite.schema.json", "for `# yaml-language-server: $schema=suite.schema.json`")],
    )
    schema.set_defaults(run=_schema)


def _schema(chosen: argparse.Namespace) -> int:
    from llmrobust.suitefile import suite_json_schema

    print(json.dumps(suite_json_schema(), indent=2, ensure_ascii=False))
    return 0


def _show(chosen: argparse.Namespace) -> int:
    plan = suite_plan(chosen)
    examples = chosen.example or [plan.suite.examples[0].id]
    known = {example.id for example in plan.suite.examples}
    unknown = [name for name in examples if name not in known]
    uses = {name for use in plan.suite.perturb for name in (use.label, use.operator.name, use.family)}
    if unknown:
        print(f'{chosen.suite}: no example has the id "{unknown[0]}"', file=sys.stderr)
        return 2
    if chosen.only is not None and chosen.only not in uses:
        print(
            f'{chosen.suite}: nothing in it is called "{chosen.only}"; there are {", ".join(sorted(uses))}',
            file=sys.stderr,
        )
        return 2
    for example in examples:
        cases = [case for case in plan.cases if case.example.id == example and case.repeat == 0]
        original, *variants = cases
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


def _lines(suite: str, original: Any, variants: Sequence[Any], full: bool, on: bool) -> Iterator[str]:
    """The original prompt, then every variant with its edits marked, by use of an operator."""
    expected = f", gold answer {original.expected}" if original.expected is not None else ""
    yield styled(f"{suite}: example {original.example.id}{expected}", "bold", on)
    for role, text in original.request.messages:
        yield styled(f"  {role}", "dim", on)
        yield from (f"    {line}" for line in text.split("\n"))
    if not variants:
        yield "  (no variant of it)"
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
