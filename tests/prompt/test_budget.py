"""A template that would not end, or print without end, is a mistake with a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust.errors import SuiteError
from llmrobust.prompt import budget
from llmrobust.prompt.template import Origin, Template


def rendered(text: str, **fields: object) -> str:
    template = Template(text, Origin(Path("p.jinja"), 1, 1))
    return "".join(span.text for span in template.render(fields))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a\n{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
            "its loops and calls exceed",
        ),
        (
            "a\n{% for i in x %}{% for j in x %}{% for k in x %}{% endfor %}{% endfor %}{% endfor %}",
            "its loops and calls exceed",
        ),
        ("a\n{{ 'ab' * 99999999 }}", "it repeats something to more than"),
        (
            "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(24) }}",
            "its loops and calls exceed",
        ),
        (
            "{% set n = namespace(t='ab') %}{% for i in range(40) %}{% set n.t = n.t ~ n.t %}{% endfor %}",
            "it joins more",
        ),
        ("{% set a = 'a' | center(500000000) %}", "it pads a text to more"),
        ("{% set a = '%0500000000d' % 1 %}", "it pads a text to more"),
        ("{% set a = '%*d' % (500000000, 1) %}", "it pads a text to more"),
        ("{% set a = '{:500000000}'.format(1) %}", "it pads a text to more"),
        ("{% set a = '%500000000d' | format(1) %}", "it pads a text to more"),
        ("{% set a = 'a'.ljust(500000000) %}", "it pads a text to more"),
        ("a\n{{ 99999999 * [1] }}", "it repeats something to more than"),
        ("a\n{% for i in range(900) %}{{ 'ab' * 9000 }}{% endfor %}", "it prints more than"),
    ],
)
def test_what_has_no_end_is_a_mistake_of_the_template(text: str, message: str):
    with pytest.raises(SuiteError, match=message) as caught:
        rendered(text, x=list(range(100)))
    assert caught.value.diagnostics[0].location.path == Path("p.jinja")


def test_every_rendering_has_a_budget_of_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(budget, "MAX_STEPS", 10)
    template = Template("{% for i in x %}{{ i }}{% endfor %}", Origin(Path("p.jinja"), 1, 1))
    for _ in range(3):
        assert "".join(span.text for span in template.render({"x": "12345678"})) == "12345678"


def test_counted_loops_know_their_length_and_neighbours():
    text = "{% for i in x %}{{ loop.index }}/{{ loop.length }}{{ '' if loop.last else ', ' }}{% endfor %}"
    assert rendered(text, x=["a", "b"]) == "1/2, 2/2"
    assert rendered("{% for k, v in x.items() %}{{ k }}={{ v }}{% else %}none{% endfor %}", x={"a": 1}) == "a=1"
    assert rendered("{% for i in x if i %}{{ i }}{% else %}none{% endfor %}", x=[]) == "none"
    assert rendered("{{ 2 * 3 }}{{ '-' * 3 }}{{ 7 % 4 }}{{ '%s!' % 5 }}{{ 'a' ~ 1 ~ x }}", x=None) == "6---35!a1None"
    assert rendered("{{ 'a' | center(3) }}{{ '%d%%' | format(5) }}{{ '{:>3}'.format(1) }}") == " a 5%  1"
    assert rendered("{{ '**%s** * 5' % x }}{{ '{:*>3}'.format(1) }}", x="b") == "**b** * 5**1"
