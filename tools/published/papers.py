"""What each published suite is compared with: the paper's figures, and why they are not ours to match.

Figures are read from the samples (`published/tables.json`, FLUKE's predictions, PromptBench's attacks); where one is
written here, its source stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.published.rows import Row, jsonl

NONE_AT_HAND = "none at hand"

NOISE_LLM = (
    "ChatGPT, slot F1: clean 0.714, typos 0.407, speech 0.600, paraphrase 0.556, simplification 0.655, verbose 0.556 "
    "(table of single noises)"
)
"""Dong et al. 2023, arXiv 2310.06504; not among the typed tables."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A suite's paper. metric: the gate (or gates, by the start of its id) with the paper's own metric.

    published: the paper's figure in words, from the samples. rows: the paper's figure of each named variant, None where
    there is none; rows_of: what these figures are. differs: what keeps the figures from being compared.
    """

    title: str
    metric: tuple[str, ...]
    differs: str
    published: Callable[[Path], str] = lambda samples: NONE_AT_HAND
    rows: Callable[[Path], dict[str, float]] = lambda samples: {}
    rows_of: str = ""

    def figure(self, samples: Path) -> str:
        """The paper's figure in words, or that it is not at hand."""
        try:
            return self.published(samples)
        except FileNotFoundError:
            return NONE_AT_HAND

    def figures(self, samples: Path) -> dict[str, float]:
        """The paper's figure of each named variant; empty if they are not at hand."""
        try:
            return self.rows(samples)
        except FileNotFoundError:
            return {}


def tables(samples: Path) -> dict[str, Any]:
    """The figures typed from the papers' tables."""
    found: dict[str, Any] = json.loads((samples / "published" / "tables.json").read_text(encoding="utf-8"))
    return found


def _predictions(samples: Path) -> list[Row]:
    return [row for row in jsonl(samples / "fluke" / "predictions.jsonl") if row["task"] == "sa"]


def fluke_rows(samples: Path) -> dict[str, float]:
    """U% of each modification on sentiment, as a fraction: mean over the four models of the authors' predictions."""
    ours = {row["modification"] for row in jsonl(samples / "fluke" / "sa.jsonl")}
    found: dict[str, list[float]] = {}
    for row in _predictions(samples):
        if row["modification"] in ours:
            found.setdefault(row["modification"], []).append(row["changed"])
    return {name: sum(values) / len(values) for name, values in found.items()}


def fluke(samples: Path) -> str:
    """FLUKE's mean U%."""
    rows = fluke_rows(samples)
    models = sorted({row["model"] for row in _predictions(samples)})
    mean = sum(rows.values()) / len(rows)
    return f"share of changed predictions {mean:.3f}, mean of {len(rows)} modifications and {', '.join(models)}"


def promptbench_rows(samples: Path) -> dict[str, float]:
    """PDR of Vicuna under each attack on the suite's instruction."""
    start = "Analyze the tone of this statement"
    return {
        f"{row['attack']}-1": 1 - row["attacked_accuracy"] / row["original_accuracy"]
        for row in jsonl(samples / "promptbench" / "attacked_instructions.jsonl")
        if row["dataset"] == "sst2" and row["model"] == "vicuna" and row["original"].startswith(start)
    }


def promptbench(samples: Path) -> str:
    """Vicuna's mean PDR on the suite's instruction."""
    rows = promptbench_rows(samples)
    return f"Vicuna, same instruction and attacks: mean performance drop rate {sum(rows.values()) / len(rows):.3f}"


def perturbed_instructions(samples: Path) -> str:
    """Mean PDR of the searched attacks on characters and words, over PromptBench's rows of SST-2."""
    rows = [row for row in jsonl(samples / "promptbench" / "attacked_instructions.jsonl") if row["dataset"] == "sst2"]
    drops: dict[str, list[float]] = {}
    for row in rows:
        drops.setdefault(row["attack"], []).append(1 - row["attacked_accuracy"] / row["original_accuracy"])
    said = ", ".join(f"{name} {sum(drops[name]) / len(drops[name]):.2f}" for name in ("deepwordbug", "textfooler"))
    return f"PromptBench's searched attacks on SST-2, from which the paper starts: mean drop rate {said}"


def punctuation(samples: Path) -> str:
    """Median accuracy by probability ranking of the smallest model, and the spread of FormatSpread."""
    found = tables(samples)
    rows = found["when_punctuation_matters"]["table3_greedy_vs_ranking"]["rows"]
    (small,) = [row for row in rows if row["model"] == "Llama 3.2 1B"]
    frontier = found["when_punctuation_matters"]["table4_frontier_10_tasks"][0]
    return (
        f"{small['model']} {small['ranking'][0]:.2f} ± {small['ranking'][1]:.2f} (median accuracy, two standard "
        f"deviations, 52 tasks); {frontier['model']} spread {frontier['spread']:.3f} (10 tasks)"
    )


