"""The registered operators as a page for people."""

from __future__ import annotations

from llmrobust.perturb.contract import Operator, Registry

HEAD = """# Operators

Made from the registry by `llmrobust operators`; a test keeps this page true. *Relation* says what must happen to the
answer. Parameters stand with their defaults; every operator also takes `id`, a name for this use of it in node ids.
"""


def operators_page(registry: Registry) -> str:
    """All operators in Markdown, one section a family, sorted by name."""
    sections = [HEAD]
    for family in registry.families():
        sections.append(f"## {family}\n")
        sections += [_entry(operator) for operator in registry.family(family)]
    return "\n".join(sections)


def _entry(operator: Operator) -> str:
    hidden = {"id", *(target for target, _ in operator.params.files.values())}
    lines = [
        f"**`{operator.name}`** ({operator.level}, relation: {operator.relation}, version {operator.version}): "
        f"{operator.summary}",
        f"Source: {operator.source}.",
        "",
    ]
    for name, field in operator.params.model_fields.items():
        if name not in hidden:
            default = "required" if field.is_required() else f"default {field.get_default(call_default_factory=True)!r}"
            lines.append(f"- `{name}` ({default}): {field.description or 'see the suite schema'}")
    return "\n".join(lines).rstrip() + "\n"
