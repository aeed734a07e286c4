"""Whether `llmrobust fit` finds the rates with which operators were applied, and how often its intervals hold them.

Each repetition halves the 300 rows of BANKING77 by chance. One half is the clean texts. The rows of the other half
become traffic: each operator is applied to each row with its probability, one after the other (of chatter, of
punctuation and of casing at most one). The true share of a feature is the mean over all repetitions of the rows that
its operator changed.

    python -m benchmarks.fit --data DATA [--repeats 200] [--only quiet]
    python -m benchmarks.fit --data DATA --calibrate     writes llmrobust/fit/banking77.json

DATA: a folder with banking77/test.jsonl.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks import measure
from llmrobust.fit import FEATURES, Estimate, counted, fitted
from llmrobust.fit.application import applied, made_by
from llmrobust.fit.calibration import Calibration, Measured, calibration_of, measured
from llmrobust.fit.features import BY_NAME
from llmrobust.loading import load_installed

BUNDLED = Path(__file__).parents[1] / "llmrobust" / "fit" / "banking77.json"
USERS = 30
"""In the design with users, each of whom writes as many rows, all in the same manner."""
ONE_OF = ("chatter", "punctuation", "casing")
"""Groups of which a text gets one at most."""
ORDER = ("chatter", "fillers", "spelling", "dialect", "typos", "whitespace", "punctuation", "casing")


@dataclass(frozen=True, slots=True)
class Design:
    """Synthetic traffic. applied: the probability with which each feature's operator is applied to a text, and its
    rate. users: whether what is applied is drawn for a user and not for a text."""

    name: str
    applied: Mapping[str, tuple[float, float | None]]
    users: bool = False


NOISY = {
    "typo.drop": (0.12, 0.05),
    "typo.insert": (0.08, 0.025),
    "typo.duplicate": (0.06, 0.025),
    "typo.keyboard": (0.20, 0.05),
    "typo.swap": (0.10, 0.025),
    "misspelling": (0.25, 0.5),
    "chat": (0.20, 0.5),
    "no_final_mark": (0.30, None),
    "doubled_marks": (0.10, None),
    "lower": (0.25, None),
    "upper": (0.05, None),
    "small_start": (0.15, None),
    "shouted_words": (0.08, 0.2),
    "filler": (0.12, 0.1),
    "opener": (0.06, None),
    "greeting": (0.15, None),
    "thanks": (0.12, None),
    "address": (0.04, None),
    "particle": (0.06, None),
    "progressive_states": (0.15, None),
    "aint": (0.20, None),
    "wide_gaps": (0.10, 0.1),
}
DESIGNS = (
    Design("clean", {name: (0.0, rate) for name, (_, rate) in NOISY.items()}),
    Design("quiet", {name: (share / 4, rate) for name, (share, rate) in NOISY.items()}),
    Design("noisy", NOISY),
    Design("users", NOISY, users=True),
)


@dataclass(slots=True)
class Seen:
    """What the repetitions gave for a feature: the shares that were true of each, and the estimates."""

    shares: list[float] = field(default_factory=list)
    estimates: list[Estimate] = field(default_factory=list)


def traffic(
    rows: Sequence[str], design: Design, chance: random.Random, repetition: int
) -> tuple[list[str], dict[str, float], list[str]]:
    """Texts with the design's features, the share of rows that each operator changed, and whose each text is."""
    owners = [str(number % USERS) if design.users else str(number) for number in range(len(rows))]
    chosen = {owner: _chosen(design, chance) for owner in dict.fromkeys(owners)}
    changed: dict[str, int] = dict.fromkeys(design.applied, 0)
    texts = []
    for number, (text, owner) in enumerate(zip(rows, owners, strict=True)):
        for name in chosen[owner]:
            operator, params = made_by(BY_NAME[name], design.applied[name][1])
            new = applied(text, operator, params, repetition + 1, str(number))
            changed[name] += new != text
            text = new
        texts.append(text)
    shares = {name: count / len(rows) for name, count in changed.items()}
    return texts, shares, owners if design.users else []


