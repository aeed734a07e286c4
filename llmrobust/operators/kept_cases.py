"""Files of kept cases: edits that once flipped an answer, written by `llmrobust keep`, run by suites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llmrobust.text.edit_script import Edit, Messages

HEAD = """\
# Edits that flipped an answer, kept as regression cases: `- kept: {file: ...}` under `perturb:` runs them.
# Read them before you commit them, and delete what a model may answer differently.
"""
_CONTEXT = (12, 24, 48, 96, 1_000_000)
"""How much text is kept around an edit: as little as tells where it belongs."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class KeptEdit(_Strict):
    """A replacement in a message: `old` between `before` and `after` becomes `new`."""

    message: int = Field(ge=0)
    before: str = ""
    old: str = ""
    new: str = ""
    after: str = ""

    def place(self, text: str) -> tuple[int, int] | None:
        """Start and end of `old` in a message's text; None where it is not there, or more than once."""
        whole = self.before + self.old + self.after
        at = text.find(whole)
        if at < 0 or not whole or text.find(whole, at + 1) >= 0:
            return None
        return at + len(self.before), at + len(self.before) + len(self.old)


class KeptCase(_Strict):
    """An example whose answer the edits flipped.

    name: of the variant. came_from: the use of an operator and its variant that the edits are a part of. answer,
    flipped_to: the answers at that time, for readers.
    """

    example: str
    name: str = Field(pattern=r"^[a-z0-9._=+-]+$")
    came_from: str = ""
    answer: str | None = None
    flipped_to: str | None = None
    edits: tuple[KeptEdit, ...] = Field(min_length=1)


class KeptCases(_Strict):
    """A file of kept cases of a suite."""

    llmrobust_kept: Literal[1] = 1
    suite: str
    cases: tuple[KeptCase, ...] = ()

    def text(self) -> str:
        """The file."""
        values = self.model_dump(mode="json")
        return HEAD + yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=1000)

    def with_cases(self, more: Sequence[KeptCase]) -> KeptCases:
        """The file with further cases; one that is there already is not added, and names of an example are unique."""
        cases = list(self.cases)
        for one in more:
            if any((old.example, old.edits) == (one.example, one.edits) for old in cases):
                continue
            taken = {old.name for old in cases if old.example == one.example}
            name, number = one.name, 2
            while name in taken:
                name, number = f"{one.name}-{number}", number + 1
            cases.append(one.model_copy(update={"name": name}))
        return self.model_copy(update={"cases": tuple(cases)})


def kept_edits(before: Messages, edits: Sequence[Edit]) -> tuple[KeptEdit, ...]:
    """Edits with as much of the text around each as tells where it belongs."""
    return tuple(_kept_edit(before[number][1], number, start, end, new) for number, start, end, new in edits)


def parse_kept(text: str) -> list[KeptCase]:
    """The cases of a file. Raises ValueError for another file, or one without any case."""
    cases = list(read_kept(text).cases)
    if not cases:
        raise ValueError("it has no cases")
    return cases


def read_kept(text: str) -> KeptCases:
    """A file of kept cases. Raises ValueError for another file."""
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"it is not valid YAML{f' (line {mark.line + 1})' if mark else ''}") from None
    if not isinstance(value, dict):
        raise ValueError("not written by `llmrobust keep`")
    try:
        return KeptCases.model_validate(value)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        raise ValueError(f"not written by `llmrobust keep`: {where}: {problem['msg']}") from None


def _kept_edit(text: str, number: int, start: int, end: int, new: str) -> KeptEdit:
    for around in _CONTEXT:
        made = KeptEdit(
            message=number,
            before=text[max(0, start - around) : start],
            old=text[start:end],
            new=new,
            after=text[end : end + around],
        )
        if made.place(text) == (start, end):
            return made
    return made
