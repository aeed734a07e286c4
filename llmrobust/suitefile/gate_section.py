"""Reads the `gate:` section of a suite."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from llmrobust.suitefile.answer_section import comparable
from llmrobust.suitefile.schema import GateSection
from llmrobust.suitefile.suite import SCOPES, AnswerSpec, GateSpec, MetricFacts, OperatorUse, field_text
from llmrobust.suitefile.validation import in_fractions, kind_of, validated
from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.phrases import did_you_mean

BASELINE = "baseline"
"""In `against:`, the suite's baseline instead of a file."""


def read_gates(
    source: Source,
    value: Any,
    *,
    uses: Sequence[OperatorUse],
    answer: AnswerSpec,
    metrics: Mapping[str, MetricFacts] | None,
    fields: Mapping[str, Collection[str]],
    root: Path,
    baseline: Path,
) -> list[GateSpec]:
    """The gates of a mapping or list; problems are noted. metrics None: names are not checked.

    fields: the fields that every example has, each with its values as text. root: stored runs are below it. baseline:
    the file that `against: baseline` means.
    """
    gates = []
    seen: list[tuple[str, GateSection]] = []
    for name, given, at in _gate_entries(source, value):
        facts = None if metrics is None else metrics.get(name)
        if metrics is not None and facts is None:
            source.problem(f'unknown metric "{name}"', source.at_key(at), did_you_mean(name, metrics))
            continue
        section = validated(GateSection, given, source, at)
        if section is None:
            continue
        before = len(source.problems)
        if (name, section) in seen:
            source.problem(f"duplicate gate on {name}", source.at_key(at), "remove one of them")
        seen.append((name, section))
        _check_bounds(source, name, section, facts, at)
        if facts is not None and facts.needs_gold and not answer.has_gold:
            message = f"{name} needs gold answers, but the suite has none"
            source.problem(message, source.at_key(at), "name the examples' field with them: answer: {field: ...}")
        if facts is not None and facts.needs_variants and not uses and len(source.problems) == before:
            message = f"{name} is measured on perturbed cases, but the suite perturbs nothing"
            source.problem(message, source.at_key(at), "add operators under perturb, or use clean_accuracy")
        groups = {use.family for use in uses} | {use.operator.name for use in uses}
        if section.over is not None and section.over not in groups:
            hint = did_you_mean(section.over, groups)
            message = f'over: the suite uses no family or operator "{section.over}"'
            source.problem(message, source.at_value((*at, "over")), hint)
        _check_selection(source, name, section, facts, at, fields=fields, uses=uses, answer=answer)
        against = [section.against] if isinstance(section.against, str) else section.against
        found = [
            baseline if one == BASELINE else _stored_run(source, (*at, "against"), one, root)
            for one in dict.fromkeys(against)
        ]
        runs = tuple(path for path in found if path is not None)
        if section.same and not against:
            hint = f"{name}: {{..., against: baseline}}, for example"
            source.problem("same: the gate does not compare with another run", source.at_key((*at, "same")), hint)
        if len(source.problems) == before:
            where = {
                key: tuple(map(field_text, value if isinstance(value, list) else [value]))
                for key, value in section.where.items()
            }
            kept = section.model_dump(exclude={"where", "field", "against", "same"})
            same = (section.same,) if isinstance(section.same, str) else tuple(dict.fromkeys(section.same))
            named = baseline if BASELINE in against else None
            kept |= {"where": where, "by": section.field, "against": runs, "baseline": named, "same": same}
            gates.append(GateSpec(name, source.at_key(at), **kept))
    return gates