def _chosen(design: Design, chance: random.Random) -> list[str]:
    found = []
    for group in ORDER:
        names = [name for name in design.applied if BY_NAME[name].group == group]
        if group in ONE_OF:
            point = chance.random()
            for name in names:
                if 0 <= point < design.applied[name][0]:
                    found.append(name)
                point -= design.applied[name][0]
        else:
            found += [name for name in names if chance.random() < design.applied[name][0]]
    return found


def repeated(rows: Sequence[str], clean: Measured, design: Design, repeats: int) -> dict[str, Seen]:
    """The estimates of every repetition, by feature."""
    chance = random.Random(f"fit {design.name}")
    found: dict[str, Seen] = defaultdict(Seen)
    for repetition in range(repeats):
        order = list(range(len(rows)))
        chance.shuffle(order)
        half = len(rows) // 2
        calibration = calibration_of(clean, "half of BANKING77", np.array(sorted(order[:half])))
        texts, shares, owners = traffic([rows[n] for n in order[half:]], design, chance, repetition)
        for estimate in fitted(counted(texts, owners), calibration).estimates:
            found[estimate.feature].shares.append(shares.get(estimate.feature, 0.0))
            found[estimate.feature].estimates.append(estimate)
    return found


def rows_of(design: Design, found: Mapping[str, Seen]) -> list[list[str]]:
    """The table's rows for a design."""
    table = []
    for feature in FEATURES:
        seen = found.get(feature.name)
        if seen is None:
            continue
        truth = float(np.mean(seen.shares))
        told = [one for one in seen.estimates if one.low is not None and one.high is not None]
        if len(told) < len(seen.estimates) / 2:
            table.append([design.name, feature.name, f"{truth:.1%}", "cannot be told", "", "", "", ""])
            continue
        held = [one for one in told if one.low <= truth <= one.high]  # type: ignore[operator]
        width = float(np.mean([one.high - one.low for one in told]))  # type: ignore[operator]
        mean = float(np.mean([one.share for one in told]))  # type: ignore[misc]
        line = [
            design.name,
            feature.name,
            f"{truth:.1%}",
            f"{mean:.1%}",
            f"{width:.1%}",
            f"{len(held) / len(told):.1%}",
        ]
        rate = design.applied[feature.name][1] if feature.name in design.applied else None
        rated = [one for one in told if one.rate is not None and one.rate_low is not None and one.is_there]
        if rate is None or len(rated) < len(told) / 4:
            table.append([*line, "", ""])
            continue
        middle = float(np.median([one.rate for one in rated]))  # type: ignore[misc]
        within = np.mean([one.rate_low <= rate <= one.rate_high for one in rated])  # type: ignore[operator]
        table.append([*line, f"{rate:g} / {middle:.3f}", f"{within:.1%}"])
    return table


HEAD = ["traffic", "feature", "true share", "mean", "width", "held", "rate / median", "rate held"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--only", action="append", choices=[design.name for design in DESIGNS])
    parser.add_argument("--calibrate", action="store_true")
    given = parser.parse_args()
    load_installed()
    file = given.data / "banking77" / "test.jsonl"
    rows = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
    clean = measured(rows)
    if clean.skipped:
        raise SystemExit(f"not everything can be measured here: {dict(clean.skipped)}")
    if given.calibrate:
        _write(calibration_of(clean, f"{len(rows)} rows of BANKING77"))
        return
    table = [HEAD]
    for design in DESIGNS:
        if given.only is None or design.name in given.only:
            table += rows_of(design, repeated(rows, clean, design, given.repeats))
            measure.report(
                "fit", table, {"repeats": given.repeats, "rows": [dict(zip(HEAD, r, strict=True)) for r in table[1:]]}
            )


def _write(calibration: Calibration) -> None:
    BUNDLED.write_text(json.dumps(calibration.as_json(), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"wrote {BUNDLED}")


if __name__ == "__main__":
    main()
