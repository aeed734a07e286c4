"""Write docs/api.md from the docstrings of the public names: `python docs/api_page.py`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import llmrobust

PAGE = Path(__file__).with_name("api.md")
HEAD = """\
# Python API

Made from the docstrings by `python docs/api_page.py`; a test keeps this page true. Names are loaded on first use, so
`import llmrobust` costs nothing.

```python
import llmrobust as lr

lr.perturb("typo.keyboard", "What a wonderful film.", seed=3)  # a list of texts
result = lr.run("suites/triage.robust.yaml", llm="http://127.0.0.1:8000/v1")
result.passed, result.gates  # may it ship, and what each gate decided
lr.compare(lr.load_run("run.json"), result)
```
"""
GROUPS = {
    "Running and comparing": ("run", "load_suite", "load_run", "compare", "suite", "RunResult"),
    "Perturbing text": ("perturb", "list_operators", "Operator", "Variant"),
    "Adding your own": ("operator", "metric", "check", "model", "report_format", "embedder"),
    "Cases and metrics": ("Case", "list_metrics"),
    "Errors": (
        "LlmRobustError",
        "SuiteError",
        "OperatorError",
        "CheckError",
        "ModelError",
        "ServerGone",
        "GateError",
        "ReportError",
        "WrongUse",
    ),
}

_PLAIN = (str, int, float, tuple, type(None))


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, names in GROUPS.items():
        parts.append(f"\n## {title}\n")
        parts += [_entry(name) for name in names]
    return "".join(parts)


def _entry(name: str) -> str:
    found = getattr(llmrobust, name)
    kind = "class " if inspect.isclass(found) else ""
    call = "" if inspect.isclass(found) else _signature(found)
    code = f"```python\n{kind}llmrobust.{name}{call}\n```"
    text = f"\n### `{name}`\n\n{code}\n\n{_escaped(inspect.getdoc(found) or '')}\n"
    return text + "".join(_member(found, member) for member in _members(found))


def _members(found: object) -> list[str]:
    if found is not llmrobust.RunResult:
        return []
    return ["passed", "gates", "save", "to_dataframe"]


def _member(owner: object, name: str) -> str:
    found = getattr(owner, name)
    call = "" if isinstance(found, property) else _signature(found)
    return f"\n- `.{name}{call}`: {_escaped(inspect.getdoc(found) or '')}\n"


def _signature(function: Callable[..., object]) -> str:
    """A signature without defaults that are objects: their text is not code, and may hold an address."""
    shown = [
        one if one.default is one.empty or type(one.default) in _PLAIN else one.replace(default=...)
        for one in inspect.signature(function).parameters.values()
    ]
    text = str(inspect.signature(function).replace(parameters=shown)).replace("Ellipsis", "...")
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", text)


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
