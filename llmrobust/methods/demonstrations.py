"""Few-shot: demonstrations from a file before what is asked, in the format that is evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from llmrobust.methods.ensembles import OVER
from llmrobust.methods.method import NotUsable, Params, sending_method
from llmrobust.methods.prompt_parts import values_of, with_demonstrations
from llmrobust.methods.sending import Asking, Question, Setting, asked_once
from llmrobust.operators import REGISTRY, Draw, Relation
from llmrobust.prompt.spans import Message, Prompt, Span
from llmrobust.seeds import Stream

_WORD = re.compile(r"\w+")
_TAG = re.compile(r"^[BIESLU]-")
_TAGGED = re.compile(r"(?:^|\s|/)[BIESLU]-([^\s]+)")
LEVELS = ("character", "word", "sentence")
NOISES = {"character": "typo.keyboard", "word": "spelling.misspell", "sentence": "noise.append"}
"""The operators that augment demonstrations, by level."""
Vector = NDArray[np.float64]


class FewShotParams(Params):
    """Parameters of few-shot."""

    required = MappingProxyType({"pool": "a file of demonstrations"})
    written = "{pool: shots.jsonl, k: 2}"

    pool: str = Field(default="", description="File of demonstrations, as examples are; relative to the suite.")
    k: int = Field(default=2, ge=1, le=64, description="Demonstrations in a prompt.")
    choose: Literal["fixed", "random", "nearest", "embedding", "types"] = Field(
        default="fixed",
        description="The same for all (the first k, of all classes in turn), random for each example by the seed, "
        "those with the most words or the nearest vectors of the input, or the fewest that show every slot, type of "
        "entity, or class.",
    )
    embedder: str = Field(
        default="", description="With choose: embedding, what makes the vectors, as under answer; else the project's."
    )
    augment: Literal["none", "character", "word", "sentence", "all"] = Field(
        default="none",
        description="Noise in the demonstrations' inputs: typos, misspelled words, sentences around them, or in turn.",
    )


@sending_method(
    "few-shot",
    source="Brown et al. 2020 (arXiv 2005.14165); per instance: Liu et al. 2022 (arXiv 2101.06804); per type, and "
    "augmented: Dong et al. 2023 (Noise-LLM, arXiv 2310.06504); in the evaluated format: Sclar et al. 2023 (arXiv "
    "2310.11324)",
    assumes="demonstrations are like what is asked, and none of them is what is asked",
    cost="1 request, longer by k demonstrations",
    needs=("requests", "pool"),
    params=FewShotParams,
)
def few_shot(questions: Sequence[Question], params: FewShotParams, setting: Setting) -> Asking:
    """The model's answer after k demonstrations, each in the format of the prompt."""
    if not setting.pool:
        raise NotUsable("needs demonstrations: name their file under `methods:`, as in few-shot: {pool: shots.jsonl}")
    near = _vectors(questions, params, setting)
    prompts = []
    chosen: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in questions:
        by_input = params.choose in ("nearest", "embedding")
        key = (one.example, _text(values_of(one.prompt)) if by_input else "")
        if key not in chosen:
            chosen[key] = augmented(demonstrations(one, params, setting, near), one, params, setting)
        layout = one.prompt if one.family in OVER else one.original
        names = values_of(layout)
        shown = [
            ({name: str(row[name]) for name in names if name in row}, answer_in(one, row, setting))
            for row in chosen[key]
        ]
        prompts.append(with_demonstrations(one.prompt, layout, shown))
    return (yield from asked_once(questions, prompts))


def demonstrations(
    one: Question, params: FewShotParams, setting: Setting, near: Mapping[str, Vector] | None = None
) -> list[Mapping[str, Any]]:
    """The rows that are shown before a question, the nearest one last; never one with the question's own input.

    near: with choose: embedding, the vectors of all texts.
    """
    asked = values_of(one.original)
    pool = [
        row
        for row in setting.pool
        if any(str(row.get(name, "")).strip() != text.strip() for name, text in asked.items())
    ]
    if params.choose == "random":
        return Stream(setting.seed, "few-shot", one.example).sample(pool, params.k)
    if params.choose == "nearest":
        own = _words(values_of(one.prompt))
        ranked = sorted(pool, key=lambda row: -_overlap(own, _words(_inputs(row, asked))))
        return ranked[: params.k][::-1]
    if params.choose == "embedding" and near:
        mine = near[_text(values_of(one.prompt))]
        by_vector = sorted(pool, key=lambda row: -float(near[_text(_inputs(row, asked))] @ mine))
        return by_vector[: params.k][::-1]
    if params.choose == "types":
        return _every_type(pool, params.k, setting)
    return _in_turn(pool, setting)[: params.k]


