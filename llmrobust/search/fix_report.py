"""What a fix found, for people, and the files that ship."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from llmrobust.methods.recipe import Recipe
from llmrobust.results.method_figures import Difference
from llmrobust.search.fix import Fixed, Measured
from llmrobust.text import tidy_input
from llmrobust.text.phrases import many

_SHOWN = 8
NOTHING_HELPS = "nothing in the budget helps"


def fix_lines(found: Fixed, suite: str, model: str) -> Iterator[str]:
    """What was tried, and what the best does to what did not choose it, with intervals."""
    choose, other = map(len, found.columns)
    yield f"fix  {suite} ({model}): {found.choosing:,} examples and {many(choose, 'edit')} choose,"
    yield f"     {found.verifying:,} other examples verify, with these and {many(other, 'further edit')}"
    for note in found.notes:
        yield f"  {note}"
    if found.tried:
        tried = f"{many(len(found.tried), 'way')} of answering with {many(found.prompts, 'prompt')}"
        yield f"tried {tried}; right on the half that chooses:"
        for about, share, count in found.tried[:_SHOWN]:
            yield f"  {share:.3f} of {count:,}  {about}"
        if len(found.tried) > _SHOWN:
            yield f"  and {len(found.tried) - _SHOWN:,} more"
    yield f"before  {_figures(found.before)}"
    yield from _gates(found.before)
    if found.before.without_cases:
        yield f"  {many(found.before.without_cases, 'decision')} of gates select nothing that verifies: not made"
    if found.after is not None and found.recipe is not None:
        yield f"after   {_figures(found.after)}  ({found.recipe.about})"
        yield from _gates(found.after)
        yield _difference("difference", found.difference)
        if found.unseen is not None:
            yield _difference("  of edits that did not choose", found.unseen)
    yield conclusion(found)


def conclusion(found: Fixed) -> str:
    """What came of it, in a sentence."""
    if found.before.is_green:
        return "the gates pass on the half that verifies as they are: there is nothing to fix"
    if found.after is None:
        return f"{NOTHING_HELPS}: the prompt as it is was the best on the half that chooses"
    if found.is_fixed:
        return "the gates pass on examples that did not choose"
    if found.after.is_green:
        return f"{NOTHING_HELPS}: the gates pass, but edits that did not choose are answered worse"
    return f"{NOTHING_HELPS} the gates to pass: they fail on the half that verifies, with the best that was found too"


def measured_values(found: Fixed) -> dict[str, Any]:
    """What a recipe's file says of its measurement."""
    assert found.after is not None
    return {
        "examples": found.verifying,
        "edits": list(found.columns[0] + found.columns[1]),
        "chosen_with": list(found.columns[0]),
        "before": _values(found.before),
        "after": _values(found.after),
        "difference": _ends(found.difference),
        "difference_of_other_edits": _ends(found.unseen),
    }


def prompt_files(recipe: Recipe, stem: Path) -> dict[Path, str]:
    """The prompt as template files, one for each message, where it is all there is to the recipe; else none."""
    layout = recipe.templates[0]
    if len(recipe.templates) > 1 or recipe.normalise or layout.prior:
        return {}
    return {
        stem.with_name(
            f"{stem.name}.{number}.{role}.jinja" if len(layout.messages) > 1 else f"{stem.name}.jinja"
        ): "".join(_raw(part) if isinstance(part, str) else f"{{{{ {part[0]} }}}}" for part in parts)
        for number, (role, parts) in enumerate(layout.messages, 1)
    }


