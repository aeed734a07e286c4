"""`fix`: a way of answering that turns a suite's red gate green, verified and written to files that ship."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from llmrobust.cli.command import PATH, Chosen, ReadableFile, command, project_option
from llmrobust.errors import WrongUse

BUDGET = 2000


@command(
    "Search for a way of answering that makes the gates of a suite pass: other reviewed wordings and formats of the "
    "prompt, demonstrations, repaired inputs, votes, calibration. Half of the examples and of the edits of the input "
    "choose (sequential halving within the budget); the gates are decided on the other examples. If they pass, the "
    "recipe is written: a JSON file for --llm fixed:FILE, the prompt as a template if it is all that changes, and "
    "Python that needs no llmrobust. Exit code 1: nothing in the budget helps.",
    [
        ("llmrobust fix suites/triage.robust.yaml --llm http://127.0.0.1:8000/v1", "search, verify and write"),
        ("pytest suites/triage.robust.yaml --llm fixed:suites/triage.fixed.json", "then run what was written"),
    ],
)
@click.argument("suite", type=ReadableFile("a suite file"), help="suite file")
@click.option("--llm", metavar="SPEC", multiple=True, help="as for pytest (default: as for pytest)")
@click.option("--prompt", metavar="ID", help="which of several prompts of the suite")
@click.option("--budget", type=int, metavar="N", default=BUDGET, help=f"most requests (default: {BUDGET:,})")
@click.option("--formats", type=int, metavar="N", default=8, help="formats to try besides the suite's (default: 8)")
@click.option("--out", type=PATH, metavar="FILE", help="where to write (default: SUITE.fixed.json beside the suite)")
@click.option("--store", type=PATH, metavar="FILE", help="store replies in this file (default: as for pytest)")
@project_option
def fix(chosen: Chosen) -> int:
    """Search, verify and write."""
    from llmrobust.cli.project import plan_in_project
    from llmrobust.engine import Engine, Store
    from llmrobust.models import parse_specs
    from llmrobust.models.choices import only_model
    from llmrobust.search.fix import Fixing
    from llmrobust.search.fix_report import fix_lines, prompt_files, snippet, with_measurement
    from llmrobust.text.atomic_write import write_whole

    for name in ("budget", "formats"):
        if getattr(chosen, name) < 1:
            raise WrongUse(f"--{name} must be at least 1, not {getattr(chosen, name)}")
    plan, project = plan_in_project(chosen)
    specs = only_model(chosen.llm or project.settings.specs)
    store = chosen.store or project.settings.store
    engine = Engine(parse_specs(specs), lambda: Store(store), project.settings.limits)
    try:
        found = Fixing.of(plan, engine).run(chosen.budget, chosen.formats)
        info = engine.info()
    finally:
        engine.close()
    for line in fix_lines(found, plan.suite.name, info.name if info else ", ".join(specs)):
        print(line)
    if not found.is_fixed:
        return 0 if found.before.is_green else 1
    recipe = with_measurement(found, specs)
    name = re.sub(r"[^\w.-]+", "-", plan.suite.name).strip("-")
    out = chosen.out or plan.suite.path.with_name(f"{name}.fixed.json")
    stem = out.with_suffix("")
    code = out.with_name(re.sub(r"\W", "_", stem.name) + ".py")
    files = {out: recipe.text(), code: snippet(recipe, out.name), **prompt_files(recipe, stem)}
    for path, text in files.items():
        write_whole(path, text.encode("utf-8", "backslashreplace"))
        print(f"wrote {_shown(path)}", file=sys.stderr)
    print(f"run it: pytest {chosen.suite} --llm fixed:{_shown(out)}")
    return 0


def _shown(path: Path) -> Path:
    """The path from here, where it is below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
