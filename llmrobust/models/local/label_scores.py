"""What the backends of this process share: tokens by a tokenizer at hand, and label scores from forward passes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from llmrobust.chat_messages import template_messages, tool_choice_of, tools_of
from llmrobust.errors import ModelError
from llmrobust.models.context_length import fits
from llmrobust.models.label_forms import form_texts, form_tokens
from llmrobust.models.label_tree import (
    CHAT_TAIL_TOKENS,
    LabelTree,
    Tokens,
    continuation,
    label_mass,
    label_tokens,
    texts_to_encode,
)
from llmrobust.models.token_noise import Vocabulary, noised
from llmrobust.models.written_first import following_lead
from llmrobust.request import Failure, Reply, Request, Response
from llmrobust.text.thoughts import thoughts_length

NextLogprobs = Callable[[Sequence[list[int]], Sequence[tuple[int, ...]], Sequence[int]], list[dict[int, float]]]
"""(rows of tokens, tokens wanted after each row, how many tokens of each row are a prompt that other rows may share) ->
for every row, the wanted tokens' log-probabilities."""

NO_TOOLS = (
    "the model's chat template does not show it the tools of this suite, so it could not call any: use a model that "
    "was trained for tools, or name a template that shows them (hf:NAME?chat-template=FILE, or vLLM's --chat-template)"
)
SAME_TOKENS = Failure(
    "rejected", "two labels have the same tokens after this prompt: scores cannot distinguish them; use scoring: auto"
)


@dataclass(frozen=True, slots=True)
class LocalTokens:
    """Tokens of prompts and labels by a transformers tokenizer. max_model_len: 0 if there is no limit."""

    tokenizer: Any
    max_model_len: int
    _trees: dict[object, LabelTree] = field(default_factory=dict, compare=False, repr=False)
    """The trees of labels and prompt ends seen so far: nearly all prompts of a suite share one."""
    _vocabulary: list[Vocabulary] = field(default_factory=list, compare=False, repr=False)

    def prompt(self, request: Request, room: int) -> list[int] | Failure:
        """The request's prompt in tokens, with what template and tokenizer add; `room` more tokens must fit."""
        if request.mode == "completion":
            ids = list(self.tokenizer(request.messages[0][1])["input_ids"])
        else:
            if self.tokenizer.chat_template is None:
                raise ModelError("the model has no chat template: use a suite in completion mode, or a chat model")
            tools = tools_of(request)
            if tools and not takes_tools(self.tokenizer.chat_template):
                raise ModelError(NO_TOOLS)
            begun = request.is_prefilled
            try:
                found = self.tokenizer.apply_chat_template(
                    template_messages(request),
                    tools=tools or None,
                    add_generation_prompt=not begun,
                    continue_final_message=begun,
                    tokenize=True,
                    return_dict=False,
                    **_template(request),
                )
            except Exception as error:  # templates raise any exception for unknown roles
                return Failure("rejected", f"the chat template refuses these messages: {error}")
            ids = list(found)
        if not ids:
            return Failure("rejected", "the prompt is empty")
        return fits(len(ids), room, self.max_model_len) or self._noised(ids, request)

    def _noised(self, ids: list[int], request: Request) -> list[int]:
        if request.noise is None:
            return ids
        if not self._vocabulary:
            self._vocabulary.append(Vocabulary.of_tokenizer(self.tokenizer))
        return noised(ids, request.noise, self._vocabulary[0])

    def texts(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens one by one as texts; empty for a prompt that is refused."""
        found = self.prompt(request, 0)
        if isinstance(found, Failure):
            return ()
        return tuple(self.tokenizer.decode([token], skip_special_tokens=False) for token in found)

    def tree(self, request: Request, prompt: Sequence[int]) -> LabelTree:
        """The tokens of the request's labels after its prompt."""
        if request.mode == "completion":
            end = request.messages[0][1]
        else:
            end = self.tokenizer.decode(list(prompt[-CHAT_TAIL_TOKENS:]), skip_special_tokens=False)
        mode = request.continued_mode
        texts = texts_to_encode(end, request.labels, mode)
        tokens = {text: self._encoded(text) for text in texts}
        usual = label_tokens(end, request.labels, mode, tokens)
        kind = (request.labels, mode, request.ignore_case, continuation(end, "x", mode), usual)
        if kind not in self._trees:
            known = {text: self._encoded(text) for text in form_texts(request, end)}
            self._trees[kind] = LabelTree(usual, form_tokens(request, end, usual, known))
        return self._trees[kind]

    def thinking(self, tokens: Sequence[int], text: str) -> int:
        """How many of an answer's tokens are its thinking. text: the answer."""
        length = thoughts_length(text)
        if not length:
            return 0
        return len(tokens) if length == len(text) else min(len(tokens), len(self._encoded(text[:length])))

    def _encoded(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False))

    def score(
        self, batch: Sequence[Request], next_logprobs: NextLogprobs, leads: Sequence[str] = ()
    ) -> list[Reply | None]:
        """A scored response or a failure per request; None if two labels have the same tokens.

        leads: what the model wrote before each answer; none for labels right after the prompts. Two passes at most:
        after the prompt, and after every inner node of the tree that is left of it then.
        """
        replies: list[Reply | None] = [None] * len(batch)
        scored: list[tuple[int, list[int], LabelTree]] = []
        for i, request in enumerate(batch):
            prompt = self.prompt(request, 1)
            if isinstance(prompt, Failure):
                replies[i] = prompt
                continue
            lead = leads[i] if leads else ""
            prompt = [*prompt, *self._encoded(lead)] if lead else prompt
            tree = self.tree(following_lead(request, lead), prompt)
            if tree.distinct:
                replies[i] = fits(len(prompt), max(map(len, tree.labels)), self.max_model_len)
                if replies[i] is None:
                    scored.append((i, prompt, tree))
        if not scored:
            return replies
        prompts = [prompt for _, prompt, _ in scored]
        firsts = next_logprobs(prompts, [tree.children(()) for _, _, tree in scored], [0] * len(prompts))
        trees = [
            self._within(tree.likely(seen), prompt) for (_, prompt, tree), seen in zip(scored, firsts, strict=True)
        ]
        rows = [[*p, *node] for (_, p, _), tree in zip(scored, trees, strict=True) for node in tree.nodes[1:]]
        wanted = [tree.children(node) for tree in trees for node in tree.nodes[1:]]
        shared = [len(p) for (_, p, _), tree in zip(scored, trees, strict=True) for _ in tree.nodes[1:]]
        found = iter(next_logprobs(rows, wanted, shared) if rows else ())
        for (i, prompt, _), tree, seen in zip(scored, trees, firsts, strict=True):
            passes: dict[Tokens, dict[int, float]] = {(): seen, **{node: next(found) for node in tree.nodes[1:]}}
            replies[i] = scored_response(batch[i], tree, passes, len(prompt))
        return replies

    def _within(self, tree: LabelTree, prompt: Sequence[int]) -> LabelTree:
        """The tree without further forms for which the context has no room."""
        room = self.max_model_len - len(prompt) if self.max_model_len else None
        return tree if room is None else tree.within(room)


