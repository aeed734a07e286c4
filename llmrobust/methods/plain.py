"""The prompt as it is: what every other method is compared with."""

from __future__ import annotations

from llmrobust.methods.method import Answered, Asked, Params, method, shares_of

PLAIN = "plain"


@method(PLAIN, source="the model", assumes="nothing", cost="1 request")
def plain(asked: Asked, params: Params) -> Answered:
    """The model's answer to the prompt, as the run has it."""
    return Answered.same_prompts(
        asked, asked.given, shares=None if asked.logprobs is None else shares_of(asked.logprobs)
    )
