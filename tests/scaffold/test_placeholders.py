"""Rows that stand in for data have the shapes in which templates use their variables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmrobust.prompt.template import Origin, Template
from llmrobust.scaffold.placeholders import placeholder_rows
from llmrobust.scaffold.prompt_files import as_template


def row(template: str, *variables: str) -> dict[str, Any]:
    return dict(placeholder_rows([template], variables)[0])


def test_a_method_of_a_text_is_called_on_a_text() -> None:
    assert row("{{ ctx.lower() }} {{ name.split(',')[0] }}", "ctx", "name") == {
        "id": "replace-me-1",
        "ctx": "REPLACE ME: first ctx.",
        "name": "REPLACE ME: first name.",
    }


@pytest.mark.parametrize(
    ("template", "name", "expected"),
    [
        ("{% for d in docs %}{{ d.title }}{% endfor %}", "docs", [{"title": "x"}, {"title": "x Another."}]),
        ("{{ user.name.first }}", "user", {"name": {"first": "x"}}),
        ("{{ user['name'] }}", "user", {"name": "x"}),
        ("{{ options | choices }}", "options", ["x", "x Another."]),
        ("{{ words | join(', ') }}", "words", ["x", "x Another."]),
        ("{{ ', '.join(words) }}", "words", ["x", "x Another."]),
        ('{{ {"a": 1, "b": 2}[label] }}', "label", "a"),
        ("{{ ['no', 'yes'][label] }}", "label", 0),
        ('{% if kind == "cause" %}because{% endif %}', "kind", "cause"),
        ("{{ count + 1 }}", "count", 1),
        ('{% for k in range(c["text"] | length) %}{{ c["text"][k] }}{% endfor %}', "c", {"text": ["x"]}),
        ("{% instruction %}Say {{ word | upper }}.{% endinstruction %}", "word", "x"),
        ("{% set first = rows[0] %}{{ first.name }}", "rows", [{"name": "x"}, {"name": "x Another."}]),
        ("{% for k, v in meta.items() %}{{ k }}{% endfor %}", "meta", {"name": "x"}),
    ],
)
def test_values_have_the_shape_that_is_used(template: str, name: str, expected: Any) -> None:
    said = json.dumps(row(template, name)[name]).replace(f"REPLACE ME: first {name}.", "x")
    value = json.loads(said)
    if isinstance(expected, dict) and isinstance(value, dict) and "text" in expected:
        value = {"text": value["text"][:1]}
    assert value == expected


def test_every_template_of_the_shared_prompts_can_be_filled(shared_data: Path) -> None:
    lines = (shared_data / "prompts" / "promptsource.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        text, _ = as_template(json.loads(line)["prompt"])
        template = Template(text, Origin(Path("p.jinja")))
        for values in placeholder_rows([text], template.variables):
            assert "".join(span.text for span in template.render(values)).strip(), text
    assert len(lines) > 100


def test_what_is_drawn_at_random_is_drawn_no_more_and_the_user_is_told() -> None:
    text, notes = as_template("{% set asked = ['One?', 'Two?'] %}{{ asked | choice }} a | choice {{ t | random }}")
    assert text == "{% set asked = ['One?', 'Two?'] %}{{ asked | first }} a | choice {{ t | first }}"
    assert len(notes) == 1
    assert "random" in notes[0]
