"""Built-in operators are imported when one of their family is asked for, and every module is found that has any."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from llmrobust.operators import REGISTRY, builtin

FOLDER = Path(builtin.__file__).parent


def test_each_family_names_the_modules_that_register_its_operators() -> None:
    for path in FOLDER.rglob("*.py"):
        import_module(".".join((builtin.__name__, *path.relative_to(FOLDER).with_suffix("").parts)))
    found: dict[str, set[str]] = {}
    for operator in REGISTRY:
        if operator.apply.__module__.startswith(builtin.__name__):
            found.setdefault(operator.family, set()).add(operator.apply.__module__)
    assert {family: set(modules) for family, modules in builtin.MODULES.items()} == found


def test_a_name_imports_its_family_and_no_other() -> None:
    code = (
        "import sys; from llmrobust.operators import REGISTRY, builtin; "
        "assert 'casing.upper' in REGISTRY; assert REGISTRY.find('casing.nothing') is None; "
        "assert [one.name for one in REGISTRY.family('punctuation')]; "
        "print(*(m for ms in builtin.MODULES.values() for m in ms if m in sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert out == [f"{builtin.__name__}.surface.casing", f"{builtin.__name__}.surface.punctuation"]


def test_the_name_of_a_built_in_operator_is_taken_before_its_family_is_imported() -> None:
    code = (
        "from llmrobust.operators import operator; "
        "operator('typo.swap', level='word', source='mine')(lambda prompt, params, draw: iter(()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "an operator named 'typo.swap' exists already" in done.stderr