def _check_selection(
    source: Source,
    name: str,
    gate: GateSection,
    facts: MetricFacts | None,
    at: Key,
    *,
    fields: Mapping[str, Collection[str]],
    uses: Sequence[OperatorUse],
    answer: AnswerSpec,
) -> None:
    """Fields that are not there, values that no example has, and what a metric needs besides."""
    named = [("per", gate.per)] if gate.per not in SCOPES else []
    named += [("field", gate.field)] if gate.field is not None else []
    for key, wanted in named:
        if wanted not in fields:
            hint = did_you_mean(wanted, sorted([*fields, *SCOPES]) if key == "per" else sorted(fields))
            source.problem(f'{key}: not every example has a field "{wanted}"', source.at_value((*at, key)), hint)
    for key, value in gate.where.items():
        if key not in fields:
            hint = did_you_mean(key, sorted(fields))
            source.problem(f'where: not every example has a field "{key}"', source.at_key((*at, "where", key)), hint)
            continue
        if value == []:
            source.problem(f"where: {key} lists no values", source.at_value((*at, "where", key)), "")
        for one in value if isinstance(value, list) else [value]:
            if field_text(one) not in fields[key]:
                hint = did_you_mean(field_text(one), sorted(fields[key]))
                place = source.at_value((*at, "where", key))
                source.problem(f'where: no example has the {key} "{field_text(one)}"', place, hint)
    if gate.of is not None and gate.of not in {one.name for one in answer.fields}:
        compared = [one.name for one in answer.fields]
        hint = did_you_mean(gate.of, compared) if compared else "answer: {check: json, fields: {age: number}}"
        source.problem(f'of: answer.fields names no field "{gate.of}"', source.at_value((*at, "of")), hint)
    if gate.of is not None and facts is not None and facts.needs_answer_field:
        source.problem(f"of: {name} reads whole answers", source.at_key((*at, "of")))
    if gate.correction != "none" and gate.confidence is None:
        place = source.at_value((*at, "correction"))
        source.problem("a correction needs a confidence", place, "confidence: 0.95, for example")
    if gate.inconclusive != "fail" and gate.confidence is None:
        place = source.at_value((*at, "inconclusive"))
        source.problem("without a confidence nothing is inconclusive", place, "confidence: 0.95, for example")
    if facts is None:
        return
    if facts.needs_field and gate.field is None:
        source.problem(f"{name} needs a field of the examples", source.at_key(at), f"{name}: {{..., field: NAME}}")
    if facts.needs_answer_field and gate.field is not None and gate.field in fields and answer.choices:
        known = {comparable(label, answer.ignore_case) for label in answer.choices}
        for value in sorted(fields[gate.field]):
            if comparable(value, answer.ignore_case) not in known:
                place, hint = source.at_value((*at, "field")), f"the choices are {', '.join(answer.choices)}"
                source.problem(f'field: the {gate.field} "{value}" is not one of the choices', place, hint)
                break
    if gate.field is not None and not facts.needs_field:
        source.problem(
            f"{name} does not use a field", source.at_key((*at, "field")), "per or where select examples by one"
        )
    if facts.needs_reference and not gate.against:
        source.problem(f"{name} compares with another run", source.at_key(at), f"{name}: {{..., against: run.json}}")
    if facts.needs_shares and not all(use.share is not None for use in uses):
        hint = "weights: traffic, and a share for each operator (`llmrobust fit` writes them)"
        source.problem(f"{name} needs shares of real inputs", source.at_key(at), hint)
    if facts.needs_severities and not any(getattr(use.params, "severity", None) is not None for use in uses):
        hint = "- typo.keyboard: {severity: [1, 2, 3, 4, 5]}"
        source.problem(f"{name} needs an operator with severities", source.at_key(at), hint)


def _stored_run(source: Source, key: Key, name: str, root: Path) -> Path | None:
    """The path of a stored run, which need not exist yet; None with a problem noted if it is outside."""
    path = (source.path.parent / name).resolve()
    if path.is_relative_to(root.resolve()):
        return path
    hint = f"a suite reads only files below {root.resolve().name}/"
    source.problem(f'"{name}" is outside the project', source.at_value(key), hint)
    return None


def _gate_entries(source: Source, value: Any) -> Iterator[tuple[str, Any, Key]]:
    if value is None:
        return
    if isinstance(value, dict):
        for name, given in value.items():
            yield name, given, ("gate", name)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            if isinstance(item, dict) and len(item) == 1:
                name, given = next(iter(item.items()))
                yield name, given, ("gate", i, name)
            else:
                hint = "- accuracy: {min: 0.9}"
                source.problem("an entry must name one metric", source.at_value(("gate", i)), hint)
    else:
        source.problem(f"gate must be a mapping or a list, not {kind_of(value)}", source.at_value(("gate",)))


def _check_bounds(source: Source, name: str, gate: GateSection, facts: MetricFacts | None, at: Key) -> None:
    if gate.min is None and gate.max is None:
        source.problem(f"the gate on {name} has no bound", source.at_key(at), f"{name}: {{min: 0.9}}, for example")
    if gate.min is not None and gate.max is not None and gate.min > gate.max:
        source.problem(f"min {gate.min:g} is larger than max {gate.max:g}", source.at_value((*at, "min")))
    if facts is None:
        return
    lowest, highest = facts.lowest, facts.highest
    if gate.against and not facts.needs_reference:  # the bounds are on a difference
        lowest, highest = lowest - highest, highest - lowest
    for side, bound in (("min", gate.min), ("max", gate.max)):
        if bound is not None and not lowest <= bound <= highest:
            message = f"{side}: {name} is between {lowest:g} and {highest:g}, so {bound:g} is impossible"
            hint = in_fractions(bound) if 1 < bound <= 100 and facts.highest == 1 else ""
            source.problem(message, source.at_value((*at, side)), hint)
