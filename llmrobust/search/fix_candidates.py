"""What a fix may try: other wordings and formats of a prompt, sentences and demonstrations added to it, repaired
inputs, votes over several templates, and calibration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from llmrobust.errors import OperatorError
from llmrobust.methods import NotUsable
from llmrobust.methods.demonstrations import FewShotParams, demonstrations
from llmrobust.methods.instructions import IGNORE
from llmrobust.methods.prompt_parts import with_added_instruction, with_demonstrations
from llmrobust.methods.recipe import Layout, Recipe
from llmrobust.methods.sending import Question
from llmrobust.operators.operator import Draw, Relation
from llmrobust.operators.registry import REGISTRY
from llmrobust.plan import Case, Plan
from llmrobust.prompt.spans import Prompt
from llmrobust.score.sent_methods import questions_of, setting_of
from llmrobust.suitefile.suite import Suite

REVIEWED = ("paraphrase",)
"""Operators whose variants of an instruction were reviewed, by file or by rule."""
PLAIN = "the prompt as it is"


class NotFixable(OperatorError):
    """A suite that cannot be fixed; the message says why."""


def plain_recipe(plan: Plan) -> Recipe:
    """The prompt as it is. Raises NotFixable where examples have different prompts around their inputs."""
    suite = plan.suite
    originals = [case for case in plan.cases if case.is_original and case.repeat == 0]
    layout = Layout.of(originals[0].prompt)
    if not layout.is_sendable:
        raise NotFixable("prompts with tools cannot be fixed yet: a recipe sends messages only")
    if not layout.inputs:
        raise NotFixable("the prompt has no input ({{ variable }} outside of the instruction), so there is no template")
    for case in originals:
        if Layout.of(case.prompt) != layout:
            raise NotFixable(
                f"the prompts of {originals[0].example.id} and {case.example.id} differ around their inputs, "
                "so no single template can replace them"
            )
    return Recipe(
        replaces=layout,
        templates=(layout,),
        about=PLAIN,
        seed=suite.seed,
        suite=suite.name,
        mode=suite.mode,
        labels=suite.answer.choices,
        sampling={
            "temperature": suite.sampling.temperature,
            "top_p": suite.sampling.top_p,
            "max_tokens": suite.sampling.max_tokens,
            "seed": suite.sampling.seed,
            "stop": list(suite.sampling.stop),
        },
    )


def single_candidates(plan: Plan, plain: Recipe, formats: int) -> list[Recipe]:
    """The plain prompt first, then every other single template, each once."""
    found = [plain]
    found += [replace(plain, templates=(layout,), about=about) for about, layout in _layouts(plan, plain, formats)]
    seen: dict[Layout, Recipe] = {}
    for one in found:
        if one.templates[0].inputs <= plain.replaces.inputs:
            seen.setdefault(one.templates[0], one)
    return list(seen.values())


def combined_candidates(plain: Recipe, ranked: Sequence[Recipe], has_shares: bool) -> list[Recipe]:
    """The plain prompt first, then the best single template, repaired inputs, and combinations of the best three."""
    best = ranked[0]
    found = [plain, best, replace(plain, normalise=True, about="inputs normalised")]
    if best is not plain:
        found.append(replace(best, normalise=True, about=f"{best.about}; inputs normalised"))
    if len(ranked) > 2:
        three = tuple(one.templates[0] for one in ranked[:3])
        vote = replace(plain, templates=three, about="vote over the three best templates")
        found += [vote, replace(vote, normalise=True, about=f"{vote.about}; inputs normalised")]
        if has_shares:
            found.append(replace(vote, combine="mean", about="mean probability over the three best templates"))
    return list({(one.templates, one.normalise, one.combine): one for one in found}.values())


def _layouts(plan: Plan, plain: Recipe, formats: int) -> Iterator[tuple[str, Layout]]:
    originals = {case.example.id: case for case in plan.cases if case.is_original and case.repeat == 0}
    first = next(iter(originals.values()))
    for name, cases in _columns(plan.cases).items():
        layout = Layout.of(cases[0].prompt)
        usable = len(cases) == len(originals) and all(
            case.relation is Relation.SAME and not case.label_map and Layout.of(case.prompt) == layout for case in cases
        )
        if usable:
            kind = "wording" if cases[0].operator in REVIEWED else "format"
            yield f"{kind} {name.partition('/')[2]}", layout
    for about, prompt in _formats(plan.suite, first, formats):
        yield about, Layout.of(prompt)
    yield f'the instruction ends in "{IGNORE}"', Layout.of(with_added_instruction(first.prompt, IGNORE))
    yield from _with_shots(plan, first)


def _columns(cases: Sequence[Case]) -> Mapping[str, list[Case]]:
    """The cases of reviewed wordings and of formats, by column."""
    found: dict[str, list[Case]] = {}
    for case in cases:
        if case.repeat == 0 and (case.operator in REVIEWED or case.family == "format"):
            found.setdefault(case.column, []).append(case)
    return found


def _formats(suite: Suite, first: Case, formats: int) -> Iterator[tuple[str, Prompt]]:
    """Formats drawn by the suite's seed, as the operator `format` draws them."""
    operator = REGISTRY.get("format")
    params = operator.params.model_validate({"sample": formats})
    language = suite.language.split("-")[0]
    example = first.example
    draw = Draw(suite.seed, "fix", example.id, example.fields, suite.answer.choices, language=language)
    for variant in operator.kept(first.prompt, params, draw):
        if not variant.label_map:
            yield f"format {variant.name}", variant.prompt


def _with_shots(plan: Plan, first: Case) -> Iterator[tuple[str, Layout]]:
    """Fixed demonstrations from the pools that the suite's methods name. An example that is a demonstration would be
    shown its own answer, so rows with the input of any example are left out."""
    question: Question = questions_of(plan, [first])[0]
    names = Layout.of(first.prompt).inputs
    asked = {tuple(str(one.fields.get(name, "")).strip() for name in sorted(names)) for one in plan.suite.examples}
    for use in plan.suite.methods:
        if not use.pool or not isinstance(use.params, FewShotParams):
            continue
        rows = tuple(row for row in use.pool if tuple(str(row.get(n, "")).strip() for n in sorted(names)) not in asked)
        setting = replace(setting_of(plan, use), pool=rows)
        try:
            shots = demonstrations(question, use.params.model_copy(update={"choose": "fixed"}), setting)
        except NotUsable:
            continue
        if not shots or setting.field is None:
            continue
        shown = [({name: str(row[name]) for name in names if name in row}, str(row[setting.field])) for row in shots]
        prompt = with_demonstrations(first.prompt, first.prompt, shown)
        yield f"{len(shots)} demonstrations", Layout.of(prompt)
