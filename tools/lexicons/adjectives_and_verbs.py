"""Makes known_adjectives.tsv and known_verbs.tsv in llmrobust/operators/builtin/words/data: words that are little else.

Run: python tools/lexicons/adjectives_and_verbs.py --wordnet DIR {adjectives,verbs} > known_adjectives.tsv
DIR holds WordNet's database files with its index.sense (Debian: wordnet-base and wordnet-sense-index).
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from pathlib import Path

KINDS = {"adjectives": ("adjective", frozenset("35")), "verbs": ("verb", frozenset("2"))}
"""What a list holds, and the numbers that WordNet gives to that part of speech."""
USED = {"adjectives": 1, "verbs": 2}
"""So many uses in the texts that WordNet's senses were counted in make a word a common one."""
SHARE = {"adjectives": 0.75, "verbs": 0.8}
"""Share of a word's uses that are uses as that part of speech."""
LONGEST = 10
"""Longer adjectives are listed only if the texts use them, even where they are no other part of speech."""
LEFT_OUT = frozenset(
    "one two three four five six seven eight nine ten eleven twelve hundred thousand million billion dozen "
    "many much more most less least few several such some any each every other same own last next past only very still "
    "well even like just then there here now all both half first second third be have been being".split()
)
"""Words of quantity and order, which WordNet takes for adjectives, and auxiliaries."""
HEAD = """\
# English {kind}s that are seldom another kind of word, by how often they are used.
# Columns: {kind}
# Source: WordNet 3.0 (Princeton University), made by tools/lexicons/adjectives_and_verbs.py
# Licence: WordNet licence
"""


def main() -> None:
    """Print a list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("list", choices=sorted(KINDS))
    given = parser.parse_args()
    kind, numbers = KINDS[given.list]
    used: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in (given.wordnet / "index.sense").read_text().splitlines():
        key, _, _, count = line.split()
        word, sense = key.split("%")
        used[word][sense[0]] += int(count)
    found = []
    for word, kinds in used.items():
        uses, total = sum(kinds[one] for one in numbers), sum(kinds.values())
        if re.fullmatch(r"[a-z]{3,}", word) is None or word in LEFT_OUT:
            continue
        alone = given.list == "adjectives" and set(kinds) <= numbers and len(word) <= LONGEST
        if alone or (uses >= USED[given.list] and uses / total >= SHARE[given.list]):
            found.append((-uses, word))
    print(HEAD.format(kind=kind), end="")
    print("\n".join(word for _, word in sorted(found)))


if __name__ == "__main__":
    main()
