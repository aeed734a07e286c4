"""Finds the people whom a text names: by lists of given names, by titles, and by what only a person does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from llmrobust.operators.builtin.values.names import (
    CITIES,
    COMMUNITIES,
    COUNTRIES,
    FEMALE,
    KNOWN_ORGANISATIONS,
    MALE,
    SURNAMES,
    UNISEX,
    Role,
)
from llmrobust.operators.builtin.words.parts_of_speech import AUXILIARIES, past_of, third_person_of
from llmrobust.operators.editing.protected_text import free_stretches
from llmrobust.operators.lexicons import LazyMapping, read_lexicon

WORDS = "llmrobust.operators.builtin.words"
"""The package with the list of common nouns."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a person in a text: what kind of name, and the region that it is usual in."""

    role: Role
    region: str


@dataclass(frozen=True, slots=True)
class _Mention:
    word: str
    text: str
    start: int
    end: int

    @property
    def before(self) -> str:
        """The word before, as it is written; "" after a mark, or at the start."""
        found = re.search(r"([\w'’.-]+)[ \n]\Z", self.text[: self.start])
        return found[1] if found else ""

    @property
    def after(self) -> str:
        """The word after, as it is written; "" before a mark, or at the end."""
        found = re.match(r" ([\w'’-]+)", self.text[self.end :])
        return found[1] if found else ""

    @property
    def opens(self) -> bool:
        """Whether it begins a sentence."""
        return re.search(r"(?:\A|[.!?:\n][\"”’)]*\s*|[\"“(]\s*)\Z", self.text[: self.start]) is not None

    @property
    def owns(self) -> bool:
        """Whether it is a possessive."""
        return re.match(r"['’]s\b|(?<=s)['’](?!\w)", self.text[self.end :]) is not None


def _given() -> dict[str, tuple[Role, str, bool]]:
    known: dict[str, tuple[Role, str, bool]] = {}
    for name, gender, region, word in read_lexicon(__package__, "given_names"):
        known[name] = (gender, region, word == "word")  # type: ignore[assignment]
    pools: tuple[tuple[Role, Mapping[str, Sequence[str]]], ...] = (("f", FEMALE), ("m", MALE), ("u", UNISEX))
    for role, names in pools:
        for region, list_ in names.items():
            for name in list_:
                known[name] = (role, region, known.get(name, (role, region, False))[2])
    return known


GIVEN: Mapping[str, tuple[Role, str, bool]] = LazyMapping(_given)
"""From a given name to its gender, its region, and whether it is a word of everyday English too."""


def pronoun_of(name: str) -> str | None:
    """ "she" or "he", for somebody with this given name; None where the name is unknown, or of both."""
    known = GIVEN.get(name)
    return None if known is None else {"f": "she", "m": "he"}.get(known[0])


