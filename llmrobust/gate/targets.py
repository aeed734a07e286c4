"""Which decisions a suite's gates will make, known before anything is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from llmrobust.gate.decision import GateTarget
from llmrobust.suitefile.suite import SCOPES, GateSpec, Suite, field_text


def gate_targets(suite: Suite, columns: Mapping[str, tuple[str, str]] | None = None) -> tuple[GateTarget, ...]:
    """The decisions of a suite's gates, in file order; ids are unique and known before the run.

    columns: (family, operator) of every variant of the suite's plan, for gates with `per: variant`.

    `accuracy` for the suite, `consistency[typo]` and `accuracy_drop[typo.keyboard]` for a family or operator,
    `accuracy[billing]` for a value of a field of the examples, `accuracy[of age]` for a field of JSON answers. A gate
    that is limited by `over` to one family or operator, or by `where` to some examples, carries that in the same place.
    """
    uses = [(use.family, use.operator.name) for use in suite.perturb]
    targets: list[GateTarget] = []
    seen: dict[str, int] = {}
    for gate in suite.gates:
        for group in _groups(gate, uses, suite, columns or {}) or [""]:  # a gate without a group is not evaluated
            label = group or gate.over
            where = ",".join(f"{name}={'|'.join(values)}" for name, values in gate.where.items())
            part = "" if gate.of is None else f"of {gate.of}"
            inside = " ".join(filter(None, (part, label, where)))
            name = f"{gate.metric}[{inside}]" if inside else gate.metric
            seen[name] = seen.get(name, 0) + 1
            targets.append(GateTarget(gate, group, name if seen[name] == 1 else f"{name}-{seen[name]}"))
    return tuple(targets)


def _groups(
    gate: GateSpec, uses: Iterable[tuple[str, str]], suite: Suite, columns: Mapping[str, tuple[str, str]]
) -> list[str]:
    """The groups that a gate decides on, in suite order."""
    if gate.per == "suite":
        return [""]
    if gate.per == "variant":
        return [name for name, kinds in columns.items() if gate.over in (None, *kinds)]
    if gate.per not in SCOPES:
        kept = [
            example.fields
            for example in suite.examples
            if all(field_text(example.fields[name]) in values for name, values in gate.where.items())
        ]
        return list(dict.fromkeys(field_text(fields[gate.per]) for fields in kept))
    chosen = [use for use in uses if gate.over in (None, *use)]
    return list(dict.fromkeys(family if gate.per == "family" else operator for family, operator in chosen))


def selected_columns(target: GateTarget, columns: Mapping[str, tuple[str, str]]) -> set[str]:
    """The variants that a decision looks at. columns: (family, operator) of every variant of the suite's plan."""
    gate = target.gate
    return {
        column
        for column, (family, operator) in columns.items()
        if gate.over in (None, family, operator)
        and target.group == {"family": family, "operator": operator, "variant": column}.get(gate.per, target.group)
    }


def selected_examples(target: GateTarget, suite: Suite) -> set[str]:
    """Ids of the examples that a decision looks at."""
    gate = target.gate
    return {
        example.id
        for example in suite.examples
        if all(field_text(example.fields[name]) in wanted for name, wanted in gate.where.items())
        and (gate.per in SCOPES or target.group == field_text(example.fields[gate.per]))
    }
