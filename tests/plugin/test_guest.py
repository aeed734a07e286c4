"""The plugin is a guest in other people's test runs."""

from __future__ import annotations

import subprocess
import sys


def test_without_a_suite_nothing_is_imported_printed_or_written(pytester):
    pytester.makepyfile(
        test_guest="import sys\n"
        "def test_nothing_but_the_plugin():\n"
        "    ours = {m for m in sys.modules if m.startswith('llmrobust')}\n"
        "    assert ours == {'llmrobust', 'llmrobust.plugin', 'llmrobust.plugin.own_imports'}\n"
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


def test_modules_of_the_package_are_imported_as_python_does_it_and_those_of_others_as_pytest_does(pytester):
    """pytest would rewrite the assertions of hundreds of modules, anew in each process of a fresh CI job."""
    pytester.makepyfile(
        helper="def check(): assert [1] == [2]",
        test_imports="""
        import pytest

        pytest.register_assert_rewrite("helper")

        def test_loaders():
            import helper
            import llmrobust.plan

            assert type(llmrobust.plan.__loader__).__name__ == "SourceFileLoader"
            with pytest.raises(AssertionError, match="At index 0 diff"):
                helper.check()
        """,
    )
    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest", "-p", "no:xdist")
    assert result.parseoutcomes() == {"passed": 1}
