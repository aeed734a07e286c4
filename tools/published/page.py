"""`docs/published.md`: for each published suite the paper's figures beside the model's, from stored runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import llmrobust as lr
from llmrobust.gate import Decision
from llmrobust.report.run_terminal import examples_words, row_name, table_rows, with_interval
from llmrobust.results.sanity_baselines import baseline_lines
from llmrobust.results.suite_result import SuiteResult
from llmrobust.results.suite_warnings import suite_warnings
from llmrobust.stats import wilson_interval
from llmrobust.text.atomic_write import write_whole
from tools.published.papers import PAPERS, Paper

HEAD = """\
# Published suites on a real model

<!-- Written by `make published`; do not edit. -->

Each suite in [suites/published/real](../suites/published/real/) runs a paper's perturbations on real examples. It gates
the paper's own metric with a confidence of 0.95, at bounds that a model should meet before it ships. This page shows
the papers' figures next to those of a small instruct model, SmolLM2-135M-Instruct.

**This is not a replication.** No paper measured this model, and most used other examples; the differences are listed
below for each suite. "None at hand" means that we could not read the paper's figure, not that there is none. A model
near chance has nothing to lose: if a warning says so, its robustness figures mean nothing.
"""
HOW = """\
## Run it yourself

```console
$ make published                     # or: python -m tools.published --samples FOLDER
$ LLMROBUST_DATA=.llmrobust/published/rows pytest suites/published/real/fluke.robust.yaml --llm smollm2
```

The first command makes the rows from the released samples, runs every suite, and writes this page. If interrupted, it
resumes where it stopped. FOLDER holds the samples as their authors publish them, in one folder each:

| folder | files | from |
|---|---|---|
| `fluke` | `sa.jsonl`, `predictions.jsonl` | github.com/joey234/fluke |
| `rupbench` | `CommonsenseQA.csv`, `RiddleSense.csv`, `QASC.csv`, `Social_IQA.csv` | github.com/EternityYW/RUPBench |
| `promptbench` | `attacked_instructions.jsonl` | github.com/microsoft/promptbench, `prompts/adv_prompts` |
| `instruction-induction` | `examples.jsonl`, `instructions.json` | github.com/orhonovich/instruction-induction |
| `natural-instructions` | `task319_*.json`, `task1387_*.json` | github.com/allenai/natural-instructions |
| `noise-llm` | `samples.jsonl` | github.com/dongguanting/Noise-Slot-Filling-LLM |
| `published` | `tables.json` | typed from the papers' tables; optional |

If a folder is missing, its suites and the paper's figures are left out.

