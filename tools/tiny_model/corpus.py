"""Prompts with gold answers for the tiny model: a pure, seeded stream that does not repeat itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tools.tiny_model.draw import Draw
from tools.tiny_model.items import TASKS, Item, another_over, cluttered, make_item, with_irrelevant
from tools.tiny_model.kinds import KINDS, UNCLEAR, answer_to
from tools.tiny_model.layouts import CASINGS, FIELDS, LOOKUP, SYSTEMS, Layout, trained_layout
from tools.tiny_model.wordings import SENSIBLE, pointless_instruction, trained_instruction, usual
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
    """The words around an item, and what they ask for.

    instruction: may be empty; first, second, answer: the descriptors of the fields; kind: what the instruction asks
    for; last: the instruction stands after the input.
    """

    instruction: str
    first: str
    second: str
    answer: str
    kind: str
    last: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """What the generator draws from at one time of the training. Shares are in the order of ``TASKS``.

    others, pointless, none: shares of the prompts whose instruction asks for another kind than the main one, for
    nothing the input could be asked, and that have no instruction.
    lookup: share of the choices that ask for the mark of a given text; clutter: of inputs with words without a meaning.
    """

    shares: tuple[float, float, float, float, float] = (0.17, 0.17, 0.16, 0.25, 0.25)
    facts: tuple[int, int] = (1, 4)
    two_options: float = 0.12
    others: float = 0.34
    pointless: float = 0.08
    none: float = 0.03
    lookup: float = 0.05
    plain: float = 0.25
    typo: float = 0.06
    irrelevant: float = 0.06
    clutter: float = 0.12


FULL = Stage()
CURRICULUM: tuple[tuple[float, Stage], ...] = (
    (0.25, Stage((0.05, 0.07, 0.28, 0.25, 0.35), (1, 2), 0.5, 0.1, 0.0, 0.0, 0.5, 0.8, 0.0, 0.0, 0.0)),
    (0.60, Stage((0.06, 0.08, 0.20, 0.26, 0.40), (1, 3), 0.3, 0.2, 0.05, 0.03, 0.3, 0.6, 0.0, 0.0, 0.0)),
)


def stage_at(progress: float) -> Stage:
    """The stage of the curriculum at a point of the training, 0 being its start and 1 its end."""
    for until, stage in CURRICULUM:
        if progress < until:
            return stage
    return FULL


def voice(task: str, instruction: str | None = None, kind: str = "") -> Voice:
    """The usual wording and descriptors of a task, or these descriptors with another instruction.

    kind: what is asked for, the task itself unless told otherwise.
    """
    fields, kind = FIELDS[task], kind or task
    said = usual(kind) if instruction is None else instruction
    return Voice(said, fields.first[0], fields.second[0] if fields.second else "", fields.answer[0], kind)


def trained_voice(task: str, draw: Draw, kind: str = "", instruction: str | None = None) -> Voice:
    """A wording of the task, or of another kind of its layout, from the training distribution."""
    fields, kind = FIELDS[task], kind or task
    common = draw.chance(0.75)
    return Voice(
        trained_instruction(kind, draw) if instruction is None else instruction,
        fields.first[0] if common else draw.choice(fields.first),
        fields.second[0] if fields.second else "",
        fields.answer[0] if common else draw.choice(fields.answer),
        kind,
    )


def any_voice(task: str, draw: Draw, stage: Stage) -> Voice:
    """A voice of the task's layout in training: any kind, a pointless instruction or none, by the stage's shares."""
    point = draw.uniform() - stage.others
    if point < 0:
        kind = draw.choice(KINDS[task].others)
        sensible = {other for other, as_kind in SENSIBLE[task].items() if as_kind == kind}
        words = trained_voice(task, draw, kind)
        if sensible and draw.chance(0.2):
            words = replace(words, instruction=trained_instruction(draw.choice(sorted(sensible)), draw))
    elif point < stage.pointless:
        words = trained_voice(task, draw, UNCLEAR, pointless_instruction(task, draw))
    elif point < stage.pointless + stage.none:
        words = trained_voice(task, draw, task, "")
    else:
        words = trained_voice(task, draw)
    return replace(words, last=bool(words.instruction) and draw.chance(0.05))


def write(item: Item, layout: Layout, words: Voice) -> Question:
    """The prompt of an item in a layout and wording, with the answer to what the wording asks for."""
    case = CASINGS[layout.casing]

    def field(descriptor: str, text: str) -> str:
        return f"{case(descriptor)}{layout.separator}{text}"

    instruction = [words.instruction] if words.instruction else []
    parts = [] if words.last else instruction
    if item.first:
        parts.append(field(words.first, item.first))
    if item.second:
        parts.append(field(words.second, item.second))
    if item.options:
        marks = [layout.enumerator.format(mark) for mark in layout.marks]
        parts.append(f"{case('Options')}{layout.separator}".rstrip())
        parts += [f"{mark} {option}" for mark, option in zip(marks, item.options, strict=False)]
    parts += instruction if words.last else []
    parts.append(f"{case(words.answer)}{layout.separator}".rstrip())
    return Question(layout.join.join(parts), answer_to(words.kind, item, layout))


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
    options = 2 if draw.chance(stage.two_options) else 3
    system = draw.choice(SYSTEMS) if draw.chance(0.35) else ""
    as_completion = draw.chance(0.2)
    if task == "choice" and draw.chance(stage.lookup):
        turns = _lookups(layout, trained_voice(task, draw), draw)
        return completion(turns) if as_completion else chat(turns, system)
    words = any_voice(task, draw, stage)
    item = make_item(task, draw, facts=stage.facts, options=options)
    noisy = draw.uniform()
    if noisy < stage.irrelevant:
        item = with_irrelevant(item, draw, 1)
    elif noisy > 1 - stage.clutter and words.kind != "subject":
        item = cluttered(item, draw)
    if not as_completion and words.instruction and draw.chance(0.06):
        system, words = words.instruction, replace(words, instruction="", last=False)
    first = write(item, layout, words)
    if stage.irrelevant <= noisy < stage.irrelevant + stage.typo:
        first = Question(typos(first.text, draw, 1), first.answer)
    turns = [first]
    plan = draw.uniform() if noisy <= 1 - stage.clutter else 0.5
    if plan < 0.25 and len(item.facts) > 1 and not words.last:
        turns += _follow_ups(item, layout, words, draw, options)
    elif plan < 0.40 and not as_completion:
        turns.append(write(item, layout, any_voice(task, draw, stage)))
    elif plan > 0.92:
        for _ in range(2):
            turns.insert(0, write(make_item(task, draw, facts=(1, 2), options=options), layout, words))
    return completion(turns) if as_completion else chat(turns, system)


def _lookups(layout: Layout, words: Voice, draw: Draw) -> list[Question]:
    values = tuple(draw.sample(draw.choice(RELATIONS).values, 4))
    first = draw.choice(values)
    words = replace(words, instruction=draw.choice(LOOKUP))
    turns = [write(Item("choice", "", first, first, values), layout, words)]
    for _ in range(7):
        value = draw.choice(values)
        further = write(Item("choice", "", value, value), layout, replace(words, instruction="", kind=UNCLEAR))
        turns.append(Question(further.text, layout.marks[values.index(value)]))
    return turns


def _follow_ups(item: Item, layout: Layout, words: Voice, draw: Draw, options: int) -> Iterator[Question]:
    """Two more questions over the same context, without repeating instruction and context: more answers per token."""
    for _ in range(2):
        further = another_over(item, draw, options=options)
        yield write(replace(further, first=""), layout, replace(words, instruction=""))


def stream(seed: int, start: int, count: int, stage: Stage = FULL) -> list[list[tuple[str, bool]]]:
    """Training sequences number ``start`` to ``start + count`` of a seed; each depends on its number and stage only."""
    return [sample(Draw(seed, "sequence", start + i), stage) for i in range(count)]
