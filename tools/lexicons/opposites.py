"""Makes llmrobust/operators/builtin/logic/data/wordnet_opposites.tsv: words whose usual senses are opposites.

Run: python tools/lexicons/opposites.py --wordnet DIR > wordnet_opposites.tsv
DIR holds WordNet's database files with its index.sense (Debian: wordnet-base and wordnet-sense-index). Needs wordfreq
(PyPI) for how often a word is used at all.

A word is taken for its usual sense alone, the one that most of its counted uses have. Both words of a pair must be
usual in the very senses that WordNet calls opposites, and about as common as each other.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KINDS = {"1": "noun", "2": "verb", "3": "adjective", "4": "adverb", "5": "adjective"}
LETTERS = {"n": "noun", "v": "verb", "a": "adjective", "s": "adjective", "r": "adverb"}
FILES = {"noun": "noun", "verb": "verb", "adjective": "adj", "adverb": "adv"}
USED = 2
"""So many counted uses tell which sense is the usual one."""
SHARE = 0.5
"""Share of a word's uses, of all kinds, that its usual sense must have."""
COMMON = 3.5
"""Zipf frequency of both words at least: 3 is once in a million words."""
APART = 1.6
"""Difference of the two words' Zipf frequencies at most."""
LEFT_OUT = frozenset(
    "man woman boy girl male female son daughter brother sister father mother husband wife king queen uncle aunt host "
    "right left black white first second day night morning evening land sea all some other same more less most least "
    "never ever let prevent here there multiply divide ripe green stand sit walk ride nuclear conventional vertical "
    "inclined emotional cerebral civilian military pro anti parent child leader follower general specific united "
    "western eastern northern southern cool warm manage single multiple beginning ending rounded angular intelligence "
    "lesser greater joy sorrow steep gradual prosecution defense feminine masculine".split()
)
"""Left out: what is another thing rather than an opposite, and words that change the grammar around them."""
HEAD = """\
# Words and their opposites in their usual senses, each row in one direction.
# Columns: word, opposite, kind (verb, noun, adjective, adverb), direction (one). Lemmas; operators inflect them.
# Source: WordNet 3.0 (Princeton University), made by tools/lexicons/opposites.py with wordfreq's frequencies
# Licence: WordNet licence
"""


@dataclass(frozen=True, slots=True)
class Sense:
    """A sense of a word: its kind, the place of its synset, and its share of all counted uses of the word."""

    kind: str
    offset: str
    share: float


@dataclass(frozen=True, slots=True)
class Synset:
    """The words of a sense, and (offset, kind, place of the word, word there) of each opposite that one of them has."""

    words: tuple[str, ...]
    opposites: tuple[tuple[str, str, int, int], ...]


def usual_senses(wordnet: Path) -> dict[str, Sense]:
    """The usual sense of each word that has one."""
    uses: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for line in (wordnet / "index.sense").read_text().splitlines():
        key, offset, _, count = line.split()
        word, sense = key.split("%")
        uses[word][KINDS[sense[0]], offset] += int(count)
    found = {}
    for word, senses in uses.items():
        total, ((kind, offset), count) = sum(senses.values()), max(senses.items(), key=lambda one: one[1])
        if total >= USED and word.isalpha() and len(word) > 2:
            found[word] = Sense(kind, offset, count / total)
    return found


def synsets(wordnet: Path) -> dict[tuple[str, str], Synset]:
    """Each sense by its kind and its place in the file of that kind."""
    found = {}
    for kind, file in FILES.items():
        for line in (wordnet / f"data.{file}").read_text().splitlines():
            if line.startswith(" "):
                continue
            parts = line.partition("|")[0].split()
            count = int(parts[3], 16)
            at = 4 + 2 * count
            pointers = [parts[at + 1 + 4 * i : at + 5 + 4 * i] for i in range(int(parts[at]))]
            found[kind, parts[0]] = Synset(
                tuple(parts[4 + 2 * i].partition("(")[0] for i in range(count)),
                tuple((o, LETTERS[k], int(ends[:2], 16), int(ends[2:], 16)) for s, o, k, ends in pointers if s == "!"),
            )
    return found


def opposites(wordnet: Path) -> Iterator[tuple[float, str, str, str]]:
    """(how rare the word is, word, its opposite, kind) of each pair."""
    from wordfreq import zipf_frequency

    usual, sets = usual_senses(wordnet), synsets(wordnet)
    for word, sense in usual.items():
        synset = sets[sense.kind, sense.offset]
        for offset, kind, here, there in synset.opposites:
            other = sets[kind, offset].words[there - 1]
            same = usual.get(other)
            if synset.words[here - 1] != word or same is None or (same.kind, same.offset) != (kind, offset):
                continue
            often = zipf_frequency(word, "en"), zipf_frequency(other, "en")
            unlike = abs(often[0] - often[1]) > APART or min(often) < COMMON or min(sense.share, same.share) < SHARE
            if not unlike and not {word, other} & LEFT_OUT:
                yield -often[0], word, other, kind
                break


def main() -> None:
    """Print the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wordnet", type=Path, required=True)
    print(HEAD, end="")
    for _, word, other, kind in sorted(opposites(parser.parse_args().wordnet)):
        print(f"{word}\t{other}\t{kind}\tone")


if __name__ == "__main__":
    main()
