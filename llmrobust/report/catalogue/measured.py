"""What was measured of operators on real texts: `measured.tsv`, made by `benchmarks/naturalness.py --keep`.

A line: operator, version, share of real word problems and bank questions that it reaches, texts measured, and how many
bits a word more the variants cost a small language model (empty where that was not measured).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one version of an operator."""

    version: int
    reach: float
    texts: int
    bits_a_word: float | None

    def __str__(self) -> str:
        cost = f", {self.bits_a_word:+.2f} bits a word" if self.bits_a_word is not None else ""
        return f"Reaches {self.reach:.0%} of real texts{cost}."


@cache
def measured() -> Mapping[str, Measured]:
    """The figures by operator."""
    found = {}
    for line in files("llmrobust.operators").joinpath("measured.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version, reach, texts, bits = line.split("\t")
            found[name] = Measured(int(version), float(reach), int(texts), float(bits) if bits else None)
    return found


def figures_of(name: str, version: int) -> str:
    """What was measured of this version of an operator, as a sentence; empty if nothing was."""
    figures = measured().get(name)
    return str(figures) if figures is not None and figures.version == version else ""