def snippet(recipe: Recipe, file: str) -> str:
    """Python that answers by the recipe over an OpenAI-compatible server, without llmrobust.

    Label probabilities are not at hand there: it votes over written answers, and leaves calibration out.
    """
    tidy = inspect.getsource(tidy_input) if recipe.normalise else ""
    head = f'"""Answers by {file}, as `llmrobust fix` wrote it: answer({{"text": "..."}}) -> text."""\n\n'
    values = "{name: tidied(text) for name, text in values.items()}" if recipe.normalise else "values"
    chat = recipe.mode == "chat"
    path = "chat/completions" if chat else "completions"
    body = '"messages": messages' if chat else '"prompt": messages[-1]["content"]'
    read = '["message"]["content"]' if chat else '["text"]'
    lines = [
        "import json",
        "import urllib.request",
        "from collections import Counter",
        "from pathlib import Path",
        "",
        f"FIX = json.loads((Path(__file__).parent / {json.dumps(file)}).read_text(encoding='utf-8'))",
        "",
        "",
        'def answer(values, url="http://127.0.0.1:8000/v1", model="MODEL"):',
        f"    values, texts = {values}, []",
        '    for one in FIX["templates"]:',
        '        said = [(m["role"], [p if isinstance(p, str) else values[p["input"]] for p in m["parts"]])'
        ' for m in one["messages"]]',
        '        messages = [{"role": role, "content": "".join(parts)} for role, parts in said]',
        f'        body = json.dumps({{"model": model, {body}, **FIX["sampling"]}}).encode()',
        f'        request = urllib.request.Request(f"{{url}}/{path}", body, {{"Content-Type": "application/json"}})',
        f'        texts.append(json.load(urllib.request.urlopen(request))["choices"][0]{read})',
        '    plain = [text.strip(" .,()\\n-><*").lower() for text in texts]',
        '    found = [next((x for x in FIX["labels"] if text.startswith(x.lower())), text) for text in plain]',
        "    return Counter(found).most_common(1)[0][0]",
    ]
    return head + (tidy + "\n\n" if tidy else "") + "\n".join(lines) + "\n"


def with_measurement(found: Fixed, llm: tuple[str, ...]) -> Recipe:
    """The recipe as it is written: with its models and what was measured."""
    assert found.recipe is not None
    return replace(found.recipe, llm=llm, measured=measured_values(found))


def _raw(text: str) -> str:
    return "{% raw %}" + text + "{% endraw %}" if any(mark in text for mark in ("{{", "{%", "{#")) else text


def _figures(one: Measured) -> str:
    shares = (
        ("accuracy", one.figures.accuracy),
        ("consistency", one.figures.consistency),
        ("unperturbed", one.figures.unperturbed),
    )
    return ", ".join(f"{name} {'n/a' if share is None else f'{share:.3f}'}" for name, share in shares)


def _gates(one: Measured) -> Iterator[str]:
    for decision in one.decisions:
        found = decision.measurement
        value = "n/a"
        if found is not None and found.value is not None:
            ends = "" if found.low is None or found.high is None else f" [{found.low:.3f}, {found.high:.3f}]"
            value = f"{found.value:.3f}{ends}"
        yield f"  {decision.status.value.upper():4}  {decision.id}: {value}, {decision.bound}"


def _difference(what: str, one: Difference | None) -> str:
    if one is None:
        return f"{what}  n/a"
    told = "" if one.excludes_zero else ": no difference in accuracy can be told"
    return f"{what}  {one.value:+.3f} [{one.low:+.3f}, {one.high:+.3f}] accuracy on edited prompts, paired{told}"


def _ends(one: Difference | None) -> dict[str, float]:
    if one is None:
        return {}
    return {"accuracy": round(one.value, 6), "low": round(one.low, 6), "high": round(one.high, 6), "confidence": 0.95}


def _values(one: Measured) -> dict[str, Any]:
    decisions = []
    for decision in one.decisions:
        found = decision.measurement
        ends = (None, None, None) if found is None else (found.value, found.low, found.high)
        rounded = [None if value is None else round(value, 6) for value in ends]
        decisions.append(
            {
                "gate": decision.id,
                "status": decision.status.value,
                "value": rounded[0],
                "low": rounded[1],
                "high": rounded[2],
            }
        )
    figures = one.figures
    shares = {"accuracy": figures.accuracy, "consistency": figures.consistency, "unperturbed": figures.unperturbed}
    return {**{name: None if share is None else round(share, 6) for name, share in shares.items()}, "gates": decisions}