_SURNAMES = LazyMapping(
    lambda: {
        **{name: region for region, several in COMMUNITIES.items() for one in several for name in one["surname"]},
        **{name: region for region, names in SURNAMES.items() for name in names},
    }
)
_COMMON_NOUNS = LazyMapping(lambda: {row[0]: True for row in read_lexicon(WORDS, "common_nouns")})
_ELSEWHERE = LazyMapping(
    lambda: {
        word: True
        for table in (CITIES, COUNTRIES, KNOWN_ORGANISATIONS)
        for names in table.values()
        for name in names
        for word in name.split()
    }
)
"""Words of the names of places and organisations."""
_CAPITAL = re.compile(r"(?<![\w'’.@/-])[A-ZÀ-Þ](?:[a-zß-ÿ]+(?:[A-Z][a-z]+)?|[a-z]*)(?:-[A-Z][a-zß-ÿ]+)?(?![\w@/]|-\w)")
_TITLE = re.compile(
    r"(?:Dr|Mr|Mrs|Ms|Prof|Mx|Rev|Sgt|Capt|Lt|Col|Gen)\.?|Miss|Professor|Doctor|Captain|Detective|Officer|Coach|Judge|Nurse|Sir|Lady"
)
_KIN = frozenset("Aunt Uncle Grandma Grandpa Cousin Auntie Granny Sister Brother".split())
_OF_PLACES = frozenset("in at near to from outside around via visit visited visiting toward towards".split())
_PLACE_AFTER = frozenset(
    "Point Memorial State Area Cemetery Village Township Arbor Street Avenue Road Lane Drive Boulevard School "
    "University College Hotel Park River Lake Bay Island Islands County City Beach Hill Hills Mountain "
    "Mountains Airport Station Hospital Museum Bridge Square Church Theatre Theater Corporation Inc Ltd "
    "Company Foundation Award Prize Day Falls Springs Valley Elementary High Middle Cathedral Palace".split()
)
_PLACE_BEFORE = frozenset(
    "Mount Lake Fort Nova Saint San Santa Saint St. Los Las New North South East West Port Cape El Queen King "
    "Pope the The".split()
)
_SITE = re.compile(rf"(?:['’]s?)?(?: [A-Z][\w’']*){{0,2}} (?:{'|'.join(sorted(_PLACE_AFTER))})\b")
"""What follows the first word of the name of a site: "Morgan's Point", "Elkin Memorial Park"."""
_COUNTRIES = LazyMapping(lambda: dict.fromkeys((name for names in COUNTRIES.values() for name in names), True))
_PEOPLE_TOO = frozenset("Jordan Chad Georgia Kenya India Israel".split())
"""Countries that are given names too."""
_NO_NAMES = frozenset(
    "Nova Cal I The A An And But Or If So As At In On To Of By For From With This That These Those There Here It He "
    "She We You They His Her Its Their My Our Your What When Where Who Why How Which Whose January February "
    "March April May June July August September October November December Monday Tuesday Wednesday Thursday "
    "Friday Saturday Sunday English French German Spanish Chinese American British Christmas Easter Halloween "
    "Thanksgiving God Internet Earth Mars Moon Sun Mom Dad Grandma Grandpa Mother Father Each Every All Some "
    "Most Many Both Another Then Now Today Yesterday Tomorrow After Before While Because Since Until Although "
    "However Also Only Not No Yes Please One Two Three Four Five Six Seven Eight Nine Ten Half Twice Once "
    "Later Next First Last Everyone Everybody Someone Nobody Nothing Something Dr Mr Mrs Ms Prof Santa Lego "
    "Text Question Answer Let Given Suppose Calculate Find Write Tell Give Is Are Was Were Do Does Did Can "
    "Could Would Will Should Has Have Had".split()
)
_LEGENDS = frozenset(
    "Krishna Shiva Vishnu Brahma Rama Sita Hanuman Ganesha Arjuna Draupadi Rukmini Indra Durga Kali Zeus Hera "
    "Apollo Athena Poseidon Hades Hermes Ares Aphrodite Artemis Hercules Heracles Achilles Odysseus Ulysses "
    "Orpheus Prometheus Jupiter Juno Minerva Neptune Thor Odin Loki Freya Ra Osiris Anubis Horus Jesus Moses "
    "Buddha Muhammad Allah Yahweh Satan Merlin Lancelot Guinevere Beowulf Gilgamesh Cupid Dracula Frankenstein "
    "Batman Superman".split()
)
"""Gods, prophets and heroes of legend, who are moved to no other region."""
_OF_A_NAME = re.compile(r"[A-Z][\w’']* of (?:the )?\Z")
"""What a word is a part of a name after: "Statue of Liberty"."""
_LINES = frozenset("Line Lines Railroad Railway Aston".split())
"""What looks like a family name beside the given one in a name of something else."""
_GIVES = re.compile(
    r"\b(?:g[ia]ves?|giving|given|shows?|showed|tells?|told|said|says|speaks?|spoke|writes?|wrote)\b[^.?!,]* to \Z"
)
_BESIDE_PEOPLE = frozenset(
    "than save leave tell ask help marry meet kill love hate follow join let tells told asks asked helps "
    "helped loves loved marries married met meets kills killed gave gives brother sister friend partner uncle "
    "aunt cousin husband wife son daughter mother father with".split()
)
_SHE = re.compile(
    r"\b(?:she|her|hers|herself|girl|woman|wife|mother|mom|daughter|sister|niece|aunt|grandma)\b", re.IGNORECASE
)
_SHE_ITSELF = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_HE_ITSELF = re.compile(r"\b(?:he|his|himself)\b", re.IGNORECASE)
_HE = re.compile(
    r"\b(?:he|him|his|himself|boy|man|husband|father|dad|son|brother|nephew|uncle|grandpa)\b", re.IGNORECASE
)


