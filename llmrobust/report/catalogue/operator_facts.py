"""The registered operators as a page for people, as text for a terminal, and as facts for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from llmrobust.operators.operator import Operator
from llmrobust.report.catalogue.measured import beside_peers, figures_of
from llmrobust.report.catalogue.readings import told
from llmrobust.report.catalogue.sample_variants import sample_of

HEAD = """# Operators

Generated from the registry by `llmrobust operators --markdown`; a test keeps this page up to date. *Relation* is what
must happen to the answer: **same** (it stays), **follows** (it changes in a known way), **must-change**,
**no-promise**. In the examples, `[-...-]` was removed and `{+...+}` was added. Parameters are listed with their
defaults; every operator also takes `id`, a name for this use of it in node ids.

- *Reaches*: the share of real word problems and bank questions in which the operator finds something to change
  ([by family, and on other rows](decisions/0044-shapes-before-synonyms.md)).
- *Bits a word*: how much less likely a small language model (SmolLM2) finds its variants than their originals.
- *Read independently*: what a reader who did not write the operator, so far a large language model, found in variants
  of real rows. *Odd* is English that a fluent speaker would not write; *ungrammatical* is counted if the operator
  promises correct English; *with another meaning* means that the right answer may differ.
- *Read by its author*: how many variants the author read, and how many broke the relation or the English. If some did,
  the operator was fixed, and a second pair of figures is from other variants read afterwards.

Readings of older versions do not count ([how operators are read](decisions/0024-readings.md)). Operators without these
figures use texts that people reviewed or published, or need parameters from the user.
"""


LANGUAGES = """## Languages

What works with `language: de` and `language: zh` (`llmrobust operators --language CODE` for any other). A family's name
in a suite means its operators for the suite's language; naming an operator for another language is an error at its
line. German and Chinese wordings and sentences are in files that were proofread.

{table}
"""


PEERS = """## Beside other libraries

Bits a word that variants cost SmolLM2 more than their originals, on the same real texts, for operators that nlpaug
1.1.11 or TextAttack 0.3.11 have one like, at a like rate (`python -m benchmarks.naturalness`). Lower is closer to what
people write; a typo is meant to cost something, a synonym or a contraction is not. TextAttack changes one word in ten,
the others edit characters throughout. Not measured: nlpaug's synonyms (data of NLTK) and TextAttack's look-alikes (a
file that its package lacks).

{table}
"""


def operators_page(operators: Sequence[Operator]) -> str:
    """Operators in Markdown, one section a family, in the given order."""
    sections = [HEAD, LANGUAGES.format(table=languages_table(operators, ("en", "de", "zh")))]
    if table := beside_peers(operators):
        sections.append(PEERS.format(table=table))
    for family, members in groupby(operators, lambda operator: operator.family):
        sections.append(f"## {family}\n")
        sections += ["\n".join(_entry(operator)).rstrip() + "\n" for operator in members]
    return "\n".join(sections)


def operators_text(operators: Sequence[Operator], *, with_parameters: bool = False) -> str:
    """Operators for a terminal: name, level, relation, summary, an example, source; parameters on request."""
    lines = []
    for family, members in groupby(operators, lambda operator: operator.family):
        lines.append(family)
        for operator in members:
            lines.append(f"  {operator.name}  ({operator.level}, {operator.relation})")
            lines.append(f"      {operator.summary}")
            sample = sample_of(operator)
            if sample is not None:
                lines.append(f"      {sample}")
            lines.append(f"      from {operator.source}")
            if with_parameters:
                lines += [f"      - {name} ({default}): {said}" for name, default, said in _parameters(operator)]
        lines.append("")
    return "\n".join(lines)


def language_line(language: str, found: Sequence[Operator], of: int) -> str:
    """What works on a language, in one line: how many operators, of which families, and how many know the language."""
    written = [operator for operator in found if "*" not in operator.languages]
    families = ", ".join(dict.fromkeys(operator.family for operator in found))
    known = f"{len(written)} written for it, the others for any language" if written else "all of them for any language"
    return f"{language}: {len(found)} of {of} operators ({known}): {families}"


def languages_table(operators: Sequence[Operator], languages: Sequence[str]) -> str:
    """A Markdown table of families by language: the operators that work on each."""
    rows = ["| family | " + " | ".join(f"`{one}`" for one in languages) + " |", "|---" * (len(languages) + 1) + "|"]
    for family, members in groupby(operators, lambda operator: operator.family):
        group = list(members)
        cells = []
        for language in languages:
            spoken = [operator for operator in group if operator.speaks(language)]
            if len(spoken) == len(group):
                cells.append("all")
                continue
            cells.append(", ".join(f"`{operator.name.split('.', 1)[-1]}`" for operator in spoken) or "none")
        rows.append(f"| {family} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def operator_facts(operator: Operator) -> dict[str, Any]:
    """An operator as JSON values."""
    return {
        "name": operator.name,
        "family": operator.family,
        "level": operator.level,
        "relation": operator.relation.value,
        "version": operator.version,
        "summary": operator.summary,
        "source": operator.source,
        "touches": list(operator.touches),
        "moves": operator.moves,
        "owns": list(operator.owns),
        "languages": list(operator.languages),
        "searched": operator.searched,
        "example": sample_of(operator),
        "parameters": [
            {"name": name, "default": default, "description": said} for name, default, said in _parameters(operator)
        ],
    }


def _entry(operator: Operator) -> Iterator[str]:
    touches = ", ".join(operator.touches) + (", may reorder" if operator.moves else "")
    languages = "any language" if "*" in operator.languages else ", ".join(operator.languages)
    yield f"**`{operator.name}`** ({operator.level}, relation: {operator.relation}, version {operator.version}): " + (
        operator.summary
    )
    sample = sample_of(operator)
    if sample is not None:
        yield ""
        yield f"> `{sample.replace('`', 'ˋ')}`"
    yield ""
    found = (figures_of(operator.name, operator.version), told(operator.name, operator.version))
    yield " ".join([f"Touches: {touches}; {languages}.", *filter(None, found), f"Source: {operator.source}."])
    yield ""
    for name, default, said in _parameters(operator):
        yield f"- `{name}` ({default}): {said}"


def _parameters(operator: Operator) -> Iterator[tuple[str, str, str]]:
    """(name, default, description) of every parameter that a suite can give."""
    hidden = {"id", *(target for target, _ in operator.params.files.values())}
    for name, field in operator.params.model_fields.items():
        if name not in hidden:
            default = "required" if field.is_required() else f"default {field.get_default(call_default_factory=True)!r}"
            yield name, default, field.description or "see the suite schema"
