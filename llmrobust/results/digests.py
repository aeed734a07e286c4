"""Digests to detect whether an example, a prompt or a use of an operator changed since an earlier run."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from llmrobust.suitefile.suite import Example, OperatorUse, Suite


def example_digest(example: Example) -> str:
    """A short digest of an example's fields, so that runs are compared on the same examples only."""
    text = json.dumps(dict(example.fields), sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def prompt_digest(suite: Suite) -> str:
    """A digest of the prompt's templates with all that they include, independent of file names."""
    parts = [suite.mode, *([m.role, *m.template.texts] for m in suite.messages)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:16]


def english_of(use: OperatorUse) -> str:
    """Name and version of what a use analyses English with; empty if it analyses nothing."""
    return next((one.reads_with for one in (use.operator, *use.params.operators()) if one.reads_with), "")


def use_digest(use: OperatorUse) -> str:
    """A digest of a use's operator, its version and parameters, and of the operators that these bring in.

    What the operators analyse text with is a part of their versions.
    """
    inner = [(operator.name, operator.version) for operator in use.params.operators()]
    parts = [use.operator.name, use.operator.version, use.params.model_dump(), inner]
    reads_with = english_of(use)
    if reads_with:
        parts.append(reads_with)
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=repr, ensure_ascii=True).encode()).hexdigest()[:16]


def relative_path(path: Path, root: Path | None) -> str:
    """The path as reports write it: relative to the project if it is inside."""
    return (path.relative_to(root) if root is not None and path.is_relative_to(root) else path).as_posix()