def people_of(texts: Sequence[str]) -> dict[str, Name]:
    """The names of people in texts, in reading order; of words that are something else too, those that surely are."""
    mentions = [mention for text in texts for mention in _capitals(text)]
    by_word: dict[str, list[_Mention]] = {}
    for mention in mentions:
        by_word.setdefault(mention.word, []).append(mention)
    found: dict[str, Name] = {}
    whole = "\n".join(texts)
    for word, said in by_word.items():
        name = _read(word, said, whole, by_word)
        if name is not None:
            found[word] = name
    follow = {word: {one.after for one in said if one.after[:1].isupper()} for word, said in by_word.items()}
    for mention in mentions:
        known = found.get(mention.before)
        if (
            known is not None
            and len(follow[mention.before]) == 1
            and known.role != "surname"
            and mention.word not in found
            and _may_be_a_surname(mention)
        ):
            found[mention.word] = Name("surname", _SURNAMES.get(mention.word, known.region))
    return {word: found[word] for word in by_word if word in found}


def besides(texts: Sequence[str], people: Mapping[str, Name]) -> dict[str, Name] | None:
    """Whom texts name besides these people, by words that may be something else; None where that is not to be told.

    Gods, prophets and heroes of legend have no others for them, nor has a name of which a part would stay: None too.
    """
    found: dict[str, Name] = {}
    for mention in (mention for text in texts for mention in _capitals(text)):
        word, known = mention.word, GIVEN.get(mention.word)
        if word in _LEGENDS or (word in people and (word in _LINES or _goes_on(mention, people))):
            return None
        if word in people or word in found or word in _NO_NAMES or len(word) < 3 or word.isupper():
            continue
        beside = mention.before in people or mention.before in _KIN or mention.after in people
        full = mention.opens and mention.after[:1].isupper() and not mention.after.endswith("ing")
        if (known is not None and (beside or full or _has_done(mention.before))) or mention.before in _KIN:
            return None
        if word in _ELSEWHERE or mention.before in _PLACE_BEFORE or _SITE.match(mention.text, mention.end):
            continue
        if known is not None and (not mention.opens or _acts(mention) or _does(mention)):
            found[word] = Name(known[0], known[1])
        elif known is None and _spoken_of(mention):
            return None
    return found


def all_by_given_names(texts: Sequence[str], people: Mapping[str, Name]) -> bool:
    """Whether each of these people goes by a usual given name: none by a surname alone, or a name of no list.

    Nor by two spellings of one name: "Phillip" and "Philip".
    """
    if len({re.sub(r"(.)\1", r"\1", name) for name in people}) < len(people):
        return False
    for mention in (mention for text in texts for mention in _capitals(text) if mention.word in people):
        named = mention.before in people or _TITLE.fullmatch(mention.before) is not None
        if people[mention.word].role == "surname":
            if not named:
                return False
        elif mention.word not in GIVEN:
            return False
    return True


