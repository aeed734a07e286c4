"""The pages for contributors match the tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ["docs/architecture.md", "CONTRIBUTING.md"]


def paths_in(page: str) -> list[str]:
    """Paths of this repository that a page names in backticks."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"`((?:llmrobust|tests|docs|plugins|suites|benchmarks|tools|\.github)/[\w./-]*)`", text)


@pytest.mark.parametrize("page", [page for page in PAGES if (ROOT / page).exists()])
def test_every_path_that_a_page_for_contributors_names_exists(page: str):
    named = paths_in(page)
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_architecture_page_has_every_part_of_the_package():
    package = ROOT / "llmrobust"
    parts = {path.name for path in package.iterdir() if path.suffix == ".py" and not path.name.startswith("_")}
    parts |= {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    layers = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    assert sorted(part for part in parts if f"`llmrobust/{part}`" not in layers) == []


def test_the_site_lists_every_page_once():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").split("\nnav:\n")[1]
    listed = re.findall(r"[\w/-]+\.md", navigation)
    docs = ROOT / "docs"
    assert sorted(listed) == sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
