"""Forms of English words: plurals, verb forms, and back.

Rules of regular spelling and a table of irregular words, written for llmrobust, Apache-2.0. Functions take and give
lower case. They say what a form would be, not whether a word is a verb or a noun: that is the lexicon's.
"""

from __future__ import annotations

import re
from types import MappingProxyType

_IRREGULAR_VERBS = """
be was been|become became become|begin began begun|bend bent bent|bet bet bet|bite bit bitten|bleed bled bled
blow blew blown|break broke broken|breed bred bred|bring brought brought|broadcast broadcast broadcast|build built built
burst burst burst|buy bought bought|cast cast cast|catch caught caught|choose chose chosen|cling clung clung
come came come|cost cost cost|creep crept crept|cut cut cut|deal dealt dealt|dig dug dug|do did done|draw drew drawn
drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed fed|feel felt felt|fight fought fought
find found found|fit fit fit|flee fled fled|fling flung flung|fly flew flown|forbid forbade forbidden
foresee foresaw foreseen|forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|get got got
give gave given|go went gone|grind ground ground|grow grew grown|hang hung hung|have had had|hear heard heard
hide hid hidden|hit hit hit|hold held held|hurt hurt hurt|keep kept kept|kneel knelt knelt|know knew known|lay laid laid
lead led led|leave left left|lend lent lent|let let let|lie lay lain|light lit lit|lose lost lost|make made made
mean meant meant|meet met met|mistake mistook mistaken|overcome overcame overcome|pay paid paid|prove proved proven
put put put|quit quit quit|read read read|ride rode ridden|ring rang rung|rise rose risen|run ran run|say said said
see saw seen|seek sought sought|sell sold sold|send sent sent|set set set|sew sewed sewn|shake shook shaken
shine shone shone|shoot shot shot|show showed shown|shrink shrank shrunk|shut shut shut|sing sang sung|sink sank sunk
sit sat sat|sleep slept slept|slide slid slid|speak spoke spoken|spend spent spent|spin spun spun|split split split
spread spread spread|spring sprang sprung|stand stood stood|steal stole stolen|stick stuck stuck|sting stung stung
strike struck struck|strive strove striven|swear swore sworn|sweep swept swept|swim swam swum|swing swung swung
take took taken|teach taught taught|tear tore torn|tell told told|think thought thought|throw threw thrown
undergo underwent undergone|understand understood understood|undertake undertook undertaken|upset upset upset
wake woke woken|wear wore worn|weave wove woven|weep wept wept|win won won|wind wound wound|withdraw withdrew withdrawn
write wrote written|rewrite rewrote rewritten|outdo outdid outdone|undo undid undone|overhear overheard overheard
"""
_IRREGULAR_PLURALS = """
man men|woman women|child children|person people|foot feet|tooth teeth|goose geese|mouse mice|ox oxen|wife wives
life lives|knife knives|leaf leaves|half halves|shelf shelves|wolf wolves|thief thieves|loaf loaves|self selves
calf calves|scarf scarves|analysis analyses|crisis crises|thesis theses|basis bases|hypothesis hypotheses
criterion criteria|phenomenon phenomena|potato potatoes|tomato tomatoes|hero heroes|echo echoes|volcano volcanoes
sheep sheep|fish fish|deer deer|series series|species species|aircraft aircraft
"""
_DOUBLING = frozenset(
    "admit commit control forget begin occur prefer refer regret submit permit plan stop drop rob rub beg bag chat chop clap "
    "clip cut dig dip drag drip drum fan fit flip get grab grin grip hit hop hug jog knit knot let log map mop nod pat pet "
    "pin plot plug pop put quit rip rob run set shop shut sin sip sit skip slam slap slip snap spin spit spot step stir swim "
    "swap tap tip top trap trim trip wag wet whip win wrap zip ban bar bet brag cram dim equip fog gossip hum jam kidnap lap "
    "mob mug nap net omit pad patrol plod propel prod rebel rip rot sag scan scar scrap scrub shed ship shrug skim slit sob "
    "split squat stab star strip sum tag tan thin throb tug upset wed".split()
)
"""Verbs whose last consonant doubles before -ed and -ing."""


def _table(text: str) -> list[list[str]]:
    return [entry.split() for entry in text.replace("\n", "|").split("|") if entry.strip()]


