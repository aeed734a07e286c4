"""Makes llmrobust/operators/builtin/sentences/data/noun_kinds.tsv: which nouns name people, animals, groups, artefacts.

Run: python tools/lexicons/noun_kinds.py --wordnet DIR > noun_kinds.tsv
DIR holds WordNet's database files with its index.sense (Debian: wordnet-base and wordnet-sense-index).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

KINDS = {5: "animal", 6: "artefact", 14: "group", 18: "person"}
"""WordNet's files of such nouns."""
PERSON = 18
SHARE, SOME = 0.7, 0.1
"""Shares of a noun's uses that are of one kind: of a noun that is mostly of it, and of one that may be a person."""
LONGEST_UNUSED = 10
"""Letters of a word that no counted text uses, beyond which it is not worth its line."""
HEAD = """\
# Nouns that mostly name a person, an animal, a group of people, or a thing that was made; "maybe": sometimes a person.
# Columns: noun, kind
# Source: WordNet 3.0 (Princeton University), made by tools/lexicons/noun_kinds.py
# Licence: WordNet licence
"""


def main() -> None:
    """Print the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wordnet", type=Path, required=True)
    lines = (parser.parse_args().wordnet / "index.sense").read_text().splitlines()
    print(HEAD + "\n".join(sorted(f"{word}\t{kind}" for word, kind in kinds_of(lines))))


def kinds_of(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each noun of one kind, with that kind; "maybe" for those that only sometimes name a person."""
    uses: dict[str, Counter[int]] = defaultdict(Counter)
    senses: dict[str, Counter[int]] = defaultdict(Counter)
    for line in lines:
        key, _, _, count = line.split()
        word, sense = key.split("%")
        part, number = sense.split(":")[:2]
        if part == "1" and re.fullmatch(r"[a-z]{3,}", word):
            uses[word][int(number)] += int(count)
            senses[word][int(number)] += 1
    for word, files in uses.items():
        counted = files if files.total() else senses[word]
        file, most = counted.most_common(1)[0]
        known = files.total() or (file in (6, 18) and len(word) <= LONGEST_UNUSED)
        if file in KINDS and known and most / counted.total() >= SHARE:
            yield word, KINDS[file]
        elif files.total() and counted[PERSON] / counted.total() >= SOME:
            yield word, "maybe"


if __name__ == "__main__":
    main()
