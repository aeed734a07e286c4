"""The methods as a table, as text and as JSON values."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from llmrobust.methods import METHODS, NEEDS, Method
from llmrobust.report.markdown_blocks import row, table


def method_facts() -> list[dict[str, Any]]:
    """Everything that is known of each method, as JSON values."""
    return [
        {
            "name": one.name,
            "summary": one.summary,
            "assumes": one.assumes,
            "needs": list(one.needs),
            "cost": one.cost,
            "source": one.source,
            "params": {name: _param(one, name) for name in one.params.model_fields},
        }
        for one in METHODS
    ]


def methods_table() -> str:
    """The table of docs/methods.md."""
    lines = [*table(("method", "what it answers", "assumes", "needs", "cost", "source"))]
    for one in METHODS:
        needs = ", ".join(NEEDS[need] for need in one.needs) or "nothing"
        params = "".join(f" `{name}`: {_param(one, name)}." for name in one.params.model_fields)
        summary = f"{one.summary}{params}".replace("|", "\\|")
        lines.append(row([f"`{one.name}`", summary, one.assumes, needs, one.cost, one.source]))
    return "\n".join(lines) + "\n"


def methods_text() -> str:
    """For a terminal."""
    lines = []
    for one in METHODS:
        needs = ", ".join(NEEDS[need] for need in one.needs) or "nothing"
        lines.append(one.name)
        said = [one.summary, f"assumes {one.assumes}", f"needs {needs}; costs {one.cost}", f"source: {one.source}"]
        said += [f"{name}: {_param(one, name)}" for name in one.params.model_fields]
        for text in said:
            lines += wrap(text, 96, initial_indent="    ", subsequent_indent="      ")
    return "\n".join(lines) + "\n"


def _param(method: Method, name: str) -> str:
    field = method.params.model_fields[name]
    said = (field.description or name).rstrip(".")
    if name in method.params.required:
        return f"{said} (required)"
    default = field.get_default(call_default_factory=True)
    return said if default is None or default == "" else f"{said} (default {_shown(default)})"


def _shown(default: Any) -> str:
    if isinstance(default, list):
        return ", ".join(map(str, default))
    if isinstance(default, dict):
        return ", ".join(f"{key} {value}" for key, value in default.items())
    if isinstance(default, str):
        return default if default.isidentifier() or "-" in default else f'"{default}"'
    return str(default).lower()