def _goes_on(mention: _Mention, people: Mapping[str, Name]) -> bool:
    """Whether a name has a further part that is not known: "Van Damme", "Miguel de Icaza"."""
    after = mention.after
    part = after[:1].isupper() and after not in people and after not in _NO_NAMES and not after.isupper()
    return part or after in ("de", "van", "von", "der", "al", "bin", "du", "della")


def _has_done(word: str) -> bool:
    """Whether a word before a name is a verb with it as its object: "hired Jose"."""
    if word in _OF_PLACES or word in AUXILIARIES:
        return False
    return bool(past_of(word) or third_person_of(word)) or re.fullmatch(r"[a-z]{3,}ed", word) is not None


def _spoken_of(mention: _Mention) -> bool:
    """Whether a name of no list is one of a person: "than Monic, who", "brother Moe", "Corday stabbed"."""
    if mention.word.lower() in _COMMON_NOUNS or mention.word.endswith("s") or mention.before in _OF_PLACES - {"to"}:
        return False
    if mention.before == "to":
        return _GIVES.search(mention.text[: mention.start]) is not None
    beside = mention.before in _BESIDE_PEOPLE or re.match(r", who\b", mention.text[mention.end :]) is not None
    acts = bool(past_of(mention.after) or third_person_of(mention.after)) or mention.after in AUXILIARIES
    plain = mention.before[:1].islower() and not mention.before.endswith("'s")
    said = (beside or _has_done(mention.before)) and plain
    return said or ((acts or _does(mention)) and mention.before.lower() not in ("the", "a", "an"))


def _does(mention: _Mention) -> bool:
    """Whether something that looks like a past tense follows: "Bob sued", "Corday fatally stabbed"."""
    found = re.match(r" (?:[a-z]+ly )?([a-z]+)\b", mention.text[mention.end :])
    verb = found[1] if found is not None else ""
    return bool(third_person_of(verb)) or re.fullmatch(r"[a-z]{2,}ed|beat|met|led|sold", verb) is not None


def _capitals(text: str) -> Iterator[_Mention]:
    for start, end in free_stretches(text):
        for found in _CAPITAL.finditer(text, start, end):
            yield _Mention(found[0], text, found.start(), found.end())


def _read(word: str, said: Sequence[_Mention], whole: str, others: Mapping[str, object]) -> Name | None:
    titled = [mention for mention in said if _TITLE.fullmatch(mention.before)]
    if titled and word not in _NO_NAMES:
        return Name("surname", _SURNAMES.get(word, "western"))
    if any(_in_a_title(mention) or _OF_A_NAME.search(mention.text[: mention.start]) for mention in said):
        return None
    if word in _NO_NAMES or any(_SITE.match(mention.text, mention.end) for mention in said):
        return None
    if any(mention.before in _PLACE_BEFORE and not mention.before.islower() for mention in said):
        return None
    kin = any(mention.before in _KIN for mention in said)
    known = GIVEN.get(word)
    surely = kin or any(map(_acts, said))
    if known is None:
        return _unlisted(word, said, whole) if surely and word not in _ELSEWHERE and word not in _SURNAMES else None
    role, region, is_word = known
    if word in _COUNTRIES and word not in _PEOPLE_TOO:
        return None
    if all(_is_only_a_name(mention.before) for mention in said):
        return Name("surname", _SURNAMES.get(word, region))
    after_the = any(mention.before.lower() in ("the", "a", "an", "this") for mention in said)
    if after_the or (word in _ELSEWHERE and (not surely or any(one.before.lower() in _OF_PLACES for one in said))):
        return None
    if is_word and not surely and not any(_named_inside(mention) for mention in said):
        return None
    if is_word and re.search(rf"(?<!\w){word.lower()}(?!\w)", whole):
        return None
    if word in _SURNAMES and any(GIVEN.get(mention.before) and not mention.opens for mention in said):
        return None
    alone = len([one for one in others if one in GIVEN]) == 1
    own = next((gender for mention in said if (gender := _told_gender(mention)) is not None), None)
    return Name(own or _gender(role, whole[whole.find(word) :], alone=alone), region)


