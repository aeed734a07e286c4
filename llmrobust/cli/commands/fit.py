"""`fit`: the rates of typos, casing, chatter and the like in real inputs, and a suite with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, command, json_option, project_option
from llmrobust.errors import WrongUse

if TYPE_CHECKING:
    from llmrobust.fit import Calibration, Counted, Fitted
    from llmrobust.fit.suite_text import Clean

SUFFIX, RATES = ".robust.yaml", ".fit.json"
SAMPLES_OF_EACH = 5


@command(
    "Estimate from real inputs how often they have typos of each kind, lost or doubled punctuation, no capitals, "
    "fillers, greetings and the like, with intervals, and write a suite whose operators make as much of it. What the "
    "detectors find in clean texts is measured and taken off: in the examples of --suite, in --clean, or else in "
    "BANKING77. Everything is computed here; what is written are rates, never texts, unless --samples asks for some. "
    "Exit code 1: with --drift, new inputs are no longer like those that were fitted.",
    [
        ("llmrobust fit logs.jsonl", "the rates; the texts are in the field `text`, or the one that --field names"),
        ("llmrobust fit logs.csv --field message --cluster user_id", "intervals over users, who repeat themselves"),
        (
            "llmrobust fit logs.jsonl --suite suites/triage.robust.yaml --out suites/traffic.robust.yaml",
            "a suite of it",
        ),
        ("llmrobust fit suites/traffic.fit.json --drift june.jsonl", "has the traffic moved since?"),
    ],
)
@click.argument(
    "logs", type=ReadableFile("a file of real inputs"), help="JSONL, CSV, JSON, Parquet, text, or .fit.json"
)
@click.option("--field", metavar="NAME", help="the field with the texts (default: text, input, prompt, ...)")
@click.option("--cluster", metavar="NAME", help="the field that says whose a text is: intervals are over users")
@click.option("--clean", type=PATH, metavar="FILE", help="clean texts of the same kind (default: the suite's examples)")
@click.option("--clean-field", metavar="NAME", help="the field with the clean texts")
@click.option(
    "--suite", type=PATH, metavar="SUITE", help="a suite: its inputs are the clean texts, and --out is like it"
)
@click.option("--of", "target", metavar="NAME", default="input", help="with --suite: the variable that is the input")
@click.option("--out", type=PATH, metavar="FILE", help="write a suite here, and the rates beside it")
@click.option("--drift", type=PATH, metavar="NEW", help="compare these new inputs with the fitted ones")
@click.option("--samples", type=PATH, metavar="FILE", help="write five texts with each feature, for a person to review")
@click.option(
    "--confidence", type=click.FloatRange(0.5, 0.999999, min_open=True), default=0.95, help="of all intervals"
)
@click.option("--force", is_flag=True, help="overwrite existing files")
@json_option()
@project_option
def fit(chosen: Chosen) -> int:
    """Count, estimate and write."""
    from llmrobust.fit.drift import drift_between
    from llmrobust.fit.shown import drift_lines, fitted_lines
    from llmrobust.loading import load_installed

    load_installed()
    _check(chosen)
    calibration, clean = _calibration(chosen)
    old = _old(chosen, calibration)
    if chosen.out is not None:
        _write_suite(chosen, old, clean)
    if chosen.drift is None:
        print(json.dumps(old.as_json(), indent=2) if chosen.json else "\n".join(fitted_lines(old)))
        return 0
    new, counts = _fitted(chosen, chosen.drift, calibration, old.confidence)
    drift = drift_between(old, new, counts)
    print(json.dumps(drift.as_json(), indent=2) if chosen.json else "\n".join(drift_lines(drift)))
    return 1 if drift.moved else 0


def _check(chosen: Chosen) -> None:
    if chosen.suite is not None and chosen.clean is not None:
        raise WrongUse("--suite and --clean both name the clean texts: give one of them")
    if chosen.out is not None and not chosen.out.name.endswith(SUFFIX):
        raise WrongUse(f"--out: pytest collects only files that end in {SUFFIX}, unlike {chosen.out.name}")
    if (
        chosen.out is not None
        and chosen.suite is not None
        and chosen.out.resolve().parent != chosen.suite.resolve().parent
    ):
        raise WrongUse("--out: write beside the suite, so that the files that it names are found")
    if chosen.samples is not None and chosen.logs.name.endswith(RATES):
        raise WrongUse("--samples needs the texts; kept rates hold none")
    there = [path for path in (chosen.out, chosen.samples) if path is not None and path.exists()]
    if there and not chosen.force:
        raise WrongUse(f"{there[0]} already exists: --force overwrites it")


def _calibration(chosen: Chosen) -> tuple[Calibration, Clean]:
    """What detectors find in clean texts, and those texts as examples."""
    from llmrobust.fit.calibration import FEWEST, bundled_calibration, calibrated
    from llmrobust.fit.logs import read_logs
    from llmrobust.fit.suite_text import Clean

    if chosen.clean is not None:
        found = read_logs(chosen.clean, chosen.clean_field)
        said = f"{len(found.texts):,} texts of {chosen.clean.name}"
        return calibrated(found.texts, said), Clean(chosen.clean if found.field else None, found.field or "text")
    if chosen.suite is not None:
        inputs = _inputs(chosen)
        if len(inputs) >= FEWEST:
            return calibrated(inputs, f"the {len(inputs):,} inputs of {chosen.suite.name}"), Clean(None)
        print(
            f"{chosen.suite}: {len(inputs)} inputs are too few to know what detectors find in clean texts "
            f"({FEWEST} are needed); those of BANKING77 are used",
            file=sys.stderr,
        )
    return bundled_calibration(), Clean(None)


def _inputs(chosen: Chosen) -> list[str]:
    from llmrobust.cli.project import project_of
    from llmrobust.generate.subjects import subjects_of
    from llmrobust.loading import load_suite_file

    root = project_of([chosen.suite], noconftest=chosen.noconftest).root
    return [subject.text for subject in subjects_of(load_suite_file(chosen.suite, root), chosen.target)]


def _old(chosen: Chosen, calibration: Calibration) -> Fitted:
    """What the first file gives: kept rates, or those of its texts."""
    from llmrobust.fit.estimate import fitted_from

    if not chosen.logs.name.endswith(RATES):
        return _fitted(chosen, chosen.logs, calibration, chosen.confidence)[0]
    try:
        value = json.loads(chosen.logs.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WrongUse(f"{chosen.logs}: is not valid JSON: {error}") from None
    return fitted_from(value if isinstance(value, dict) else {}, str(chosen.logs))


def _fitted(chosen: Chosen, path: Path, calibration: Calibration, confidence: float) -> tuple[Fitted, Counted]:
    from llmrobust.fit.counting import counted
    from llmrobust.fit.estimate import fitted
    from llmrobust.fit.logs import in_english, read_logs, said

    every = read_logs(path, chosen.field, chosen.cluster)
    logs, foreign = in_english(every)
    if foreign:
        print(
            f"{path}: left out {foreign.total():,} of {len(every.texts):,} texts in other languages ({said(foreign)}): "
            "the detectors know English only",
            file=sys.stderr,
        )
    counts = counted(logs.texts, logs.clusters)
    if chosen.samples is not None and path == chosen.logs:
        _write_samples(chosen.samples, logs.texts, counts)
    return fitted(counts, calibration, confidence), counts


def _write_suite(chosen: Chosen, fitted: Fitted, clean: Clean) -> None:
    from llmrobust.fit.suite_text import sentence_files, suite_text, with_perturb
    from llmrobust.text.atomic_write import write_whole

    out: Path = chosen.out
    stem = out.name.removesuffix(SUFFIX)
    if chosen.suite is None:
        text = suite_text(fitted, stem, stem, out.parent, clean)
    else:
        target = None if chosen.target == "input" else chosen.target
        text = with_perturb(chosen.suite.read_text(encoding="utf-8"), fitted, stem, stem, target)
    files = {
        out.name: text,
        f"{stem}{RATES}": json.dumps(fitted.as_json(), indent=2) + "\n",
        **sentence_files(fitted, stem),
    }
    for name, content in files.items():
        write_whole(out.parent / name, content.encode())
    print(f"wrote {', '.join(str(out.parent / name) for name in files)}", file=sys.stderr)


def _write_samples(path: Path, texts: Sequence[str], counts: Counted) -> None:
    from llmrobust.text.atomic_write import write_whole

    lines = [json.dumps(row, ensure_ascii=False) for row in _samples(texts, counts)]
    write_whole(path, "".join(f"{line}\n" for line in lines).encode())
    print(f"wrote {path}: {len(lines)} texts as users wrote them; review them before they go anywhere", file=sys.stderr)


def _samples(texts: Sequence[str], counts: Counted) -> Iterator[dict[str, str]]:
    """Up to five texts with each feature, the first ones."""
    for name in counts.names:
        for number in [n for n, hits in enumerate(counts.of(name)) if hits][:SAMPLES_OF_EACH]:
            yield {"feature": name, "text": texts[number], "review": "unreviewed"}
