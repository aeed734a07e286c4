"""Files with what a search has found: written by it, reviewed by a person, run by suites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Share = float
Entry = TypeVar("Entry", bound="_Entry")
HEAD = """\
# Found by a search for the worst case. Read every entry: a wording may have changed its meaning, or have become
# unreadable. Set `reviewed: true` on those that a model should still understand, and delete the others; a suite runs
# reviewed entries only.
"""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    id: str = Field(pattern=r"^[a-z0-9._=+-]+$")
    reviewed: bool = False
    note: str = ""


class FoundWording(_Entry):
    """A wording of a block that a model answered worse.

    clean, attacked: share of right answers with the original and with this wording. evaluations: wordings scored.
    unchecked: constraints of the published recipe that were not checked.
    """

    recipe: str
    original: str = Field(min_length=1)
    text: str = Field(min_length=1)
    clean: Share
    attacked: Share
    evaluations: int
    unchecked: str = ""


class FoundFormat(_Entry):
    """A format: its values by slot ("fields.separator"), and the share of right answers in it."""

    values: dict[str, str] = Field(min_length=1)
    accuracy: Share


class Findings(BaseModel):
    """What a search found, and how: suite and model by name, examples used, seed, prompts sent."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    llmrobust_findings: Literal[1] = 1
    suite: str
    model: str
    examples: int
    seed: int
    prompts: int
    clean: Share | None = None
    wordings: tuple[FoundWording, ...] = ()
    formats: tuple[FoundFormat, ...] = ()

    def text(self) -> str:
        """The file."""
        values = self.model_dump(mode="json", exclude_defaults=False)
        kept = {name: value for name, value in values.items() if value not in (None, [], ())}
        for entry in (*kept.get("wordings", ()), *kept.get("formats", ())):
            for name in ("note", "unchecked"):
                if not entry.get(name, True):
                    del entry[name]
        return HEAD + yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=1000)


def parse_wordings_found(text: str) -> list[FoundWording]:
    """The reviewed wordings of a file. Raises ValueError for a file without any, or with an unreviewed entry."""
    return list(_reviewed(_findings(text).wordings, "wordings"))


def parse_formats_found(text: str) -> list[FoundFormat]:
    """The reviewed formats of a file. Raises ValueError for a file without any, or with an unreviewed entry."""
    return list(_reviewed(_findings(text).formats, "formats"))


def yaml_value(text: str) -> Any:
    """The content of a YAML file that an operator reads. Raises ValueError, with the line."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark else ""
        raise ValueError(f"it is not valid YAML{place}") from None


def _findings(text: str) -> Findings:
    value = yaml_value(text)
    if not isinstance(value, dict):
        raise ValueError("not written by `llmrobust search`")
    try:
        return Findings.model_validate(value)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise ValueError(f"not written by `llmrobust search`: {where}: {problem['msg']}") from None


def _reviewed(entries: Sequence[Entry], kind: str) -> Sequence[Entry]:
    if not entries:
        raise ValueError(f"it has no {kind}")
    unread = next((entry.id for entry in entries if not entry.reviewed), None)
    if unread is not None:
        raise ValueError(f'"{unread}" is not reviewed: read it, then set `reviewed: true` or delete it')
    ids = [entry.id for entry in entries]
    if len(set(ids)) < len(ids):
        raise ValueError(f'the id "{next(i for i in ids if ids.count(i) > 1)}" is used twice')
    return entries
