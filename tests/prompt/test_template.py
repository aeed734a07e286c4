"""A template renders to typed spans whose text is exactly what Jinja renders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.ext import Extension

from llmrobust.errors import SuiteError
from llmrobust.prompt.enumeration import NUMBERINGS, WRAPPERS, option_labels, wrapped
from llmrobust.prompt.fields import typed_output_field
from llmrobust.prompt.spans import Span
from llmrobust.prompt.template import Origin, Template

FIELDS: dict[str, Any] = {
    "text": "It is 5 o'clock, positive.",
    "user": {"name": "Ann"},
    "options": ["red", "green", "blue"],
    "shots": [{"t": "Fine", "l": "positive"}, {"t": "Bad", "l": "negative"}],
    "n": 3,
}
LABELS = ("positive", "negative")


def rendered(source: str, protect: Sequence[str] = (), labels: Sequence[str] = (), **fields: Any) -> list[Span]:
    return Template(source, Origin(Path("t.robust.yaml"))).render({**FIELDS, **fields}, protect, labels)


def typed(spans: Sequence[Span]) -> list[tuple[str, str]]:
    return [(span.kind, span.text) for span in spans]


def failure(source: str, **fields: Any) -> str:
    with pytest.raises(SuiteError) as caught:
        rendered(source, **fields)
    return caught.value.render()


def test_values_are_named_by_where_they_come_from() -> None:
    spans = rendered("{{ text }}|{{ user.name }}|{{ user['name'] | upper }}|{{ n + n }}|{{ 1 }}|{{ text ~ n }}")
    assert [(s.name, s.text) for s in spans if s.kind == "variable"] == [
        ("text", FIELDS["text"]),
        ("user.name", "Ann"),
        ("user.name", "ANN"),
        ("n", "6"),
        ("n+text", FIELDS["text"] + "3"),
    ]


def test_a_field_is_a_descriptor_a_separator_and_a_value() -> None:
    spans = rendered("Rate this.\nReview: {{ text }}\nSentence 1:: {{ n }}\nUser name - {{ user.name }}")
    assert typed(spans) == [
        ("text", "Rate this.\n"),
        ("label", "Review"),
        ("separator", ": "),
        ("variable", FIELDS["text"]),
        ("space", "\n"),
        ("label", "Sentence 1"),
        ("separator", ":: "),
        ("variable", "3"),
        ("space", "\n"),
        ("label", "User name"),
        ("separator", " - "),
        ("variable", "Ann"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "We say that this is so: {{ text }}",
        "Read, Review: {{ text }}",
        "Review {{ text }}",
        "https://x.org: {{ text }}",
        "3: {{ text }}",
        "{% instruction %}Review: {{ text }}{% endinstruction %}",
    ],
)
def test_prose_before_a_value_is_no_field(source: str) -> None:
    assert not [span for span in rendered(source) if span.kind in ("label", "separator")]


@pytest.mark.parametrize("end", ["Category:", "Category: ", "Category::", "Final answer:\n"])
def test_a_descriptor_at_the_end_is_the_field_that_the_model_fills_in(end: str) -> None:
    spans = typed_output_field(rendered("Review: {{ text }}\n" + end + "\n"))
    assert "".join(span.text for span in spans) == f"Review: {FIELDS['text']}\n{end}"
    label, separator = spans[-2:]
    assert (label.kind, separator.kind, spans[-3].kind) == ("label", "separator", "space")
    assert label.text + separator.text == end


def test_the_end_of_a_sentence_is_no_output_field() -> None:
    spans = typed_output_field(rendered("{{ text }}\nNow tell me which of these many words it is:"))
    assert [span.kind for span in spans] == ["variable", "text"]


def test_options_become_an_enumeration() -> None:
    spans = rendered("Options:\n{{ options[:2] | choices(numbering='1', wrapper='(x)') }}\nAnswer:")
    assert typed(spans) == [
        ("label", "Options"),
        ("separator", ":\n"),
        ("enumerator", "(1)"),
        ("separator", " "),
        ("variable", "red"),
        ("space", "\n"),
        ("enumerator", "(2)"),
        ("separator", " "),
        ("variable", "green"),
        ("text", "\nAnswer:"),
    ]
    assert [span.name for span in spans if span.kind in ("enumerator", "variable")] == [
        "1", "options.0", "2", "options.1",
    ]  # fmt: skip


def test_mentions_of_the_options_are_enumerators() -> None:
    spans = rendered("Say {{ options | labels }}.")
    assert "".join(span.text for span in spans) == "Say A, B or C."
    assert [span.name for span in spans if span.kind == "enumerator"] == ["A", "B", "C"]
    assert "".join(span.text for span in rendered("{{ options[:1] | labels }}")) == "A"


@pytest.mark.parametrize("numbering", NUMBERINGS)
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_every_numbering_and_wrapper_can_be_written(numbering: str, wrapper: str) -> None:
    spans = rendered(f"{{{{ options | choices('{numbering}', '{wrapper}', ') ', ' -- ') }}}}")
    numbers = option_labels(3, numbering)
    assert [span.name for span in spans if span.kind == "enumerator"] == list(numbers)
    text = " -- ".join(f"{wrapped(n, wrapper)}) {o}" for n, o in zip(numbers, FIELDS["options"], strict=True))
    assert "".join(span.text for span in spans) == text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ options | choices(numbering='x') }}", 'unknown numbering "x"; there are 1, A, a, I, i, unicode_roman'),
        ("{{ options | choices(wrapper='x:') }}", 'unknown wrapper "x:"; there are (x), x., x), x ), [x], <x>'),
        ("{{ text | choices }}", "choices needs a list of options, not a string"),
        ("{{ range(27) | list | choices }}", 'the numbering "A" ends at 26, and there are 27 options'),
    ],
)
def test_an_enumeration_that_cannot_be_written_says_why(source: str, message: str) -> None:
    assert f"t.robust.yaml:1:1: the template cannot be rendered: {message}\n" in failure(source)


def test_pieces_of_a_block_share_its_region() -> None:
    source = (
        "{% context %}A {{ n }}{% endcontext %}{% context %}B{% endcontext %}{% instruction %}C{% endinstruction %}"
    )
    assert [(s.kind, s.text, s.region) for s in rendered(source)] == [
        ("context", "A ", "context:0"),
        ("variable", "3", "context:0"),
        ("context", "B", "context:1"),
        ("instruction", "C", "instruction:0"),
    ]


def test_macros_sets_and_filters_that_only_print_keep_their_parts() -> None:
    spans = rendered(
        "{% macro shot(s) %}Review: {{ s.t }}{% endmacro %}{% set head %}{% instruction %}Go.{% endinstruction %}"
        "{% endset %}{{ head }}\n{% for s in shots %}{{ shot(s) }}\n{% endfor %}"
        "{% filter upper %}Say {{ n }}{% endfilter %}"
    )
    assert typed(spans) == [
        ("instruction", "Go."),
        ("text", "\n"),
        ("label", "Review"),
        ("separator", ": "),
        ("variable", "Fine"),
        ("space", "\n"),
        ("label", "Review"),
        ("separator", ": "),
        ("variable", "Bad"),
        ("text", "\nSAY "),
        ("variable", "3"),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% set a %}x {{ n }}{% endset %}{{ a | length }}", "3"),
        ("{% set a %}{% instruction %}x{% endinstruction %}{% endset %}{{ a[0] }}{{ a }}", "xx"),
        ("{% macro m() %}{{ n }} {% endmacro %}{{ m() | trim }}.", "3."),
        ("{% filter trim %} {% instruction %}x{% endinstruction %} {% endfilter %}.", "x."),
        ("{% filter replace('3', 'three') %}{{ n }}{% endfilter %}", "three"),
        ("{{ (options | choices) | length }}", "23"),
        ("{% if (options | labels) == 'A, B or C' %}yes{% endif %}", "yes"),
        ("{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}{{ n }}{% endcall %}", "<3>"),
        ("{% for a in [[[], []]] recursive %}({{ loop(a) | length }}){% endfor %}", "(6)"),
    ],
)
def test_a_value_that_the_template_works_with_is_the_plain_text(source: str, text: str) -> None:
    assert "".join(span.text for span in rendered(source)) == text


class _PlainTags(Extension):
    tags = {"instruction", "context", "choices", "example", "protect"}  # noqa: RUF012

    def parse(self, parser: Any) -> Any:
        tag = next(parser.stream)
        return parser.parse_statements((f"name:end{tag.value}",), drop_needle=True)


def plainly(source: str, fields: dict[str, Any]) -> str:
    """What Jinja alone renders, the tags left without a meaning."""
    environment = jinja2.Environment(
        extensions=[_PlainTags], undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["choices"] = lambda options: "\n".join(f"{chr(65 + i)}. {o}" for i, o in enumerate(options))
    return environment.from_string(source).render(fields)


WORDS = ("Review: ", "a", " B1 ", "\n", "<", "é:\t", " positive or 5.\n", "`x`")
PRINTED = (
    "text", "user.name", "n", "text | upper", "text | length", "text ~ n", "options | choices", "x | default('d')",
    "options | choices | length", "text if n else user.name", "a", "a | trim", "m(n)", "m(text) | lower",
    "m('x') | length", "options | join(', ')", "a if text", "text | wordwrap(7)", "text | replace('5', '')",
)  # fmt: skip
AROUND = (
    "instruction", "context", "choices", "example", "protect", "if n", "if not text", "for o in options",
    "for text in options", "filter upper", "filter trim", "filter wordwrap(9)", "filter lower", "set a", "set b",
    "macro m(n)", "with n = 4",
)  # fmt: skip


@st.composite
def templates(draw: st.DrawFn) -> str:
    """Blocks of every kind, opened and closed in order, with words and outputs between."""
    parts, opened = ["{% set a %}{{ n }}!{% endset %}{% macro m(n) %}({{ n }}){% endmacro %}"], []
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(["word", "print", "open", "close"]))
        if kind == "word":
            parts.append(draw(st.sampled_from(WORDS)))
        elif kind == "print":
            parts.append(f"{{{{ {draw(st.sampled_from(PRINTED))} }}}}")
        elif kind == "open":
            opened.append(draw(st.sampled_from(AROUND)))
            parts.append(f"{{% {opened[-1]} %}}")
        elif opened:
            parts.append(f"{{% end{opened.pop().split()[0]} %}}")
    return "".join(parts + [f"{{% end{name.split()[0]} %}}" for name in reversed(opened)])


@settings(max_examples=200, deadline=None)
@given(source=templates(), text=st.sampled_from(["", " ", "B1: 5", "a positive\nthing", "ß"]))
def test_spans_together_are_what_jinja_renders(source: str, text: str) -> None:
    fields = {**FIELDS, "text": text}
    try:
        expected = plainly(source.removesuffix("\n"), fields)
    except (TypeError, RecursionError, jinja2.TemplateError):
        assert failure(source, text=text)
        return
    spans = rendered(source, ("n", "B1"), LABELS, text=text)
    assert "".join(span.text for span in spans) == expected
    assert all(span.text for span in spans)


def test_answers_placeholders_code_and_numbers_of_the_template_are_protected() -> None:
    source = (
        "{% instruction %}Say positive or `negative` in 2 words at https://a.b/c {x} <name> nonpositive."
        "{% endinstruction %} Say positive 7: {{ text }}"
    )
    spans = rendered(source, (), LABELS)
    assert [span.text for span in spans if span.protected] == [
        "positive", "`negative`", "2", "https://a.b/c", "{x}", "<name>", "positive",
    ]  # fmt: skip
    assert {span.region for span in spans[:13]} == {"instruction:0"}
    assert (spans[-1].kind, spans[-1].text, spans[-1].protected) == ("variable", FIELDS["text"], False)


def test_what_protect_names_is_protected() -> None:
    source = "Text: {{ text }}\n{{ n }} of {{ user.name }}"
    assert [s.text for s in rendered(source, ("text",)) if s.protected] == [FIELDS["text"]]
    assert [s.text for s in rendered(source, ("user",)) if s.protected] == ["Ann"]
    assert [s.text for s in rendered(source, ("user.name",)) if s.protected] == ["Ann"]
    assert [s.text for s in rendered(source, ("variable:n",)) if s.protected] == ["3"]
    assert [s.text for s in rendered(source, ("label", "o'clock")) if s.protected] == ["Text", "o'clock"]
    assert [s.text for s in rendered(source, ("ext",)) if s.protected] == ["Text"]
    tagged = rendered("a {% protect %}b {{ n }}{% endprotect %} {% context %}c{% endcontext %}", ("context",))
    assert [s.text for s in tagged if s.protected] == ["b ", "3", "c"]


def test_a_descriptor_that_is_an_answer_is_protected() -> None:
    spans = rendered("positive: {{ n }}\nReview: {{ text }}", (), LABELS)
    assert [(s.kind, s.text) for s in spans if s.protected] == [("label", "positive")]


def test_line_ends_are_plain_and_the_last_is_left_out() -> None:
    assert "".join(s.text for s in rendered("a {{ n }}\r\nb\r\n")) == "a 3\nb"
    assert "".join(s.text for s in rendered("a\n\n")) == "a\n"


def test_the_names_that_a_template_needs_include_those_of_included_files(tmp_path: Path) -> None:
    (tmp_path / "shot.jinja").write_text("{{ s.t }} {{ tone }}")
    source = "{% for s in shots %}{% include 'shot.jinja' %}{% endfor %}{{ range(n) | list }}"
    template = Template(source + "{% include 'no' ignore missing %}", Origin(tmp_path / "t.robust.yaml"))
    assert template.variables == ("n", "shots", "tone")
    assert template.files == [tmp_path / "shot.jinja"]
    with pytest.raises(SuiteError, match="'tone' is undefined"):
        template.render(FIELDS)
    assert "".join(s.text for s in template.render({**FIELDS, "tone": "!"})) == "Fine !Bad ![0, 1, 2]"


MISTAKES = [
    ("a\n  {{ x", 2, 3, "the template is not valid: unexpected end of template, expected 'end of print statement'."),
    ("{% instrution %}", 1, 1, "the template is not valid: Encountered unknown tag 'instrution'."),
    ("{% instruction %}a", 1, 1, "the template is not valid: Unexpected end of template."),
    ("{{ text | nope }}", 1, 1, "the template is not valid: No filter named 'nope'."),
    ("a\n{{ text.nope }}", 2, 1, "the template uses something undefined: 'str object' has no attribute 'nope'"),
    (
        "a\nb {{ text.__class__ }}",
        2,
        1,
        "the template does something that its sandbox forbids: access to attribute '__class__'",
    ),
    ("\n\n{{ options.append(1) }}", 3, 1, "the template does something that its sandbox forbids"),
    ("{{ range(1000000) }}", 1, 1, "the template cannot be rendered: Range too big"),
    ("{{ n | dictsort }}", 1, 1, "the template cannot be rendered: 'int' object has no attribute 'items'"),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", 1, 1, "the template calls or includes itself endlessly"),
    ("a\n\ufdd3", 2, 1, "the template contains a character that is not allowed in a prompt: U+FDD3"),
    ("{{ '\\ud800' }}", 1, 1, "the template prints a character that is not allowed in a prompt: U+D800"),
]


@pytest.mark.parametrize(("source", "line", "column", "message"), MISTAKES, ids=[m[3][13:50] for m in MISTAKES])
def test_a_mistake_is_shown_in_its_line(source: str, line: int, column: int, message: str) -> None:
    shown = failure(source)
    assert shown.startswith(f"t.robust.yaml:{line}:{column}: {message}")
    if line < 3:
        assert f"    {line} | {source.split(chr(10))[line - 1]}\n" in shown


def test_marks_in_values_are_refused() -> None:
    message = "t.robust.yaml:1:1: a value contains a character that is not allowed in a prompt: U+FDD0"
    assert failure("{{ text }}", text="a\ufdd0").startswith(message)
    assert failure("{{ options[0] }}", options=["a", {"b": "\ufdd0"}]).startswith(message)


@pytest.mark.parametrize(
    ("included", "name", "place", "message"),
    [
        (b"fine\n{% if %}", "i.jinja", "i.jinja:2:1", "the template is not valid"),
        (b"fine\n\n {{ text.x }}", "i.jinja", "i.jinja:3:2", "'str object' has no attribute 'x'"),
        (b"\xe4", "i.jinja", "t.robust.yaml:7:5", '"i.jinja" cannot be read as UTF-8'),
        ("\ufdd0".encode(), "i.jinja", "t.robust.yaml:7:5", "not allowed in a prompt: U+FDD0"),
        (b"", "j.jinja", "t.robust.yaml:7:5", 'include: no such file "j.jinja"'),
        (b"", "../i.jinja", "t.robust.yaml:7:5", '"../i.jinja" is outside the project'),
        (b"{% include 'i.jinja' %}", "i.jinja", "i.jinja:1:1", "the template calls or includes itself endlessly"),
    ],
)
def test_mistakes_with_included_files_are_shown_where_they_are(
    tmp_path: Path, included: bytes, name: str, place: str, message: str
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "i.jinja").write_bytes(included)
    origin = Origin(folder / "t.robust.yaml", line=6, column=5, indent=4)
    with pytest.raises(SuiteError) as caught:
        Template(f"a\n{{% include '{name}' %}}", origin).render(FIELDS)
    shown = caught.value.render(folder)
    assert shown.startswith(place)
    assert message in shown
