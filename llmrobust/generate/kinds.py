"""The kinds of change that a model can be asked for: what it is told, what becomes of the answer, what guards expect.

Sub-types of FLUKE (Otmakhova et al. 2025, arXiv 2504.17311) have its names; red herrings are those of RUPBench (Wang
and Zhao 2024, arXiv 2406.11020); the three grades of context those of Wu et al. 2024 (arXiv 2404.03302);
counterfactual documents those of RbFT (Tu et al. 2025, arXiv 2501.18365). Demonstrations are other examples with their
answers, for prompts that show some.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from llmrobust.errors import WrongUse
from llmrobust.operators.frozen_variants import DEMONSTRATION, FrozenRelation
from llmrobust.text.phrases import unknown_name

Target = Literal["instruction", "input"]
BOTH: tuple[Target, ...] = ("instruction", "input")
VERSION = 1
"""Of the wordings below; they are a part of every frozen variant's record."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change.

    task: what the model is told to write. relation: of the answer. targets: what it can be made of. subtypes: what is
    added to the task for each. ways: what is added in turn, so that several variants differ by design. adds: the model
    writes text that is put before the original, instead of a new text. new_gold: the model also says what the right
    answer becomes. free: what the change may alter although variants usually keep it ("names", "numbers"). length:
    words of the variant as shares of those of the original, lowest and highest. near: the lowest and highest cosine of
    vectors. small: the change may be a single letter, so near-duplicates are fine.
    """

    name: str
    task: str
    relation: FrozenRelation = "same"
    targets: tuple[Target, ...] = ("input",)
    subtypes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    ways: tuple[str, ...] = ("",)
    adds: bool = False
    new_gold: bool = False
    free: frozenset[str] = frozenset()
    length: tuple[float, float] = (0.5, 2.0)
    near: tuple[float, float] = (0.5, 1.0)
    small: bool = False
    hops: bool = False
    prompt: str = ""
    """The text of a prompt file of the user's own; empty for built-in kinds."""
    version: str = str(VERSION)

    def chosen(self, subtype: str) -> Kind:
        """The kind limited to one sub-type. Raises WrongUse for an unknown one."""
        if subtype not in self.subtypes:
            raise WrongUse(f"--kind: {unknown_name(f'sub-type of {self.name}', subtype, list(self.subtypes))}")
        return replace(self, subtypes=MappingProxyType({subtype: self.subtypes[subtype]}))

    def full_name(self, subtype: str) -> str:
        """The kind as frozen files name it."""
        return f"{self.name}.{subtype}" if subtype else self.name


def _sub(**texts: str) -> Mapping[str, str]:
    return MappingProxyType({name.replace("_", "-"): text for name, text in texts.items()})


_REGISTER = (0.4, 2.5)
_SAME = "Its meaning, and the answer that it asks for, must stay exactly the same."
_WAYS = (
    "Change mainly the words.",
    "Change mainly the sentence structure: order of clauses, voice, questions or commands.",
    "Change mainly the register and the point of view.",
)
_CLAIM = "Do not state or hint at an answer to the question, right or wrong."