def _template(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.template) if request.template else {}
    return found


def shows_marks(batch: Sequence[Request]) -> bool:
    """Whether special tokens in answers are read: those around tool calls and reasoning, in some models."""
    return any(request.reasoning or tools_of(request) for request in batch)


def takes_tools(template: object) -> bool:
    """Whether a chat template, or one of several by name, shows the model its tools."""
    texts = template.values() if isinstance(template, dict) else (template,)
    return any("tools" in str(text) for text in texts)


def refuse_extra(batch: Sequence[Request], spec: str) -> None:
    """Raise ModelError for what a model in this process has no use for or cannot do: fields of an HTTP body, and tools
    that must be called."""
    choice = next(
        (found for request in batch if (found := tool_choice_of(request)) not in (None, "auto", "none")), None
    )
    if choice is not None:
        asked = choice if isinstance(choice, str) else choice["function"]["name"]
        raise ModelError(f"{spec} cannot enforce a tool call (tool_choice: {asked}): only servers can; use auto")
    named = next((request.extra for request in batch if request.extra), "")
    if named:
        fields = ", ".join(json.loads(named))
        raise ModelError(
            f"{spec} sends no HTTP request: extra ({fields}) only works with servers (http://... or vllm:...)"
        )


def scored_response(
    request: Request, tree: LabelTree, passes: Mapping[Tokens, Mapping[int, float]], prompt_tokens: int
) -> Response:
    """The response to a request whose labels were scored: its text is the label of the highest score."""
    logprobs = tree.logprobs(passes)
    best = max(range(len(logprobs)), key=logprobs.__getitem__)
    return Response(
        text=request.labels[best],
        finish_reason="stop",
        scored_by="logprobs",
        label_logprobs=logprobs,
        label_mass=label_mass(logprobs),
        prompt_tokens=prompt_tokens,
        completion_tokens=len(tree.nodes),
    )
