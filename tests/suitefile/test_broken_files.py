"""Whatever is done to a suite's files, it loads or is explained; nothing else is ever raised."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmrobust.errors import Diagnostic, SuiteError
from llmrobust.loading import metric_facts
from llmrobust.suitefile import load_suite, render_prompt

FILES = {
    "t.robust.yaml": """\
suite: rich
repeats: 2
protect: [ctx, "ACME Inc"]
prompt:
  messages:
    - {role: system, content: {file: s.jinja}}
    - role: user
      content: |
        {% set head %}{% instruction %}Classify as A, B or C. {{ note }}{% endinstruction %}{% endset %}{{ head }}
        {% context %}ACME Inc: {{ ctx }}{% endcontext %}
        {% macro shot(s) %}Ticket: {{ s.t }}
        Category: {{ s.l }}{% endmacro %}
        {% for s in shots %}{% example %}{{ shot(s) }}{% endexample %}
        {% endfor %}
        {{ options | choices(numbering="A", wrapper="x)") }}
        Answer with {{ options | labels }}.
        Ticket: {{ text }}
examples: {file: d.jsonl, limit: 3, seed: 1, fields: {text: body}}
answer: {field: gold, choices: A..C, ignore_case: true, scoring: auto}
sampling: {temperature: 0, top_p: 1.0, top_k: 0, max_tokens: 4, stop: ["x"], seed: 1}
perturb:
  - punctuation
  - typo.keyboard: {rate: 0.05, target: text, samples: 2, id: kb}
  - format: {sample: 4}
  - paraphrase: {file: p.yaml}
gate:
  - accuracy: {min: 0.5, per: family, confidence: 0.9}
  - consistency: {min: 0.5, over: format}
""",
    "s.jinja": "You are {{ who }}.\n{% include 'part.jinja' %}\n",
    "part.jinja": "Be {{ how }}!\n",
    "p.yaml": "- Say A, B or C. {{ note }}\n- {id: two, text: 'A, B or C? {{ note }}'}\n",
    "d.jsonl": "".join(
        f'{{"id": "r{i}", "body": "hello {i}", "gold": "{"ABC"[i % 3]}", "who": "x", "how": "y", "note": "n 5", "ctx": "c", '
        '"options": ["p", "q", "r"], "shots": [{"t": "1", "l": "A"}]}\n'
        for i in range(6)
    ),
}
STRANGE = [
    "null", "true", "[]", "{}", "-1", "1e400", ".nan", "''", '"\\0"', '"\\ud800"', "{{ x }}", "{% if %}", "&a [*a]", "!!binary x", "*q",
    "|", "- ", "? ", "\t", "\x00", "\ufeff", "\x85", "\u2028", "\ufdd0", "\ud800", "9" * 5000, "../x", ".", "x" * 300, "[" * 50, "'",
    '"', "#", ": ", ",", "%", "@", "<<: *a", "2024-01-01", "yes", "C..A", "0..999", "{{ 1 / 0 }}", "{{ text.__class__ }}", "{% raw %}",
    "{{ self }}", "{% include s %}", "{% extends 's.jinja' %}", "{% import 'part.jinja' as q %}", "{{ caller() }}", "{{ text | nope }}",
    "{{ text | choices }}", "{{ super() }}", "{#", "{{ text[:3] }}", "{{ options | map('upper') | list }}", "{{ undefined.x }}",
]  # fmt: skip


@st.composite
def broken(draw: st.DrawFn, text: str) -> bytes:
    """The text after one to three mishaps."""
    lines = text.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        column = draw(st.integers(0, len(lines[at])))
        kind = draw(st.sampled_from(["drop", "double", "swap", "cut", "insert", "replace", "indent"]))
        if kind == "drop" and len(lines) > 1:
            del lines[at]
        elif kind == "double":
            lines.insert(at, lines[at])
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "cut":
            lines[at] = lines[at][:column] + lines[at][draw(st.integers(column, len(lines[at]))) :]
        elif kind == "insert":
            inserted = draw(st.sampled_from(STRANGE) | st.text(max_size=3))
            lines[at] = lines[at][:column] + inserted + lines[at][column:]
        elif kind == "replace" and (words := list(re.finditer(r"[\w.]+", lines[at]))):
            word = draw(st.sampled_from(words))
            lines[at] = lines[at][: word.start()] + draw(st.sampled_from(STRANGE)) + lines[at][word.end() :]
        else:
            lines[at] = " " * draw(st.integers(0, 3)) + lines[at].lstrip(" ")
    raw = "".join(lines).encode("utf-8", "surrogatepass")
    return raw if draw(st.integers(0, 9)) else raw.replace(b"a", b"\xe4", 1)


def test_the_files_are_a_good_suite_before_anything_is_done_to_them(folder):
    for name, text in FILES.items():
        folder.write(name, text)
    suite = load_suite(folder.path / "t.robust.yaml", folder.path, metrics=metric_facts())
    assert [path.name for path in suite.files] == ["t.robust.yaml", "s.jinja", "p.yaml", "d.jsonl", "part.jinja"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_done_to_a_suite_it_loads_or_is_explained(folder, data):
    name = data.draw(st.sampled_from(["t.robust.yaml", *FILES]))
    for other, text in FILES.items():
        folder.write(other, text)
    folder.write(name, data.draw(broken(FILES[name])))
    diagnostics: tuple[Diagnostic, ...] = ()
    try:
        suite = load_suite(folder.path / "t.robust.yaml", folder.path, metrics=metric_facts())
        for example in suite.examples:
            for _, text in render_prompt(suite, example).as_messages():
                text.encode()
    except SuiteError as error:
        diagnostics = error.diagnostics or pytest.fail("an error without a problem")
    for found in diagnostics:
        assert found.location.line >= 1
        assert found.location.column >= 1
        assert found.render().encode()
        assert "pydantic" not in found.message
