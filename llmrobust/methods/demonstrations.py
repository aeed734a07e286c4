"""Few-shot: demonstrations from a file before what is asked, in the format that is evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from llmrobust.methods.ensembles import OVER
from llmrobust.methods.method import NotUsable, Params, sending_method
from llmrobust.methods.prompt_parts import values_of, with_demonstrations
from llmrobust.methods.sending import Asking, Question, Setting, asked_once
from llmrobust.seeds import Stream

_WORD = re.compile(r"\w+")


class FewShotParams(Params):
    """Parameters of few-shot."""

    pool: str = Field(default="", description="File of demonstrations, as examples are; relative to the suite.")
    k: int = Field(default=2, ge=1, le=64, description="Demonstrations in a prompt.")
    choose: Literal["fixed", "random", "nearest"] = Field(
        default="fixed",
        description="The same for all (the first k, of all classes in turn), random for each example by the seed, or "
        "those that share the most words with the input.",
    )


@sending_method(
    "few-shot",
    source="Brown et al. 2020 (arXiv 2005.14165); per instance: Liu et al. 2022 (arXiv 2101.06804), here by shared "
    "words; in the evaluated format: Sclar et al. 2023 (arXiv 2310.11324)",
    assumes="demonstrations are like what is asked, and none of them is what is asked",
    cost="1 request, longer by k demonstrations",
    needs=("requests", "pool"),
    params=FewShotParams,
)
def few_shot(questions: Sequence[Question], params: FewShotParams, setting: Setting) -> Asking:
    """The model's answer after k demonstrations, each in the format of the prompt."""
    if not setting.pool:
        raise NotUsable("needs demonstrations: name their file under `methods:`, as in few-shot: {pool: shots.jsonl}")
    prompts = []
    chosen: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in questions:
        key = (one.example, " ".join(values_of(one.prompt).values()) if params.choose == "nearest" else "")
        if key not in chosen:
            chosen[key] = demonstrations(one, params, setting)
        layout = one.prompt if one.family in OVER else one.original
        names = values_of(layout)
        shown = [
            ({name: str(row[name]) for name in names if name in row}, answer_in(one, row, setting))
            for row in chosen[key]
        ]
        prompts.append(with_demonstrations(one.prompt, layout, shown))
    return (yield from asked_once(questions, prompts))


def demonstrations(one: Question, params: FewShotParams, setting: Setting) -> list[Mapping[str, Any]]:
    """The rows that are shown before a question, the nearest one last; never one with the question's own input."""
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
        ranked = sorted(pool, key=lambda row: -_overlap(own, _words({n: str(row.get(n, "")) for n in asked})))
        return ranked[: params.k][::-1]
    return _in_turn(pool, setting)[: params.k]


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