KINDS: tuple[Kind, ...] = (
    Kind("paraphrase", f"Rewrite the text in other words. {_SAME}", targets=BOTH, ways=_WAYS),
    Kind("formal", f"Rewrite the text in formal English. {_SAME}", targets=BOTH, length=_REGISTER),
    Kind("casual", f"Rewrite the text as somebody writes to a friend. {_SAME}", targets=BOTH, length=_REGISTER),
    Kind("simple", f"Rewrite the text in plain, short sentences. {_SAME}", targets=BOTH, length=_REGISTER),
    Kind("verbose", f"Rewrite the text at about twice its length. {_SAME}", targets=BOTH, length=(1.2, 4.0)),
    Kind(
        "back_translation",
        "Translate the text into another language, and the translation back. "
        "Leave out nothing, add nothing, and answer nothing.",
        targets=BOTH,
        subtypes=_sub(de="German", fr="French", zh="Chinese"),
        hops=True,
        version="2",
    ),
    Kind(
        "typo",
        "Make typing mistakes in one or two words.",
        subtypes=_sub(
            addition="Add a letter.", omission="Leave a letter out.", flipping="Swap two neighbouring letters."
        ),
        small=True,
    ),
    Kind(
        "capitalization",
        "Change nothing but the case of letters.",
        subtypes=_sub(lower="All in lower case.", all_caps="All in capitals.", sponge="rAnDoM cAsE."),
        small=True,
    ),
    Kind(
        "punctuation",
        "Change nothing but the punctuation.",
        subtypes=_sub(addition="Add marks.", replacement="Replace the final mark.", glueing="Join two words."),
        small=True,
    ),
    Kind("derivation", f"Replace a derived word by its simple form, or the other way round. {_SAME}", small=True),
    Kind("compound_word", f"Replace a word or phrase by a compound word, or the other way round. {_SAME}", small=True),
    Kind("active_to_passive", f"Turn active sentences into the passive, or the other way round. {_SAME}"),
    Kind(
        "grammatical_role",
        "Swap the subject and the object of a sentence, or two entities.",
        relation="no-promise",
        new_gold=True,
        small=True,
    ),
    Kind(
        "coordination", f"Join two parts by a coordinating conjunction, or add a coordinate phrase. {_SAME}", small=True
    ),
    Kind(
        "concept",
        f"Replace one concept. {_SAME}",
        subtypes=_sub(
            synonym="By a synonym.",
            hypernym="By a more general or a more special word.",
            nonce="By an invented word that the context explains.",
            idiom="By an idiom or a metaphor.",
        ),
        small=True,
    ),
    Kind(
        "negation",
        "Negate the text, and say what the right answer is then.",
        relation="follows",
        new_gold=True,
        subtypes=_sub(
            verbal="With not or n't at the verb.",
            absolute="With never, nobody, nothing or no.",
            approximate="With hardly, barely, scarcely or seldom.",
            affixal="With un-, in-, dis- or -less.",
            lexical="With a verb or noun that negates, such as fail, refuse or lack.",
            double="Negate twice, so that the meaning stays.",
            removal="Take a negation out of the text.",
        ),
        near=(0.4, 1.0),
        small=True,
    ),
    Kind(
        "discourse",
        "Change how sentences or clauses are linked.",
        subtypes=_sub(
            add="Add a discourse marker such as however.",
            replace="Replace a discourse marker by one of the same meaning.",
            delete="Delete a discourse marker.",
        ),
        small=True,
    ),
    Kind(
        "appraisal",
        "Add a word or phrase of appraisal that does not concern what the answer depends on.",
        subtypes=_sub(positive="A positive one.", negative="A negative one."),
        relation="no-promise",
        new_gold=True,
        small=True,
    ),
    Kind(
        "dialect",
        f"Rewrite the text as speakers of this variety of English write. {_SAME}",
        subtypes=_sub(singlish="Singaporean English.", indian="Indian English.", aave="African American English."),
        length=_REGISTER,
    ),
    Kind("temporal", f"Replace modern words by old-fashioned ones of the same meaning. {_SAME}", small=True),
    Kind(
        "geographical",
        "Replace names of people and places by names from another region of the world. The right answer must stay.",
        free=frozenset({"names"}),
        near=(0.4, 1.0),
    ),
    Kind(
        "length",
        f"Change the length of the text. {_SAME}",
        subtypes=_sub(shorter="Leave out one to three words.", longer="Add two to five words."),
        small=True,
    ),
    Kind(
        "red_herring",
        "Write one or two sentences that would fit before the text, sound relevant and do not change its answer. "
        f"{_CLAIM}",
        adds=True,
        length=(0.0, 4.0),
        near=(0.1, 1.0),
    ),
    Kind(
        "context",
        "Write a short passage (two or three sentences) to be put before the text. The right answer must stay. "
        + _CLAIM,
        adds=True,
        subtypes=_sub(
            unrelated="The passage is about another, named subject of the same kind, and not about that of the text.",
            partial="The passage is about the subject of the text, and says nothing on what is asked.",
            related="The passage links the subject of the text with another, named subject: a trait that both share, "
            "and the fact in question about the other one.",
        ),
        length=(0.0, 12.0),
        near=(0.0, 1.0),
    ),
    Kind(
        "counterfactual",
        "First think of a wrong answer of the same type as the right one. Then rewrite the text, changing as little as "
        "possible, so that it supports the wrong answer. Give the wrong answer as `answer`.",
        relation="same",
        new_gold=True,
        free=frozenset({"names", "numbers", "gold"}),
        near=(0.4, 1.0),
        small=True,
    ),
    Kind(
        DEMONSTRATION,
        "Write another text of the same kind, form and length about something else, to be shown as a solved example. "
        "Give its right answer as `answer`.",
        relation="no-promise",
        new_gold=True,
        ways=("Its right answer is the same.", "Its right answer is another one."),
        free=frozenset({"names", "numbers", "gold", "pieces"}),
        near=(0.1, 0.95),
    ),
    Kind(
        "harder",
        "Rewrite the text so that the answer stays the same and is harder to find: less overlap of words, more steps.",
        length=(0.5, 3.0),
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}
KEEPS_GOLD = ("counterfactual",)
"""Kinds whose `answer` is a wrong one: the right answer must stay in spite of it."""


def chosen_kinds(names: Sequence[str]) -> list[Kind]:
    """The kinds that are named, with or without sub-type ("negation.verbal"). Raises WrongUse."""
    found = []
    for name in names:
        first, dot, subtype = name.partition(".")
        kind = BY_NAME.get(first)
        if kind is None:
            raise WrongUse(
                f"--kind: {unknown_name('kind', first, list(BY_NAME), '`llmrobust generate --list` shows all')}"
            )
        found.append(kind.chosen(subtype) if dot else kind)
    return found
