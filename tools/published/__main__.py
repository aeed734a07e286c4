"""Runs the published suites on real examples, and writes `docs/published.md`: `python -m tools.published`.

It goes on where it was stopped: responses are kept as they come, and a suite with a finished run is not run again.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

import llmrobust as lr
from llmrobust.errors import DataAbsent, ReportError
from llmrobust.results.digests import example_digest, prompt_digest, use_digest
from llmrobust.suitefile.suite import GateSpec
from tools.published.rows import write_rows

REPOSITORY = Path(__file__).parents[2]
SUITES = REPOSITORY / "suites" / "published" / "real"
FOLDER = REPOSITORY / ".llmrobust" / "published"
SAMPLES = REPOSITORY.parent / "shared" / "data"
PAGE = REPOSITORY / "docs" / "published.md"


def finished(suite: Path, folder: Path) -> lr.RunResult | None:
    """The stored run of a suite as it is now, of all its cases; None where there is none.

    Its contents are compared, not the suite's digest, which has the path of the data in it.
    """
    stored = folder / "runs" / f"{suite.name.removesuffix('.robust.yaml')}.json"
    if not stored.is_file():
        return None
    try:
        run, wanted = lr.load_run(stored), lr.load_suite(suite)
    except (DataAbsent, ReportError):
        return None
    (one,) = run.suites
    same = (
        one.prompt_digest == prompt_digest(wanted)
        and dict(one.digests) == {example.id: example_digest(example) for example in wanted.examples}
        and [use.digest for use in one.uses] == [use_digest(use) for use in wanted.perturb]
        and _bounds(gate.target.gate for gate in one.decisions) == _bounds(wanted.gates)
    )
    return run if same and len(one.cases) == one.planned else None


def _bounds(gates: Iterable[GateSpec]) -> set[tuple[str, float | None, float | None, float | None]]:
    return {(gate.metric, gate.min, gate.max, gate.confidence) for gate in gates}


def main() -> None:
    """Rows, runs and page."""
    parser = argparse.ArgumentParser(prog="python -m tools.published", description=__doc__)
    parser.add_argument(
        "--samples", type=Path, default=SAMPLES, help="folder of released samples (see tools/published)"
    )
    parser.add_argument("--llm", default="smollm2", help="the model, as for pytest --llm")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where rows, responses and runs are kept")
    parser.add_argument("--only", nargs="*", default=[], help="names of suites to run, such as fluke")
    parser.add_argument("--page", action="store_true", help="run nothing: write the page from the stored runs")
    parser.add_argument("--no-page", action="store_true", help="run only, for several processes with --only")
    given = parser.parse_args()
    os.environ["LLMROBUST_DATA"] = str(given.folder / "rows")
    write_rows(given.samples, given.folder / "rows")
    for suite in sorted(SUITES.glob("*.robust.yaml")):
        name = suite.name.removesuffix(".robust.yaml")
        if given.page or (given.only and name not in given.only):
            continue
        if finished(suite, given.folder) is not None:
            print(f"{name}: finished before", flush=True)
            continue
        try:
            run = lr.run(suite, given.llm, store=given.folder / "responses")
        except DataAbsent as absent:
            print(f"{name}: {absent.diagnostics[0].message}", flush=True)
            continue
        (given.folder / "runs").mkdir(parents=True, exist_ok=True)
        run.save(given.folder / "runs" / f"{name}.json")
        print(f"{name}: {run.requests.sent:,} prompts sent, {run.requests.from_store:,} from the store", flush=True)
    if given.no_page:
        return
    from tools.published.page import write_page

    runs = {path: finished(path, given.folder) for path in sorted(SUITES.glob("*.robust.yaml"))}
    write_page(PAGE, runs, given.samples, given.folder / "runs")


if __name__ == "__main__":
    main()
