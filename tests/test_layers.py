"""The layout shows the architecture: imports run down the layers, heavy packages come late."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "llmrobust"
LAYERS = [
    {"errors", "seeds", "request", "prices"},
    {"chat_messages"},
    {"text"},
    {"registry"},
    {"prompt"},
    {"stats"},
    {"english"},
    {"operators"},
    {"methods"},
    {"suitefile"},
    {"forked"},
    {"cases"},
    {"expansion"},
    {"plan"},
    {"compact_cases"},
    {"shard"},
    {"models"},
    {"engine"},
    {"score"},
    {"metrics"},
    {"gate"},
    {"results"},
    {"report", "loading"},
    {"runner"},
    {"bulk_run"},
    {"search", "changes", "scaffold", "generate", "merging", "fit"},
    {"elsewhere"},
    {"plugin"},
    {"watch"},
    {"view"},
    {"cli"},
    {"api"},
    {"run"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
ALWAYS_LATE = {
    "torch",
    "transformers",
    "vllm",
    "ray",
    "accelerate",
    "aiohttp",
    "pyarrow",
    "datasets",
    "tokenizers",
    "spacy",
    "lemminflect",
}
MODULES = sorted(PACKAGE.rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def layer_of(path: Path) -> str | None:
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return None if part in ("__init__", "__main__") else part


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def for_types_only(tree: ast.Module) -> set[ast.AST]:
    return {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }


def imports_at_module_level(tree: ast.Module) -> list[str]:
    inside = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in ast.walk(node)
    }
    late = inside | for_types_only(tree)
    return [name for node in ast.walk(tree) if node not in late for name in imported(node)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_down_the_layers(path: Path):
    own = layer_of(path)
    for node in ast.walk(tree_of(path)):
        for name in imported(node):
            parts = name.split(".")
            if parts[0] != "llmrobust" or len(parts) == 1 or own is None:
                continue
            other = parts[1]
            if other in RANK:
                assert RANK[other] < RANK[own] or other == own, f"{own} imports {name}, which lies below it"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_packages_are_imported_inside_the_function_that_needs_them(path: Path):
    late = {name.split(".")[0] for name in imports_at_module_level(tree_of(path))}
    assert not late & ALWAYS_LATE


def test_every_module_belongs_to_a_layer():
    assert {layer for path in MODULES if (layer := layer_of(path))} <= set(RANK)


def test_the_plugin_alone_imports_nothing_beyond_pytest():
    code = (
        "import sys, pytest; before = set(sys.modules); import llmrobust.plugin; "
        "print(*sorted(m for m in set(sys.modules) - before if not m.startswith('_')))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(out) <= {"llmrobust", "llmrobust.plugin", "llmrobust.plugin.own_imports"}


def modules_imported(path: Path) -> set[str]:
    """The modules of the package that a module imports, at once or inside its functions."""
    names = {".".join(p.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__") for p in MODULES}
    tree = tree_of(path)
    found = {name for node in set(ast.walk(tree)) - for_types_only(tree) for name in imported(node)} & names
    return {one for one in found if not any(other.startswith(f"{one}.") for other in found)}


def test_no_module_imports_itself_through_others():
    """Imports inside functions count too: they only hide a circle."""
    graph = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
        for path in MODULES
    }
    imports = {name: modules_imported(path) - {name} for name, path in graph.items()}
    done: set[str] = set()

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, f"import circle: {' -> '.join((*way[way.index(name) :], name))}"
        if name not in done:
            for other in sorted(imports[name]):
                walk(other, (*way, name))
            done.add(name)

    for name in sorted(imports):
        walk(name, ())