def types_in(answer: object) -> frozenset[str]:
    """The slots or entity types that a gold answer shows: names of a JSON object, of BIO tags, or of [name, value]
    pairs; otherwise the answer itself."""
    given = answer
    if isinstance(answer, str):
        try:
            given = json.loads(answer)
        except ValueError:
            given = answer
    if isinstance(given, Mapping):
        tags = given.get("tags")
        return types_in(tags) if isinstance(tags, list) else frozenset(str(name) for name, one in given.items() if one)
    if isinstance(given, list):
        names = [one[0] if isinstance(one, list | tuple) and one else one for one in given]
        return frozenset(_TAG.sub("", str(name)) for name in names if str(name) != "O")
    found = _TAGGED.findall(str(given))
    return frozenset(found) if found else frozenset({str(given)})


def augmented(
    rows: Sequence[Mapping[str, Any]], one: Question, params: FewShotParams, setting: Setting
) -> list[Mapping[str, Any]]:
    """The rows with noise in their inputs, fixed by the seed and the row; a row to which an operator does nothing, or
    whose answer would not follow, stays."""
    if params.augment == "none":
        return list(rows)
    names = list(values_of(one.original))
    found: list[Mapping[str, Any]] = []
    for number, row in enumerate(rows):
        level = LEVELS[number % len(LEVELS)] if params.augment == "all" else params.augment
        operator = REGISTRY.get(NOISES[level])
        new = dict(row)
        for name in names:
            text = str(row.get(name, ""))
            prompt = Prompt((Message("user", (Span(text, "variable", name),)),), "completion")
            draw = Draw(setting.seed, f"few-shot-{level}", text, labels=setting.labels)
            given = {"target": "input"} if "target" in operator.params.model_fields else {}
            made = next(iter(operator.kept(prompt, operator.params.model_validate(given), draw)), None)
            if made is not None and made.relation in (None, Relation.SAME):
                new[name] = made.prompt.as_messages()[0][1]
        found.append(new)
    return found


def _every_type(pool: Sequence[Mapping[str, Any]], k: int, setting: Setting) -> list[Mapping[str, Any]]:
    """At most k rows, each the first that shows the most types that none before it shows; all shown: from the start."""
    left, shown = list(pool), set[str]()
    chosen: list[Mapping[str, Any]] = []
    while left and len(chosen) < k:
        best = max(left, key=lambda row: len(types_in(row[setting.field or ""]) - shown))
        new = types_in(best[setting.field or ""]) - shown
        if not new and shown:
            shown = set()
            continue
        shown |= new
        chosen.append(best)
        left.remove(best)
    return chosen


def _vectors(questions: Sequence[Question], params: FewShotParams, setting: Setting) -> dict[str, Vector]:
    """The unit vectors of the inputs of questions and of the pool, all made in one call."""
    if params.choose != "embedding" or setting.vectors is None or not questions:
        return {}
    names = values_of(questions[0].original)
    texts = [_text(values_of(one.prompt)) for one in questions] + [_text(_inputs(row, names)) for row in setting.pool]
    unique = list(dict.fromkeys(texts))
    return dict(zip(unique, setting.vectors(params.embedder, unique), strict=True))


def _inputs(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    return {name: str(row.get(name, "")) for name in names}


def _text(values: Mapping[str, str]) -> str:
    return " ".join(values.values())


def answer_in(one: Question, row: Mapping[str, Any], setting: Setting) -> str:
    """A demonstration's answer, as the question's prompt shows it."""
    answer = str(row[setting.field]) if setting.field is not None else ""
    return one.shown.get(answer, answer)


def _in_turn(pool: Sequence[Mapping[str, Any]], setting: Setting) -> list[Mapping[str, Any]]:
    """The rows, one of each class after the other in file order; of free answers, the file's order."""
    if not setting.labels or setting.field is None:
        return list(pool)
    groups = {label: [row for row in pool if str(row[setting.field]) == label] for label in setting.labels}
    longest = max(map(len, groups.values()), default=0)
    return [some[n] for n in range(longest) for some in groups.values() if n < len(some)]


def _words(values: Mapping[str, str]) -> frozenset[str]:
    return frozenset(_WORD.findall(" ".join(values.values()).lower()))


def _overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Shared words among all words (Jaccard)."""
    return len(first & second) / max(1, len(first | second))
