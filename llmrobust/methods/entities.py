"""Entity ensembles: the same question about other people, places and organisations, and one answer made of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from llmrobust.methods.method import Params, sending_method
from llmrobust.methods.sending import Asking, Heard, Probe, Question, Said, Setting, Told
from llmrobust.operators import REGISTRY, Draw
from llmrobust.prompt.spans import Prompt
from llmrobust.seeds import Stream

Kind = Literal["person", "place", "organisation"]


def _all_types() -> dict[Kind, float]:
    return {"person": 1.0, "place": 1.0, "organisation": 1.0}


class EntityParams(Params):
    """Parameters of entity ensembles."""

    n: int = Field(default=4, ge=1, le=32, description="Replacements of each type of entity.")
    types: dict[Kind, float] = Field(
        default_factory=_all_types,
        min_length=1,
        description="Types that are replaced, each weighted by how sure it is that a name is of that type (0 to 1). "
        "The prompt itself has weight 1.",
    )


@dataclass(frozen=True, slots=True)
class Member:
    """A prompt of an ensemble. new: from a name in the question to the one in this prompt."""

    prompt: Prompt
    weight: float
    new: Mapping[str, str]


@sending_method(
    "entity-ensemble",
    source="Balasubramanian et al. 2020 (arXiv 2007.06897); the names are those of entity.person, entity.place and "
    "entity.organisation",
    assumes="the answer does not depend on who or where it is about, or is one of the names",
    cost="1 request, and n for each type of entity in the input",
    params=EntityParams,
)
def entity_ensemble(questions: Sequence[Question], params: EntityParams, setting: Setting) -> Asking:
    """The label with the highest mean probability over replacements of names, weighted by how sure their type is."""
    members = [members_of(one, params, setting) for one in questions]
    heard = yield [
        Probe(one.asking(member.prompt), n)
        for n, (one, some) in enumerate(zip(questions, members, strict=True))
        for member in some
    ]
    said, at = [], 0
    for one, some in zip(questions, members, strict=True):
        said.append(combined(heard[at : at + len(some)], some, one, setting))
        at += len(some)
    bare = sum(len(some) == 1 for some in members)
    notes = (f"{bare:,} of {len(questions):,} prompts name nobody and no place: answered plainly",) if bare else ()
    return Told(tuple(said), notes)


def members_of(one: Question, params: EntityParams, setting: Setting) -> list[Member]:
    """The prompt itself with weight 1, and the replacements of each type, each with the type's weight."""
    found = [Member(one.prompt, 1.0, {})]
    for kind, sure in params.types.items():
        operator = REGISTRY.get(f"entity.{kind}")
        draw = Draw(setting.seed, f"entity-ensemble-{kind}", one.example, labels=setting.labels)
        made = list(operator.kept(one.prompt, operator.params.model_validate({"samples": params.n}), draw))
        found += [Member(variant.prompt, sure, variant.detail) for variant in made if sure > 0]
    return found


def combined(heard: Sequence[Heard], members: Sequence[Member], one: Question, setting: Setting) -> Said:
    """The mean of the probabilities, or without them the weighted vote, in which a new name counts as the old one."""
    failed = next((reply.failed for reply in heard if reply.failed), "")
    if failed:
        return Said(None, failed=failed)
    weights = np.array([member.weight for member in members])
    known = [reply.probabilities for reply in heard if reply.probabilities is not None]
    if len(known) == len(heard) and setting.labels:
        mean = weights @ np.array(known) / weights.sum()
        return Said(setting.labels[int(mean.argmax())], tuple(float(share) for share in mean))
    votes: dict[str, float] = {}
    for reply, member in zip(heard, members, strict=True):
        if reply.answer is not None:
            old = {new.casefold(): name for name, new in member.new.items()}
            answer = old.get(reply.answer.casefold(), reply.answer)
            votes[answer] = votes.get(answer, 0.0) + member.weight
    if not votes:
        return Said(None)
    most = max(votes.values())
    tied = sorted(answer for answer, weight in votes.items() if weight >= most - 1e-9)
    return Said(Stream(setting.seed, "entity-ensemble", one.example, one.column).choice(tied))
