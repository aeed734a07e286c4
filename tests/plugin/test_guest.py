"""The plugin is a guest in other people's test runs."""

from __future__ import annotations

import subprocess
import sys


def test_without_a_suite_nothing_is_imported_printed_or_written(pytester):
    pytester.makepyfile(
        test_guest="import sys\n"
        "def test_nothing_but_the_plugin():\n"
        "    ours = {m for m in sys.modules if m.startswith('llmrobust')}\n"
        "    assert ours == {'llmrobust', 'llmrobust.plugin'}\n"
        "    assert not {'numpy', 'pydantic', 'jinja2', 'aiohttp', 'torch', 'yaml'} & set(sys.modules)\n"
    )
    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest", "-p", "no:xdist")
    assert result.parseoutcomes() == {"passed": 1}
    assert not (pytester.path / ".llmrobust").exists()
    assert [line for line in result.outlines if "robust" in line and not line.startswith("plugins:")] == []


def test_a_suite_beside_the_tests_that_run_is_not_loaded(project):
    project.write("suites/sub/test_one.py", "import sys\ndef test_one():\n    assert 'numpy' not in sys.modules\n")
    options = ("-p", "no:hypothesispytest", "-p", "no:xdist")
    result = project.pytester.runpytest_subprocess("suites/sub", *options)
    assert result.parseoutcomes() == {"passed": 1}


def test_cases_are_byte_identical_whatever_the_hash_seed(project):
    code = (
        "import sys; from pathlib import Path; from llmrobust.suitefile import load_suite; "
        "from llmrobust.plan import plan_suite; "
        "plan = plan_suite(load_suite(Path('suites/reviews.robust.yaml'), Path.cwd())); "
        "sys.stdout.write(repr(plan.cases))"
    )

    def cases(seed: str) -> bytes:
        environment = {"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=project.path, env=environment, capture_output=True, check=True
        )
        return done.stdout

    assert cases("1") == cases("4242")
