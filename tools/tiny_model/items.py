"""Single questions with their gold answers, before anything is decided about how they are written down."""

from dataclasses import dataclass, replace

from tools.tiny_model.draw import Draw
from tools.tiny_model.words import (
    ADVERBS,
    ASPECTS,
    BAD,
    BAD_VERBS,
    CLUTTER,
    GOOD,
    GOOD_VERBS,
    IRRELEVANT,
    NAMES,
    RELATIONS,
    REVIEW_FILLER,
    REVIEW_FORMS,
    THINGS,
    TICKET_FILLER,
    TICKET_FORMS,
    TICKET_SLOTS,
    Relation,
)

TASKS = ("sentiment", "triage", "extraction", "boolean", "choice")
LABELS: dict[str, tuple[str, ...]] = {
    "sentiment": ("positive", "negative"),
    "triage": ("billing", "bug", "praise"),
    "boolean": ("true", "false"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement about a person: ``Fact("Anna", "city", "Paris")``."""

    person: str
    relation: str
    value: str


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its gold answer.

    first: review, ticket or context; second: question or statement, empty where the task has none;
    answer: the label or the value; for ``choice`` the value, which is one of ``options``.
    subject: the thing that a review names first, or its aspect where it names no thing; empty in other tasks.
    facts: what the context says; asked: the fact that the question or statement is about (as the statement puts it).
    """

    task: str
    first: str
    answer: str
    second: str = ""
    options: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    asked: Fact | None = None
    subject: str = ""


def make_item(task: str, draw: Draw, *, facts: tuple[int, int] = (1, 4), options: int = 3) -> Item:
    """A new item of the task. facts: least and greatest number of facts; options: number of options of a choice."""
    if task == "sentiment":
        return _review(draw)
    if task == "triage":
        return _ticket(draw)
    return _over_facts(task, draw, facts[0] + draw.below(facts[1] - facts[0] + 1), options)


def another_over(item: Item, draw: Draw, *, options: int = 3) -> Item:
    """A further question of the same task over the same facts."""
    return _ask(item.task, draw, item.facts, item.first, options)


def with_irrelevant(item: Item, draw: Draw, count: int, pool: tuple[str, ...] = IRRELEVANT) -> Item:
    """The item with ``count`` sentences that say nothing about the answer before or after its first field."""
    first = item.first
    for sentence in draw.sample(pool, count):
        first = f"{sentence} {first}" if draw.chance(0.5) else f"{first} {sentence}"
    return replace(item, first=first)


def cluttered(item: Item, draw: Draw) -> Item:
    """The item with words without a meaning beside its first field or, where a label is asked for, in its place.

    Such words alone say nothing, so the label is chance: the model learns to answer with a label all the same.
    """
    labels = LABELS.get(item.task, ())
    if item.facts or draw.chance(0.3):
        parts = [item.first, *(_babble(draw) for _ in range(1 + draw.below(2)))]
        return replace(item, first=" ".join(draw.shuffled(parts)))
    said = " ".join(_babble(draw) for _ in range(1 + draw.below(3)))
    return replace(item, first=said, answer=draw.choice(labels))


def _babble(draw: Draw) -> str:
    words = []
    for _ in range(3 + draw.below(10)):
        kind = draw.below(4)
        if kind == 0:
            words.append("".join(draw.choice("aeiourstlnmpdchgbkfvwyz") for _ in range(2 + draw.below(8))))
        elif kind == 1:
            words.append(draw.choice((*NAMES, *THINGS, *ASPECTS)))
        else:
            words.append(draw.choice(CLUTTER))
        if draw.chance(0.12):
            words[-1] += ","
    return " ".join(words).capitalize() + draw.choice(".....!?;")


def relation_named(name: str) -> Relation:
    """The relation of that name."""
    return next(relation for relation in RELATIONS if relation.name == name)


def _review(draw: Draw) -> Item:
    label = draw.choice(LABELS["sentiment"])
    adjectives, verbs = (GOOD, GOOD_VERBS) if label == "positive" else (BAD, BAD_VERBS)
    sentences = []
    subject = ""
    for form in draw.sample(REVIEW_FORMS, 1 + draw.below(2)):
        words = {
            "thing": draw.choice(THINGS),
            "aspect": draw.choice(ASPECTS),
            "adverb": draw.choice(ADVERBS),
            "adjective": draw.choice(adjectives),
            "verb": draw.choice(verbs),
        }
        sentences.append(form.format(**words))
        subject = subject or words["thing" if "{thing}" in form else "aspect"]
    return Item("sentiment", _with_filler(sentences, draw, REVIEW_FILLER), label, subject=subject)


def _ticket(draw: Draw) -> Item:
    label = draw.choice(LABELS["triage"])
    count = 2 if draw.chance(0.2) else 1
    sentences = []
    for form in draw.sample(TICKET_FORMS[label], count):
        sentences.append(form.format(**{slot: draw.choice(values) for slot, values in TICKET_SLOTS.items()}))
    return Item("triage", _with_filler(sentences, draw, TICKET_FILLER), label)


def _with_filler(sentences: list[str], draw: Draw, fillers: tuple[str, ...]) -> str:
    if draw.chance(0.15):
        filler = draw.choice(fillers)
        sentences = [filler, *sentences] if draw.chance(0.6) else [*sentences, filler]
    return " ".join(sentences)


def _over_facts(task: str, draw: Draw, count: int, options: int) -> Item:
    facts = _facts(draw, count)
    first = " ".join(
        draw.choice(relation_named(fact.relation).facts).format(n=fact.person, v=fact.value) for fact in facts
    )
    return _ask(task, draw, facts, first, options)


def _facts(draw: Draw, count: int) -> tuple[Fact, ...]:
    """Facts about different people, of different kinds as long as there are any, so that the kind tells the fact."""
    people = draw.sample(NAMES, count)
    relations = draw.sample(RELATIONS, count)
    relations += [draw.choice(RELATIONS) for _ in range(count - len(relations))]
    return tuple(
        Fact(person, relation.name, draw.choice(relation.values))
        for person, relation in zip(people, relations, strict=True)
    )


def _ask(task: str, draw: Draw, facts: tuple[Fact, ...], first: str, options: int) -> Item:
    fact = draw.choice(facts)
    relation = relation_named(fact.relation)
    if task == "boolean":
        label = draw.choice(LABELS["boolean"])
        said = fact if label == "true" else Fact(fact.person, fact.relation, _others(fact, relation, draw, 1)[0])
        statement = draw.choice(relation.facts).format(n=said.person, v=said.value)
        return Item(task, first, label, statement, (), facts, said)
    question = draw.choice(relation.questions).format(n=fact.person)
    listed: tuple[str, ...] = ()
    if task == "choice":
        listed = tuple(draw.shuffled([fact.value, *_others(fact, relation, draw, options - 1)]))
    return Item(task, first, fact.value, question, listed, facts, fact)


def _others(fact: Fact, relation: Relation, draw: Draw, count: int) -> list[str]:
    """Wrong values of the fact's kind, which nobody in the context has."""
    return draw.sample([value for value in relation.values if value != fact.value], count)