PAST = MappingProxyType({base: past for base, past, _ in _table(_IRREGULAR_VERBS)})
PARTICIPLE = MappingProxyType({base: participle for base, _, participle in _table(_IRREGULAR_VERBS)})
_BASES = {form: base for base, past, participle in _table(_IRREGULAR_VERBS) for form in (past, participle)}
_BASES |= {"is": "be", "are": "be", "am": "be", "were": "be", "being": "be", "has": "have", "does": "do", "goes": "go",
           "says": "say", "lying": "lie", "dying": "die", "tying": "tie"}  # fmt: skip
PLURALS = MappingProxyType(dict(_table(_IRREGULAR_PLURALS)))
_SINGULARS = {many: one for one, many in PLURALS.items()}


def plural(noun: str) -> str:
    """The plural: "wives", "boxes", "cities"."""
    if noun in PLURALS:
        return PLURALS[noun]
    return _with_s(noun)


def singular(noun: str) -> str:
    """The singular of a plural; other words as they are."""
    if noun in _SINGULARS:
        return _SINGULARS[noun]
    if noun in PLURALS or noun.endswith(("ss", "us", "is")) or not noun.endswith("s") or len(noun) < 4:
        return noun
    return _without_s(noun)


def third_person(verb: str) -> str:
    """The form after he, she, it: "watches", "has"."""
    known = {"be": "is", "have": "has", "do": "does", "go": "goes"}
    return known.get(verb) or _with_s(verb)


def past(verb: str) -> str:
    """The simple past: "went", "stopped", "tried"."""
    return PAST.get(verb) or regular_past(verb)


def participle(verb: str) -> str:
    """The past participle: "gone", "stopped"."""
    return PARTICIPLE.get(verb) or regular_past(verb)


def gerund(verb: str) -> str:
    """The form in -ing: "making", "stopping", "lying"."""
    if verb == "be":
        return "being"
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    return _doubled(verb) + "ing"


def base(verb: str) -> str:
    """The base of a verb form, by the table and by regular spelling: "went" -> "go", "tries" -> "try".

    A regular form is undone without a dictionary, so that "hoping" gives "hope" and "hopping" "hop", but a stem that
    could end in a silent e or not is a guess; `bases` gives all of them.
    """
    return bases(verb)[0]


def bases(verb: str) -> list[str]:
    """The possible bases of a verb form, the likeliest first."""
    if verb in _BASES:
        return [_BASES[verb]]
    for ending in ("ing", "ed"):
        if verb.endswith(ending) and len(verb) > len(ending) + 1:
            stem = verb[: -len(ending)]
            if not re.search("[aeiouy]", stem):
                return [verb]
            if ending == "ed" and stem.endswith("i"):
                return [f"{stem[:-1]}y"]
            if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "lsfz":
                return [stem[:-1], stem]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                return [stem, stem[:-1]]
            silent = re.search(r"(?:[^aeiou][aeiou][^aeiouwxyn]|[csvuz]|[bdfgkpt]l|ng|[^aeiou]an|rg|ur|in|at)\Z", stem)
            return [f"{stem}e", stem] if silent else [stem, f"{stem}e"]
    if verb.endswith("s") and not verb.endswith("ss") and len(verb) > 3:
        return [_without_s(verb)]
    return [verb]


def article(word: str) -> str:
    """ "a" or "an", as the word begins."""
    lower = word.lower()
    if re.match(r"(?:uni(?!n|m)|use|usu|eu|one\b|once|ubiq|ut[ei])", lower):
        return "a"
    if re.match(r"(?:hour|honest|honou?r|heir)", lower):
        return "an"
    return "an" if lower[:1] in "aeiou" else "a"


def _with_s(word: str) -> str:
    if re.search(r"[^aeiou]y\Z", word):
        return f"{word[:-1]}ies"
    if re.search(r"(?:s|x|z|ch|sh)\Z", word):
        return f"{word}es"
    return f"{word}s"


def _without_s(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if re.search(r"(?:ss|x|zz|ch|sh)es\Z", word):
        return word[:-2]
    return word[:-1]


def regular_past(verb: str) -> str:
    """The past by the rule, also of an irregular verb: "stopped", "tried", "goed"."""
    if verb.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y\Z", verb):
        return f"{verb[:-1]}ied"
    return _doubled(verb) + "ed"


def _doubled(verb: str) -> str:
    return verb + verb[-1] if verb in _DOUBLING else verb
