"""What was measured of operators on real texts: `measured.tsv`, made by `benchmarks/naturalness.py --keep`.

A line: operator, version, share of real word problems and bank questions that it reaches, texts measured, how many bits
a word more the variants cost a small language model (empty where that was not measured), and the same of nlpaug's and
of TextAttack's operator of the same kind on the same texts (empty where there is none).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from llmrobust.operators.operator import Operator


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one version of an operator."""

    version: int
    reach: float
    texts: int
    bits_a_word: float | None
    nlpaug: float | None
    textattack: float | None

    def __str__(self) -> str:
        cost = f", {self.bits_a_word:+.2f} bits a word" if self.bits_a_word is not None else ""
        return f"Reaches {self.reach:.0%} of real texts{cost}."


@cache
def measured() -> Mapping[str, Measured]:
    """The figures by operator."""
    found = {}
    for line in files("llmrobust.operators").joinpath("measured.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version, reach, texts, *bits = line.split("\t")
            ours, nlpaug, textattack = (float(one) if one else None for one in bits)
            found[name] = Measured(int(version), float(reach), int(texts), ours, nlpaug, textattack)
    return found


def figures_of(name: str, version: int) -> str:
    """What was measured of this version of an operator, as a sentence; empty if nothing was."""
    figures = current(name, version)
    return str(figures) if figures is not None else ""


def current(name: str, version: int) -> Measured | None:
    """What was measured of this version of an operator."""
    figures = measured().get(name)
    return figures if figures is not None and figures.version == version else None


def beside_peers(operators: Sequence[Operator]) -> str:
    """A Markdown table of bits a word, for operators that another library has one like; empty if none was measured."""
    rows = []
    for operator in operators:
        figures = current(operator.name, operator.version)
        if figures is not None and (figures.nlpaug is not None or figures.textattack is not None):
            told = (figures.bits_a_word, figures.nlpaug, figures.textattack)
            cells = " | ".join("" if one is None else f"{one:+.2f}" for one in told)
            rows.append(f"| `{operator.name}` | {cells} |")
    return "\n".join(["| operator | llmrobust | nlpaug | TextAttack |", "|---|---|---|---|", *rows]) if rows else ""
