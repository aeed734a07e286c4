"""`models`: what a SPEC resolves to, and which one is used where none is given."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmrobust.cli.command import Chosen, command, json_option, project_option
from llmrobust.cli.project import project_of
from llmrobust.errors import ModelError, without_credentials
from llmrobust.report.model_info import info_json

if TYPE_CHECKING:
    from llmrobust.models.protocol import ModelInfo

FORMAT, VERSION = "llmrobust-models", 1
_SCORING = {
    "logprobs": "by log-probabilities, one forward pass per label token",
    "constrained": "by output that the server constrains to the labels",
    "text": "by parsing the generated text",
}


@command(
    "Open models and show what they support: version, chat template, context, how labels are "
    "scored, prompts per call. Without SPEC: list the supported forms, and the model that pytest would use here. "
    "Exit code 1: a model cannot be used.",
    [
        ("llmrobust models", "the forms of SPEC, and what is configured here"),
        ("llmrobust models http://127.0.0.1:8000/v1", "what a running server supports"),
        ("llmrobust models tiny --json", "the bundled model, for a script"),
    ],
)
@click.argument("spec", metavar="SPEC", nargs=-1, help="as for pytest --llm")
@json_option()
@project_option
def models(chosen: Chosen) -> int:
    """Print what each SPEC resolves to, or which forms there are."""
    if not chosen.spec:
        return _configured(chosen)
    found = [(without_credentials(spec), _opened(spec)) for spec in chosen.spec]
    if chosen.json:
        print(json.dumps({"format": FORMAT, "version": VERSION, "models": [_as_json(*one) for one in found]}, indent=2))
    else:
        for number, (spec, info) in enumerate(found):
            if isinstance(info, str):
                sys.stdout.flush()
                print(f"{spec}: {info}", file=sys.stderr)
            else:
                print("\n" * bool(number) + "\n".join(info_lines(info)))
    return 1 if any(isinstance(info, str) for _, info in found) else 0


def _opened(spec: str) -> ModelInfo | str:
    """What is known of a model once it is open, or why it cannot be used."""
    from llmrobust.models import parse_spec

    try:
        return asyncio.run(_open(parse_spec(spec)))
    except ModelError as error:
        return str(error)


async def _open(model: Any) -> ModelInfo:
    try:
        info: ModelInfo = await model.open()
        return replace(info, spec=without_credentials(info.spec))
    finally:
        await model.close()


def info_lines(info: ModelInfo) -> Iterator[str]:
    """A model's facts for a terminal."""
    rows = {
        "model": info.name,
        "backend": info.backend,
        "context": f"{info.max_model_len:,} tokens" if info.max_model_len else "not known",
        "labels": _SCORING.get(info.scoring[0], info.scoring[0]),
        "": f"(it offers {', '.join(info.scoring)}; one pass: {'yes' if 'logprobs' in info.scoring else 'no'})",
        "takes": f"{info.max_batch:,} prompts per call, {info.max_in_flight:,} calls at a time",
        "fingerprint": info.fingerprint,
        **({} if info.details.get("dtype") else {"dtype": "unknown: a running server does not report it"}),
        **{name: value for name, value in info.details.items() if value},
    }
    width = max(map(len, rows))
    yield info.spec
    yield from (f"  {name.ljust(width)}  {value}" for name, value in rows.items())


def _as_json(spec: str, info: ModelInfo | str) -> dict[str, Any]:
    return {"spec": spec, "error": info} if isinstance(info, str) else {**info_json(info), "error": None}


def _configured(chosen: Chosen) -> int:
    from llmrobust.models.specs import known_forms

    project = project_of([Path.cwd()], noconftest=chosen.noconftest)
    forms, used = known_forms(), list(project.settings.specs)
    if chosen.json:
        said = {"configured": used, "configured_by": project.model_from, "forms": dict(forms)}
        print(json.dumps({"format": FORMAT, "version": VERSION, **said}, indent=2, ensure_ascii=False))
        return 0
    width = max(len(form) for form, _ in forms)
    print("SPEC is one of")
    for form, meaning in forms:
        print(f"  {form.ljust(width)}  {meaning}")
    print(f"\nused here without --llm: {' '.join(used)} ({project.model_from})")
    return 0
