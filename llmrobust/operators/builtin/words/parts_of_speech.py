"""Which words are verbs, and the closed classes: enough of English to recognise simple clauses.

Written for llmrobust, Apache-2.0.
"""

from __future__ import annotations

from functools import cache

from llmrobust.operators.builtin.words.morphology import PARTICIPLE, PAST, gerund, participle, past, third_person

_REGULAR_VERBS = """
accept achieve act add admire admit advise afford agree allow amuse announce annoy answer apologize appear appreciate approach argue
arrange arrest arrive ask assume attack attend attract avoid bake beat believe belong blame boil book bore borrow bother brush call
cancel capture care carry cause celebrate challenge change charge chase check cheer choose clean clear climb close collect comfort
compare complain complete concern confuse connect consider consist contain continue control convince cook copy correct count cover
crash create cross cry damage dance decide decorate defeat defend delay deliver demand deny depend describe deserve design destroy
develop die disappear disappoint discover discuss dislike divide double doubt dream dress drop earn edit employ empty encourage end
engage enjoy enter entertain escape examine excite excuse exist expect explain explore express extend fail fascinate fear fetch fill
film finish fix float flow fold follow force form found frighten gain gather glue greet guard guess guide hand handle happen hate heal
heat help hide hire hop hope hug hunt hurry identify ignore imagine impress improve include increase influence inform inspire install
intend interest introduce invent invite involve join joke judge jump kick kill kiss knock label lack land last laugh launch learn like
link list listen live load lock long look love lower maintain manage march mark marry match matter mention miss mix move murder name
need notice obey object observe obtain occur offend offer open order organize own pack paint park pass perform persuade phone pick
place plan plant play please point polish post pour practise praise pray prefer prepare present press pretend prevent print produce
promise protect provide pull punch punish push question race rain raise reach realize receive recognize recommend record reduce refuse
regret reject relax release rely remain remember remind remove rent repair repeat replace reply report request require rescue respect
rest return reveal review ruin rule rush save scare score scream search seem serve settle share shock shout sign signal smell smile
smoke solve sound spoil start state stay step stop study succeed suffer suggest suit supply support suppose surprise surround suspect
talk taste tease test thank tie touch tour train travel treat trick trouble trust try turn type use visit wait walk wander want warn
wash waste watch water welcome whisper wish witness wonder work worry wrap yell
"""
BASES = frozenset((*_REGULAR_VERBS.split(), *PAST)) - {"be"}
AUXILIARIES = frozenset(
    "am is are was were will would can could shall should may might must do does did has have had".split()
)
PRONOUNS = {"i": "me", "he": "him", "she": "her", "we": "us", "they": "them", "who": "whom"}
"""Subject forms and their object forms; it and you are both."""
OBJECT_PRONOUNS = {objective: subject for subject, objective in PRONOUNS.items()}
DETERMINERS = frozenset(
    "the a an this that these those my your his her its our their some any each every no both all one two three four five six seven "
    "eight nine ten several many few most much another either neither what which whose".split()
)
PREPOSITIONS = frozenset(
    "of in on at by for with from to into onto about over under after before during without within through across against among around "
    "behind below beside between beyond despite down inside near off out outside past since toward towards until up upon via like as "
    "than".split()
)
CONJUNCTIONS = frozenset("and or but nor yet so because although though while when if unless since as whereas that which who whom "
                         "whose where why how whether than before after until once".split())  # fmt: skip


@cache
def _forms() -> tuple[dict[str, str], dict[str, str], dict[str, str], dict[str, str]]:
    """From third person, past, participle and gerund to the base."""
    made: tuple[dict[str, str], ...] = ({}, {}, {}, {})
    for verb in sorted(BASES):
        for table, make in zip(made, (third_person, past, participle, gerund), strict=True):
            table.setdefault(make(verb), verb)
    return made[0], made[1], made[2], made[3]


def third_person_of(word: str) -> str | None:
    """The base of a third person singular ("watches"), or None for any other word."""
    return _forms()[0].get(word)


def past_of(word: str) -> str | None:
    """The base of a simple past ("went"), or None for any other word."""
    return _forms()[1].get(word)


def participle_of(word: str) -> str | None:
    """The base of a past participle ("gone"), or None for any other word."""
    return _forms()[2].get(word)


def gerund_of(word: str) -> str | None:
    """The base of a form in -ing, or None for any other word."""
    return _forms()[3].get(word)


def is_base(word: str) -> bool:
    """Whether the word is the base form of a known verb."""
    return word in BASES


__all__ = [
    "AUXILIARIES",
    "BASES",
    "CONJUNCTIONS",
    "DETERMINERS",
    "OBJECT_PRONOUNS",
    "PARTICIPLE",
    "PREPOSITIONS",
    "PRONOUNS",
    "gerund_of",
    "is_base",
    "participle_of",
    "past_of",
    "third_person_of",
]
