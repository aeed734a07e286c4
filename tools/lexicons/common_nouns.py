"""Makes llmrobust/operators/builtin/words/data/common_nouns.tsv: English nouns that are seldom anything else.

Run: python tools/lexicons/common_nouns.py --wordnet DIR > common_nouns.tsv
DIR holds WordNet's database files with its index.sense (Debian: wordnet-base and wordnet-sense-index).
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from pathlib import Path

USED = 3
"""So many uses in the texts that WordNet's senses were counted in make a noun a common one."""
SHARE = 0.9
"""Share of a word's uses that are uses as a noun."""
CONCRETE = frozenset((5, 6, 10, 13, 14, 15, 17, 18, 20, 21))
"""WordNet's files of animals, artefacts, communication, food, groups, places, people, plants, money."""
NAMES_AND_MEASURES = frozenset(
    "sunday monday tuesday wednesday thursday friday saturday june july april may november december september virginia "
    "washington chicago cuba georgia america europe christ jew god line foot inch mile gram milligram ounce liter "
    "meter cent dollar rate period grade unit sum variety number youth lot".split()
)
"""Left out: names that WordNet writes small in its keys, and what measures."""
HEAD = """\
# Nouns that are seldom another kind of word, by how often they are used.
# Columns: noun
# Source: WordNet 3.0 (Princeton University), made by tools/lexicons/common_nouns.py
# Licence: WordNet licence
"""


def main() -> None:
    """Print the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wordnet", type=Path, required=True)
    used: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    concrete: dict[str, int] = defaultdict(int)
    for line in (parser.parse_args().wordnet / "index.sense").read_text().splitlines():
        key, _, _, count = line.split()
        word, sense = key.split("%")
        kind, file = sense.split(":")[:2]
        used[word][kind] += int(count)
        if kind == "1" and int(file) in CONCRETE:
            concrete[word] += int(count)
    print(HEAD, end="")
    found = []
    for word, kinds in used.items():
        total = sum(kinds.values())
        plain = re.fullmatch(r"[a-z]{3,}", word) is not None and not word.endswith(("s", "ing", "ness"))
        if word in NAMES_AND_MEASURES:
            continue
        if plain and kinds["1"] >= USED and kinds["1"] / total >= SHARE and concrete[word] / total >= 0.5:
            found.append((-kinds["1"], word))
    print("\n".join(word for _, word in sorted(found)))


if __name__ == "__main__":
    main()