def robustlr(samples: Path) -> str:
    """Weighted F1 of the sets that the suite has, of GPT-3 and of people."""
    said = []
    for row in tables(samples)["robustlr"]["overall"]:
        if row["model"].startswith(("GPT-3", "people")):
            sets = f"C {row['contrast']['C']:.2f}, N {row['contrast']['N']:.2f}"
            said.append(f"{row['model']}: {sets}, contrapositive {row['equivalence']['contrapositive']:.2f}")
    return "; ".join(said)


PAPERS = {
    "domain-shifts": Paper(
        "Calderon et al. 2023, domain shifts",
        ("accuracy_drop",),
        "Two domains of multiple-choice questions instead of seven tasks; two demonstrations instead of training.",
    ),
    "fluke": Paper(
        "Otmakhova et al. 2025, FLUKE",
        ("flip_rate", "sensitivity"),
        "The same pairs, but six of about a hundred per modification. U% counts right changes too, so the rows below "
        "show the share of changed answers, as the paper does; the gates separate the two kinds.",
        fluke,
        fluke_rows,
        "changed predictions, mean of the paper's four models",
    ),
    "instruction-wordings": Paper(
        "Ni et al. 2023, instructions; wordings of Honovich et al. 2022",
        ("spread", "accuracy"),
        "Sentiment instead of relation extraction.",
    ),
    "irrelevant-inputs": Paper(
        "Wu et al. 2024, irrelevant inputs",
        ("misrepresentation_ratio", "uncertainty_ratio"),
        "QASC questions instead of PopQA and EntityQuestions; facts from other questions instead of retrieved "
        "passages; not filtered by what the model already knows.",
    ),
    "names": Paper(
        "Balasubramanian et al. 2020, What's in a Name?",
        ("any_change_rate",),
        "Social IQA instead of the paper's tasks; three replacements per example instead of many.",
    ),
    "nli": Paper(
        "Stacey et al. 2025, NLI",
        ("accuracy",),
        "Ten examples from ANLI and sixty pairs made from QASC; the paper trains models, and its sets are not at hand.",
    ),
    "noise-llm": Paper(
        "Dong et al. 2023, Noise-LLM",
        ("slot_f1",),
        "24 of the same sentences, with answers as JSON and two demonstrations; the paper asks for BIO tags.",
        lambda samples: NOISE_LLM,
    ),
    "novel-metric": Paper(
        "Ackerman et al. 2024, a novel metric",
        ("cohens_h", "abs_cohens_h"),
        "QASC instead of BoolQ and PopQA; the paper divides Cohen's h by pi.",
    ),
    "perturbed-instructions": Paper(
        "Agrawal et al. 2025, perturbed instructions",
        ("performance_drop_rate",),
        "Random edits here, worst cases found by search in the paper: a random edit should cost much less.",
        perturbed_instructions,
    ),
    "promptbench": Paper(
        "Zhu et al. 2023, PromptBench",
        ("performance_drop_rate",),
        "The same attacked instructions, on 60 other SST-2 sentences. They were found for Vicuna and are worst cases "
        "for it alone.",
        promptbench,
        promptbench_rows,
        "performance drop rate of Vicuna",
    ),
    "punctuation-matters": Paper(
        "Seleznyov et al. 2025, When Punctuation Matters",
        ("spread", "median_variant_accuracy"),
        "One of 52 tasks, 60 of its examples, six formats, no demonstrations, a chat template.",
        punctuation,
    ),
    "rbft": Paper(
        "Tu et al. 2025, RbFT",
        ("accuracy", "accuracy_drop"),
        "QASC instead of NQ, HotpotQA and TriviaQA; five documents, one rate of defects.",
    ),
    "robustlr": Paper(
        "Sanyal et al. 2022, RobustLR",
        ("weighted_group_consistency",),
        "Theories with two rules from our own generator; the paper's models were trained on its theories. Each of its "
        "figures is for one set, ours is for all variants of a theory together.",
        robustlr,
    ),
    "rupbench": Paper(
        "Wang and Zhao 2024, RUPBench",
        ("performance_drop_rate",),
        "The same questions and perturbations from one of 15 sets, without demonstrations or free reasoning.",
    ),
    "sanity-baselines": Paper(
        "Kahl et al. 2024, SURE-VQA",
        ("sensitivity",),
        "Text instead of images and questions about them.",
    ),
}
"""The papers, by the name of the suite's file."""
