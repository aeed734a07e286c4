"""Prompts with gold answers for the tiny model: a pure, seeded stream that does not repeat itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.tiny_model.draw import Draw
from tools.tiny_model.items import TASKS, Item, another_over, make_item, with_irrelevant
from tools.tiny_model.layouts import CASINGS, LOOKUP, SYSTEMS, TEXT_CHOICE, WORDINGS, Layout, trained_layout
from tools.tiny_model.words import RELATIONS

END = "</s>"
SYSTEM, USER, ASSISTANT = "<|system|>", "<|user|>", "<|assistant|>"


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt and the answer that is right for it. text ends with the output field's descriptor (``Answer:``)."""

    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class Voice:
    """The words around an item: instruction (may be empty) and the descriptors of its fields."""

    instruction: str
    first: str
    second: str
    answer: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What the generator draws from at one time of the training. Shares are in the order of ``TASKS``.

    in_full, lookup: shares of the choices whose answer is the option's text, or that ask for the mark of a given text.
    """

    shares: tuple[float, float, float, float, float] = (0.10, 0.12, 0.20, 0.26, 0.32)
    facts: tuple[int, int] = (1, 4)
    two_options: float = 0.12
    in_full: float = 0.04
    lookup: float = 0.08
    plain: float = 0.25
    typo: float = 0.05
    irrelevant: float = 0.06


FULL = Stage()
CURRICULUM: tuple[tuple[float, Stage], ...] = (
    (0.25, Stage((0.05, 0.07, 0.28, 0.25, 0.35), (1, 2), 0.5, 0.1, 0.5, 0.8, 0.0, 0.0)),
    (0.60, Stage((0.06, 0.08, 0.20, 0.26, 0.40), (1, 3), 0.3, 0.1, 0.3, 0.6, 0.0, 0.0)),
)


def stage_at(progress: float) -> Stage:
    """The stage of the curriculum at a point of the training, 0 being its start and 1 its end."""
    for until, stage in CURRICULUM:
        if progress < until:
            return stage
    return FULL


def voice(task: str, instruction: str | None = None) -> Voice:
    """The first trained wording and descriptors of the task, or these descriptors with another instruction."""
    words = WORDINGS[task]
    return Voice(
        words.trained[0] if instruction is None else instruction,
        words.fields[0],
        words.second[0] if words.second else "",
        words.answer[0],
    )


def trained_voice(task: str, draw: Draw) -> Voice:
    """A wording of the task from the training distribution."""
    words = WORDINGS[task]
    usual = draw.chance(0.75)
    return Voice(
        draw.choice(words.trained),
        words.fields[0] if usual else draw.choice(words.fields),
        words.second[0] if words.second else "",
        words.answer[0] if usual else draw.choice(words.answer),
    )


def write(item: Item, layout: Layout, words: Voice, *, in_full: bool = False) -> Question:
    """The prompt of an item in a layout and wording.

    in_full: the answer to a choice is the option's text, not its mark.
    """
    case = CASINGS[layout.casing]

    def field(descriptor: str, text: str) -> str:
        return f"{case(descriptor)}{layout.separator}{text}"

    parts = [words.instruction] if words.instruction else []
    if item.first:
        parts.append(field(words.first, item.first))
    if item.second:
        parts.append(field(words.second, item.second))
    answer = item.answer
    if item.options:
        marks = [layout.enumerator.format(mark) for mark in layout.marks]
        parts.append(f"{case('Options')}{layout.separator}".rstrip())
        parts += [f"{mark} {option}" for mark, option in zip(marks, item.options, strict=False)]
        if not in_full:
            answer = layout.marks[item.options.index(item.answer)]
    parts.append(f"{case(words.answer)}{layout.separator}".rstrip())
    return Question(layout.join.join(parts), answer)


def typos(text: str, draw: Draw, count: int) -> str:
    """The text with ``count`` single-letter slips: a swap, an omission, a repetition or another letter."""
    for _ in range(count):
        places = [i for i in range(len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
        if not places:
            return text
        i = draw.choice(places)
        slip = draw.below(4)
        if slip == 0:
            text = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
        elif slip == 1:
            text = text[:i] + text[i + 1 :]
        elif slip == 2:
            text = text[: i + 1] + text[i:]
        else:
            text = text[:i] + draw.choice("abcdefghijklmnopqrstuvwxyz") + text[i + 1 :]
    return text


def chat(turns: list[Question], system: str = "") -> list[tuple[str, bool]]:
    """The conversation as pieces of text; the flag says that a piece is an answer."""
    pieces = []
    lead = f"{SYSTEM}{system}" if system else ""
    for turn in turns:
        pieces.append((f"{lead}{USER}{turn.text}{ASSISTANT}", False))
        pieces.append((f"{turn.answer}{END}", True))
        lead = ""
    return pieces


def completion(turns: list[Question]) -> list[tuple[str, bool]]:
    """The prompts as plain text, one after the other, each followed by a space and its answer."""
    pieces = []
    for i, turn in enumerate(turns):
        last = i == len(turns) - 1
        pieces.append((("\n\n" if i else "") + turn.text, False))
        pieces.append((f" {turn.answer}{END if last else ''}", True))
    return pieces


def sample(draw: Draw, stage: Stage = FULL) -> list[tuple[str, bool]]:
    """One training sequence: a question, a question after examples, or several questions over one context."""
    task = draw.weighted(list(zip(TASKS, stage.shares, strict=True)))
    layout = Layout() if draw.chance(stage.plain) else trained_layout(draw)
    words = trained_voice(task, draw)
    options = 2 if draw.chance(stage.two_options) else 3
    system = draw.choice(SYSTEMS) if draw.chance(0.35) else ""
    as_completion = draw.chance(0.2)
    if task == "choice" and draw.chance(stage.lookup):
        turns = _lookups(layout, words, draw, options)
        return completion(turns) if as_completion else chat(turns, system)
    in_full = task == "choice" and draw.chance(stage.in_full)
    if in_full:
        words = Voice(draw.choice(TEXT_CHOICE), words.first, words.second, words.answer)
    item = make_item(task, draw, facts=stage.facts, options=options)
    noisy = draw.uniform()
    if noisy < stage.irrelevant:
        item = with_irrelevant(item, draw, 1)
    first = write(item, layout, words, in_full=in_full)
    if stage.irrelevant <= noisy < stage.irrelevant + stage.typo:
        first = Question(typos(first.text, draw, 1), first.answer)
    turns = [first]
    plan = draw.uniform()
    if plan < 0.25 and len(item.facts) > 1:
        turns += _follow_ups(item, layout, words, draw, options, in_full)
    elif plan > 0.92:
        for _ in range(2):
            shot = make_item(task, draw, facts=(1, 2), options=options)
            turns.insert(0, write(shot, layout, words, in_full=in_full))
    return completion(turns) if as_completion else chat(turns, system)


def _lookups(layout: Layout, words: Voice, draw: Draw, options: int) -> list[Question]:
    values = tuple(draw.sample(draw.choice(RELATIONS).values, 4))
    first = draw.choice(values)
    words = Voice(draw.choice(LOOKUP), words.first, words.second, words.answer)
    turns = [write(Item("choice", "", first, first, values), layout, words)]
    bare = Voice("", words.first, words.second, words.answer)
    for _ in range(7):
        value = draw.choice(values)
        further = write(Item("choice", "", value, value), layout, bare)
        turns.append(Question(further.text, layout.marks[values.index(value)]))
    return turns


def _follow_ups(
    item: Item, layout: Layout, words: Voice, draw: Draw, options: int, in_full: bool
) -> Iterator[Question]:
    """Two more questions over the same context, without repeating instruction and context: more answers per token."""
    skipped = len(write(Item(item.task, item.first, "x"), layout, words).text)
    tail = len(layout.join + f"{words.answer}{layout.separator}".rstrip())
    for _ in range(2):
        further = another_over(item, draw, options=options)
        question = write(further, layout, words, in_full=in_full)
        yield Question(question.text[skipped - tail + len(layout.join) :], question.answer)


def stream(seed: int, start: int, count: int, stage: Stage = FULL) -> list[list[tuple[str, bool]]]:
    """Training sequences number ``start`` to ``start + count`` of a seed; each depends on its number and stage only."""
    return [sample(Draw(seed, "sequence", start + i), stage) for i in range(count)]
