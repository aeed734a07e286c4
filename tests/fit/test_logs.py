"""Real inputs are read from files as they come."""

from __future__ import annotations

import pytest

from llmrobust.errors import SuiteError, WrongUse
from llmrobust.fit import read_logs


def test_jsonl_csv_and_plain_text_give_the_same(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        '{"id": 1, "text": "one, two"}\n{"id": 2, "text": "  "}\n{"id": 3, "text": "x"}\n'
    )
    (tmp_path / "a.csv").write_text('id,text\n1,"one, two"\n2,\n3,x\n')
    (tmp_path / "a.txt").write_text("one, two\n\nx\n")
    found = [read_logs(tmp_path / name) for name in ("a.jsonl", "a.csv", "a.txt")]
    assert [one.texts for one in found] == [("one, two", "x")] * 3
    assert [one.field for one in found] == ["text", "text", ""]
    assert [one.empty for one in found] == [1, 1, 1]


def test_a_named_field_and_whose_the_texts_are(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"said": "one", "by": 7}\n{"said": null, "by": 8}\n{"said": "two", "by": 8}\n')
    found = read_logs(file, "said", "by")
    assert (found.texts, found.clusters) == (("one", "two"), ("7", "8"))


@pytest.mark.parametrize(
    ("content", "field", "message"),
    [
        ('{"a": "x", "b": "y"}\n', None, "name the field with the texts by --field; its fields are a, b"),
        ('{"text": " "}\n', None, "no row has any text"),
        ("\n", None, "has no rows"),
    ],
)
def test_what_is_not_clear_is_refused(tmp_path, content, field, message):
    file = tmp_path / "a.jsonl"
    file.write_text(content)
    with pytest.raises(WrongUse, match=message):
        read_logs(file, field)


def test_a_row_without_the_field_is_named_but_not_shown(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "x"}\n{"txt": "my secret"}\n')
    with pytest.raises(SuiteError, match=r'a.jsonl:2:1: the row has no field "text"') as caught:
        read_logs(file, "text")
    assert "secret" not in str(caught.value)
    file.write_text('{"text": "my secret"\n')
    with pytest.raises(SuiteError, match="not valid JSON") as caught:
        read_logs(file)
    assert "secret" not in str(caught.value)
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(WrongUse, match="plain text has no fields"):
        read_logs(tmp_path / "a.txt", "text")
