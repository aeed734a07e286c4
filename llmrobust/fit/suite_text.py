"""A suite like the traffic, as the text of its file: one use of an operator for each feature that is really there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmrobust.fit.estimate import Estimate, Fitted
from llmrobust.fit.features import BY_NAME, Feature

PLACEHOLDER = "REPLACE ME"
_KEY = re.compile(r"[A-Za-z_]\w*\s*:")


@dataclass(frozen=True, slots=True)
class Clean:
    """The clean texts as a suite's examples. path: their file, None for none. field: where the texts are."""

    path: Path | None
    field: str = "text"


def sentence_files(fitted: Fitted, stem: str) -> dict[str, str]:
    """The files of sentences that the suite's operators read, by name: what they hold."""
    found = {}
    for one in fitted.there:
        feature = BY_NAME[one.feature]
        if feature.file:
            lines = [f"# {feature.said}: sentences written for llmrobust; put those of your users here", *feature.file]
            found[f"{stem}.{feature.name}.txt"] = "\n".join(lines) + "\n"
    return found


def suite_text(fitted: Fitted, name: str, stem: str, folder: Path, clean: Clean) -> str:
    """A whole suite. folder: where it will lie. stem: what its files are named after."""
    return "\n".join(
        [*_head(fitted, name), *_prompt(clean), *_examples(clean, folder), *_perturb(fitted, stem), *_gates(), ""]
    )


def with_perturb(text: str, fitted: Fitted, name: str, stem: str, target: str | None = None) -> str:
    """A suite's text with another name and another `perturb:` section; everything else stays, comments included."""
    text = re.sub(r"^suite:.*$", f"suite: {name}", text, count=1, flags=re.MULTILINE)
    if not re.search(r"^weights:", text, flags=re.MULTILINE):
        text = re.sub(r"^(suite:.*)$", r"\1\nweights: traffic", text, count=1, flags=re.MULTILINE)
    lines = text.removesuffix("\n").split("\n")
    new = list(_perturb(fitted, stem, target))
    span = _section(lines, "perturb")
    kept = lines if span is None else [*lines[: span[0]], *lines[span[1] :]]
    at = len(kept) if span is None else span[0]
    return "\n".join([*kept[:at], *new, *kept[at:]]) + "\n"


def _section(lines: list[str], key: str) -> tuple[int, int] | None:
    """Where a key of the file and what is below it begin and end; comments before the next key are the next one's."""
    for start, line in enumerate(lines):
        if line.startswith(f"{key}:"):
            end = next((n for n in range(start + 1, len(lines)) if _KEY.match(lines[n])), len(lines))
            while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
                end -= 1
            return start, end
    return None


def _head(fitted: Fitted, name: str) -> Iterator[str]:
    owners = "" if fitted.n_clusters is None else f" of {fitted.n_clusters:,} users"
    yield f"# The prompt under what {fitted.n:,} real inputs{owners} look like; rates by `llmrobust fit`."
    yield f"# Rates are above those of clean texts: {fitted.calibration}."
    yield f"suite: {name}"
    yield "weights: traffic"


def _prompt(clean: Clean) -> Iterator[str]:
    yield ""
    yield f"# {PLACEHOLDER}: your own prompt, with the variable that holds the input."
    yield "prompt:"
    yield "  user: |"
    yield "    {% instruction %}Say in one word what the message is about.{% endinstruction %}"
    yield f"    Message: {{{{ {clean.field} }}}}"
    yield "    Topic:"


def _examples(clean: Clean, folder: Path) -> Iterator[str]:
    yield ""
    if clean.path is None:
        yield f"# {PLACEHOLDER}: clean inputs of your own, 30 to 200; real ones hold what users said."
        yield "examples:"
        yield f'  - {{{clean.field}: "I would like to change my address, please."}}'
        yield f'  - {{{clean.field}: "When will my order arrive? It was sent last week."}}'
        return
    name = Path(os.path.relpath(clean.path.resolve(), folder.resolve())).as_posix()
    yield "# The clean texts that the rates were measured against."
    yield f"examples: {{file: {_quoted(name)}}}"
    yield "# answer: {field: COLUMN}              # gold answers, if there are any"


def _perturb(fitted: Fitted, stem: str, target: str | None = None) -> Iterator[str]:
    there = sorted(fitted.there, key=lambda one: -(one.share or 0))
    yield ""
    if not there:
        yield "# Nothing that real inputs have beyond clean ones: no operator makes this traffic."
        yield "perturb: []"
        return
    yield "# share: of real inputs, those with it, between the ends of the 95 % interval."
    yield "perturb:"
    for one in there:
        feature = BY_NAME[one.feature]
        given = ", ".join(f"{key}: {_value(value)}" for key, value in _given(feature, one, stem, target).items())
        yield f"  - {f'{feature.operator}: {{{given}}}'.ljust(88)} # {feature.said}"


def _given(feature: Feature, one: Estimate, stem: str, target: str | None) -> Mapping[str, Any]:
    """The parameters of a use."""
    given: dict[str, Any] = {}
    if sum(other.operator == feature.operator for other in BY_NAME.values()) > 1:
        given["id"] = feature.name
    given |= dict(feature.params)
    if feature.file:
        given["file"] = f"{stem}.{feature.name}.txt"
    if one.rate is not None:
        given["rate"] = float(f"{one.rate:.3g}")
    if target is not None:
        given["target"] = target
    given["share"] = [float(f"{value or 0:.4f}") for value in (one.low, one.share, one.high)]
    return given


def _gates() -> Iterator[str]:
    yield ""
    yield "gate:"
    yield "  traffic_flip_rate: {max: 0.05}         # flips to expect of real inputs: share x flip rate, over all uses"
    yield "  consistency: {min: 0.80}               # share of answers that are the same as without the edit"


def _value(value: Any) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def _quoted(text: str) -> str:
    return (
        text
        if re.fullmatch(r"[A-Za-z_./][\w./+-]*", text)
        else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    )