def _told_gender(mention: _Mention) -> Role | None:
    """The gender that pronouns after a name tell, in a sentence that names nobody else."""
    rest = re.split(r"(?<=[.!?])\s", mention.text[mention.end :], maxsplit=1)[0]
    before = re.split(r"[.!?]\s", mention.text[: mention.start])[-1]
    if any(word in GIVEN for word in _CAPITAL.findall(before + " " + rest)):
        return None
    she, he = _SHE_ITSELF.search(rest), _HE_ITSELF.search(rest)
    return None if bool(she) == bool(he) else "f" if she else "m"


def _is_only_a_name(word: str) -> bool:
    """Whether a word is a given name and nothing else."""
    known = GIVEN.get(word)
    return known is not None and not known[2] and word not in _NO_NAMES


def _acts(mention: _Mention) -> bool:
    """Whether it does or owns something, as people do."""
    after = mention.after
    if not after or after != after.lower():
        return mention.owns
    return (
        after in AUXILIARIES
        or bool(third_person_of(after) or past_of(after))
        or after.endswith("n't")
        or after == "and"
    )


def _named_inside(mention: _Mention) -> bool:
    """Whether it has its capital inside a sentence, and not in a row of capitals such as a title."""
    return not mention.opens and mention.before == mention.before.lower() and mention.after == mention.after.lower()


def _in_a_title(mention: _Mention) -> bool:
    """Whether it stands among other words with capitals that are no names, as in "The Real Live Brady Bunch"."""
    before, after = mention.before, mention.after
    if not (before[:1].isupper() and after[:1].isupper()) or before.endswith("."):
        return False
    fine = (GIVEN, _SURNAMES, _NO_NAMES, _KIN)
    named = any(before in known for known in fine) or _TITLE.fullmatch(before) is not None
    return not named and after not in _SURNAMES and after not in GIVEN and after not in _NO_NAMES


def _unlisted(word: str, said: Sequence[_Mention], whole: str) -> Name | None:
    """A name of no list, where people speak of it more than once, or go on with she or he, and pronouns agree."""
    inside = [mention for mention in said if _named_inside(mention) and mention.before.lower() not in _OF_PLACES]
    if re.search(rf"(?<!\w)(?:the|a|an) {word}(?!\w)", whole, re.IGNORECASE):
        return None
    if re.search(rf"(?<!\w){word.lower()}(?!\w)", whole) or word.lower() in _COMMON_NOUNS or len(word) < 4:
        return None
    gender = _gender("u", whole, alone=True)
    if len(said) >= 2 and inside:
        told = gender != "u" or not (_SHE_ITSELF.search(whole) or _HE_ITSELF.search(whole))
        return Name(gender, "western") if told else None
    goes_on = any(re.search(r"[.!?]\s+(?:He|She|His|Her)\b", mention.text[mention.end :]) for mention in said)
    sure = gender != "u" and goes_on and all(mention.opens and _acts(mention) for mention in said)
    return Name(gender, "western") if sure and word[-1:] not in "s" else None


def _gender(role: Role, whole: str, *, alone: bool) -> Role:
    """The gender that pronouns tell: of a name that both have, and of the only name in a text."""
    if role == "u":
        she, he = len(_SHE.findall(whole)), len(_HE.findall(whole))
    else:
        she, he = (len(one.findall(whole)) if alone else 0 for one in (_SHE_ITSELF, _HE_ITSELF))
    return "f" if she and not he else "m" if he and not she else role


def _may_be_a_surname(mention: _Mention) -> bool:
    return (
        mention.word not in _NO_NAMES
        and mention.word not in _PLACE_AFTER
        and mention.after not in _PLACE_AFTER
        and len(mention.word) > 1
        and not mention.opens
    )
