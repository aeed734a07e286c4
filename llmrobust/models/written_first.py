"""Labels after what a model writes before its answer: its thinking, or a chain of thought that ends with a marker.

The model writes; what comes before the answer is put behind the prompt, and labels are scored there: one more prefill.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llmrobust.request import Failure, Reply, Request, Response
from llmrobust.text.thoughts import end_of_lead

END_CHARACTERS = 200
"""As much of what was written decides the tokens of a label that follows it."""


def leads_of(batch: Sequence[Request], written: Sequence[Reply]) -> list[str | None]:
    """What each model wrote before its answer; None where no answer begins: it failed, or wrote no end of it."""
    leads: list[str | None] = []
    for request, reply in zip(batch, written, strict=True):
        end = end_of_lead(reply.text, request.reasoning, request.after) if isinstance(reply, Response) else None
        leads.append(None if end is None or isinstance(reply, Failure) else reply.text[:end])
    return leads


def following_lead(request: Request, lead: str) -> Request:
    """A request for the tokens of the labels after what was written; itself where nothing was."""
    return replace(request, mode="completion", messages=(("user", lead[-END_CHARACTERS:]),)) if lead else request


def with_leads(written: Sequence[Reply], leads: Sequence[str | None], scored: Sequence[Reply | None]) -> list[Reply]:
    """The replies: labels that were scored after what was written, and what was written where none could be.

    scored: for each lead that is not None, in order.
    """
    found = iter(scored)
    replies: list[Reply] = []
    for reply, lead in zip(written, leads, strict=True):
        score = None if lead is None else next(found)
        if isinstance(score, Response) and isinstance(reply, Response):
            replies.append(
                replace(
                    score,
                    text=f"{lead}{score.text}",
                    prompt_tokens=reply.prompt_tokens,
                    completion_tokens=reply.completion_tokens,
                    reasoning_tokens=reply.reasoning_tokens,
                    cached_tokens=reply.cached_tokens,
                )
            )
        else:
            replies.append(reply if score is None else score)
    return replies
