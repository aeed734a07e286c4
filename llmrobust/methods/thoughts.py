"""Chain of thought: the model writes its thoughts on a prompt first, and answers after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field

from llmrobust.methods.method import Params, sending_method
from llmrobust.methods.sending import Asking, Heard, Probe, Question, Said, Setting, Told
from llmrobust.prompt.spans import Message, Prompt, Span
from llmrobust.request import Request

THINK = "Let's think step by step."
"""Source: Kojima et al. 2022 (arXiv 2205.11916), the best of their triggers."""
ANSWER = "Therefore, the answer is"


class ThoughtParams(Params):
    """Parameters of a chain of thought."""

    think: str = Field(default=THINK, min_length=1, description="What is added to the prompt for the thoughts.")
    answer: str = Field(default=ANSWER, min_length=1, description="What follows the thoughts and asks for the answer.")
    tokens: int = Field(default=128, ge=8, le=4096, description="The most new tokens of the thoughts.")


@sending_method(
    "chain-of-thought",
    source="Kojima et al. 2022 (arXiv 2205.11916), zero-shot, in their two steps; against irrelevant context: Shi et "
    "al. 2023 (arXiv 2302.00093)",
    assumes="the model's thoughts lead to better answers; the prompt does not ask for thoughts itself",
    cost="2 requests, of which the first writes up to `tokens` tokens",
    params=ThoughtParams,
)
def chain_of_thought(questions: Sequence[Question], params: ThoughtParams, setting: Setting) -> Asking:
    """The model's answer after it has written its thoughts on the prompt."""
    thoughts = yield [Probe(_thinking(one, params), n) for n, one in enumerate(questions)]
    prompts = [_concluding(one.prompt, heard, params) for one, heard in zip(questions, thoughts, strict=True)]
    heard = yield [Probe(one.asking(prompt), n) for n, (one, prompt) in enumerate(zip(questions, prompts, strict=True))]
    said = [
        Said(None, failed=thought.failed) if thought.failed else Said.heard(one)
        for thought, one in zip(thoughts, heard, strict=True)
    ]
    silent = sum(not one.text.strip() and not one.failed for one in thoughts)
    return Told(tuple(said), (f"{silent:,} of {len(thoughts):,} thoughts are empty",) if silent else ())


def _thinking(one: Question, params: ThoughtParams) -> Request:
    """The request for the thoughts: free text, whatever the suite's answers are."""
    sampling = replace(one.request.sampling, max_tokens=params.tokens)
    return replace(
        one.asking(_with_text(one.prompt, params.think)), labels=(), scoring="text", sampling=sampling, structured=""
    )


def _concluding(prompt: Prompt, thought: Heard, params: ThoughtParams) -> Prompt:
    """The prompt, the thoughts, and what asks for the answer: one text where the model continues a text, else the
    thoughts as its own message, and a message of the user."""
    asked = _with_text(prompt, params.think)
    written = thought.text.strip()
    if _is_continued(prompt):
        return _with_text(asked, f"{written}\n{params.answer}" if written else params.answer)
    turns = (Message("assistant", (Span(written, "text"),)), Message("user", (Span(params.answer, "text"),)))
    return Prompt((*asked.messages, *turns), prompt.mode, prompt.gold)


def _with_text(prompt: Prompt, text: str) -> Prompt:
    *before, last = prompt.messages
    gap = " " if _is_continued(prompt) else "\n"
    return Prompt((*before, replace(last, spans=(*last.spans, Span(gap + text, "text")))), prompt.mode, prompt.gold)


def _is_continued(prompt: Prompt) -> bool:
    return prompt.mode == "completion" or prompt.messages[-1].role == "assistant"
