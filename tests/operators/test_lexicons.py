"""Word lists in `.tsv` files: what the reader accepts, and that every list has a header."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import llmrobust.operators
from llmrobust.errors import OperatorError
from llmrobust.operators.lexicons import LazyMapping, read_lexicon, word_choices, word_pairs, word_set

ROOT = Path(llmrobust.operators.__file__).parent
FILES = sorted(ROOT.rglob("data/*.tsv"))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A package of its own with an empty data folder."""
    name = f"lists_{abs(hash(request.node.nodeid))}"
    (tmp_path / name / "data").mkdir(parents=True)
    (tmp_path / name / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def written(package: str, content: bytes) -> str:
    folder = Path(str(import_module(package).__file__)).parent
    (folder / "data" / "words.tsv").write_bytes(content)
    return package


def test_entries_keep_their_order_and_comments_and_blank_lines_are_skipped(package: str) -> None:
    written(package, b"# what\n# columns\n\nzebra\tone two\r\n  \nape\tthree\tfour\n")
    assert read_lexicon(package, "words") == (("zebra", "one two"), ("ape", "three", "four"))
    assert list(word_pairs(package, "words").items()) == [("zebra", "one two"), ("ape", "three")]
    assert word_choices(package, "words")["ape"] == ("three", "four")
    assert word_set(package, "words") == {"zebra", "one two", "ape", "three", "four"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\tb\nc\t\td\n", "lexicon data/words.tsv of {package}, line 2: empty value; separate values by one tab"),
        (b"# nothing\n\n", "lexicon data/words.tsv of {package} has no entries"),
        (b"a\t\xff\n", "lexicon data/words.tsv of {package} is not UTF-8: invalid start byte at byte 2"),
    ],
)
def test_a_broken_list_is_refused_with_its_place(package: str, content: bytes, message: str) -> None:
    with pytest.raises(OperatorError) as error:
        read_lexicon(written(package, content), "words")
    assert str(error.value) == message.format(package=package)


def test_a_missing_list_is_named(package: str) -> None:
    with pytest.raises(OperatorError) as error:
        read_lexicon(package, "words")
    assert str(error.value) == (
        f"lexicon data/words.tsv of {package} is missing; reinstall the distribution that contains it"
    )


def test_a_lazy_mapping_is_built_once_at_first_use() -> None:
    built = []
    mapping = LazyMapping(lambda: built.append(1) or {"a": "b"})
    assert built == []
    assert mapping["a"] == "b"
    assert "c" not in mapping
    assert len(mapping) == len(built) == 1


def test_importing_the_operators_reads_no_list() -> None:
    code = (
        "import llmrobust.operators\n"
        "from llmrobust.operators.lexicons import read_lexicon\n"
        "assert read_lexicon.cache_info().currsize == 0, read_lexicon.cache_info()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_list_says_what_it_holds_its_columns_source_and_licence(file: Path) -> None:
    head = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert [line.split(":")[0] for line in head[1:]] == ["# Columns", "# Source", "# Licence"]
    package = ".".join(("llmrobust", "operators", *file.parent.parent.relative_to(ROOT).parts))
    assert read_lexicon(package, file.stem)