If `LLMROBUST_DATA` is not set or a file is missing, pytest skips these suites and reports it
([`absent: skip`](suites.md#data-outside-of-the-project)). The suites one folder up run on the bundled model, with
examples that come with the repository.
"""


def write_page(page: Path, runs: Mapping[Path, lr.RunResult | None], samples: Path, folder: Path) -> None:
    """Writes the page. runs: by suite file, None for what was not run; folder: with the stored runs."""
    known = {path.name.removesuffix(".robust.yaml"): run for path, run in runs.items()}
    dates = {name: _date(folder / f"{name}.json") for name, run in known.items() if run is not None}
    lines = [HEAD, *_model(known, dates), *_overview(known, samples, dates), *_missing(known), HOW]
    for name, run in known.items():
        if run is not None:
            lines += _section(name, run.suites[0], PAPERS[name], samples)
    write_whole(page, ("\n".join(lines).rstrip() + "\n").encode())


def _date(stored: Path) -> str:
    return datetime.fromtimestamp(stored.stat().st_mtime, UTC).strftime("%Y-%m-%d")


def _model(known: Mapping[str, lr.RunResult | None], dates: Mapping[str, str]) -> Iterator[str]:
    models = {}
    for run in known.values():
        if run is not None and run.manifest.model is not None:
            model = run.manifest.model
            details = dict(model.details)
            said = ", ".join(f"{key} {details[key]}" for key in ("dtype", "device", "weights") if key in details)
            models[f"Model {model.name}, backend {model.backend} ({said}), llmrobust {run.manifest.llmrobust}."] = None
    yield from models
    if dates:
        first, last = min(dates.values()), max(dates.values())
        when = first if first == last else f"{first} to {last}"
        yield f"Run on {when}. Intervals are 95 %, over examples (or clusters)."
        yield ""


def _overview(known: Mapping[str, lr.RunResult | None], samples: Path, dates: Mapping[str, str]) -> Iterator[str]:
    yield "| suite | examples | cases | unperturbed accuracy | the paper's metric, here | the paper | run |"
    yield "|---|---|---|---|---|---|---|"
    for name, run in known.items():
        paper = PAPERS[name]
        if run is None:
            yield f"| {name} | | | | not run yet | {paper.figure(samples)} | |"
            continue
        suite = run.suites[0]
        clean = with_interval(suite.measurement("clean_accuracy"))
        mine = "<br>".join(f"{one.id} {_value(one)}" for one in suite.decisions if _is_of(one, paper))
        counts = f"{examples_words(suite)} | {len(suite.cases):,}"
        yield f"| [{name}](#{name}) | {counts} | {clean} | {mine} | {paper.figure(samples)} | {dates[name]} |"
    yield ""


def _missing(known: Mapping[str, lr.RunResult | None]) -> Iterator[str]:
    absent = [name for name, run in known.items() if run is None]
    if absent:
        yield f"**Not run yet**, so without figures for the model: {', '.join(absent)}."
        yield ""


def _is_of(decision: Decision, paper: Paper) -> bool:
    return decision.id.partition("[")[0] in paper.metric


def _value(decision: Decision) -> str:
    return with_interval(decision.measurement) if decision.measurement is not None else f"{decision.status}"


def _section(name: str, suite: SuiteResult, paper: Paper, samples: Path) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{paper.title}. Published: {paper.figure(samples)}.\n"
    yield f"*Not comparable:* {paper.differs}\n"
    yield "| gate | measured | bound | verdict |\n|---|---|---|---|"
    for one in suite.decisions:
        yield f"| {one.id} | {_value(one)} | {one.bound} | {one.status} |"
    yield ""
    yield from _rows(suite, paper, samples)
    for line in (*suite_warnings(suite), *baseline_lines(suite)):
        yield f"- {line}"
    yield ""


def _rows(suite: SuiteResult, paper: Paper, samples: Path) -> Iterator[str]:
    """Accuracy and changed answers of every operator, and of every named variant beside the paper's figure."""
    published = paper.figures(samples)
    last = f" | {paper.rows_of}" if published else ""
    yield f"| | cases | accuracy | drop rate | answers changed{last} |"
    yield f"|---|---|---|---|---|{'---|' if published else ''}"
    for scope, group, indent, cases in table_rows(suite):
        accuracy, name = suite.measurement("accuracy", scope, group), row_name(scope, group)
        figure = f"{published[name]:.3f}" if name in published else ""
        cells = [
            "&nbsp;" * 4 * indent + name,
            f"{cases:,}",
            with_interval(accuracy),
            _drop_rate(suite, scope, group),
            _changed(suite, scope, group),
            *([figure] if published else []),
        ]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _drop_rate(suite: SuiteResult, scope: str, group: str) -> str:
    """1 - accuracy / unperturbed accuracy over the same examples, from accuracy and accuracy drop."""
    accuracy, drop = (suite.measurement(one, scope, group) for one in ("accuracy", "accuracy_drop"))
    if accuracy is None or drop is None or accuracy.value is None or drop.value is None:
        return ""
    before = accuracy.value + drop.value
    return f"{drop.value / before:+.3f}" if before > 0 else "n/a"


def _changed(suite: SuiteResult, scope: str, group: str) -> str:
    """Share of answers that are not the unperturbed one, with Wilson's interval, one observation an example."""
    examples: dict[str, list[bool]] = {}
    for case in suite.cases:
        if not case.is_original and (scope == "suite" or getattr(case, _FIELDS[scope]) == group):
            examples.setdefault(case.example, []).append(case.answer is None or case.answer != case.clean_answer)
    if not examples:
        return ""
    share = sum(sum(one) / len(one) for one in examples.values()) / len(examples)
    interval = wilson_interval(share, len(examples), 0.95)
    return f"{share:.3f} [{interval.low:.2f}, {interval.high:.2f}]"


_FIELDS = {"family": "family", "operator": "operator", "variant": "column"}
