"""Label tokens by a server's own tokenizer, with as few calls as is safe."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from llmrobust.chat_messages import sent_messages
from llmrobust.models.context_length import refusal
from llmrobust.models.http.client import CallFailed, HttpClient, Refused
from llmrobust.models.http.payloads import DETOKENIZE, TOKENIZE, template_fields
from llmrobust.models.label_forms import form_texts, form_tokens
from llmrobust.models.label_tree import CHAT_TAIL_TOKENS, LabelTree, label_tokens, texts_to_encode
from llmrobust.models.token_noise import UNKNOWN_VOCABULARY, Vocabulary, noised
from llmrobust.request import Failure, Request

T = TypeVar("T")

PROMPT_END_CHARACTERS = 24
CALLS_AT_ONCE = 64
CONFIRMATIONS = 2


@dataclass(slots=True)
class _Rule:
    """Labels' tokens after one kind of prompt end: trusted once two different prompts gave the same."""

    tree: LabelTree | None = None
    prompts: set[object] = field(default_factory=set)
    holds: bool = True
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def settled(self) -> bool:
        return self.holds and len(self.prompts) >= CONFIRMATIONS


class RemoteTokens:
    """Tokens of prompts and labels as the server sees them.

    The tokens of a label depend on the end of the prompt. They are resolved for the first two prompts of a kind
    (chat: equal roles; completion: equal last characters) and, if both agree, reused for the rest of that kind;
    otherwise every prompt of the kind is resolved.
    """

    def __init__(self, client: HttpClient, model: str, folders: Sequence[Path] = ()):
        """folders: where the server may have its tokenizer from, if that is on this machine."""
        self._client = client
        self._model = model
        self._folders = tuple(folders)
        self._vocabulary: Vocabulary | None = None
        self._rules: dict[object, _Rule] = {}
        self._forms: dict[str, asyncio.Task[list[int]]] = {}
        self._slots = asyncio.Semaphore(CALLS_AT_ONCE)

    async def prompt(self, request: Request) -> list[int] | Failure:
        """The request's prompt in tokens, with the chat template and special tokens that the server adds."""
        asked = _chat(request) if request.mode == "chat" else {"prompt": request.messages[0][1]}
        found = await _or_failure(self._tokens(asked))
        return found if isinstance(found, Failure) or request.noise is None else self._noised(found, request)

    def _noised(self, tokens: list[int], request: Request) -> list[int] | Failure:
        if self._vocabulary is None:
            read = (Vocabulary.of_folder(folder) for folder in self._folders)
            self._vocabulary = next((one for one in read if one is not None), None)
        if self._vocabulary is None:
            return Failure("rejected", UNKNOWN_VOCABULARY)
        return noised(tokens, request.noise, self._vocabulary)

    async def alike(self, request: Request, text: str) -> bool | None:
        """Whether the server makes the same tokens of a chat as of a text alone; None if it does not say."""
        calls = (self._tokens(_chat(request)), self._tokens({"prompt": text, "add_special_tokens": False}))
        one, other = await asyncio.gather(*map(_or_failure, calls))
        return None if isinstance(one, Failure) or isinstance(other, Failure) else one == other

    async def texts(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens as the server reports them: texts, else numbers; empty if it reports none."""
        given = _chat(request) if request.mode == "chat" else {"prompt": request.messages[0][1]}
        answer = await _or_failure(self._post(TOKENIZE, {**given, "return_token_strs": True}))
        if isinstance(answer, Failure):
            return ()
        return tuple(map(str, answer.get("token_strs") or answer.get("tokens") or ()))

    async def prompts(self, batch: Sequence[Request], leads: Sequence[str] = ()) -> list[list[int] | Failure]:
        """`prompt` for every request, each followed by what the model wrote (`leads`)."""
        found = await asyncio.gather(*(self.prompt(request) for request in batch))
        if not any(leads):
            return found
        given = [self._tokens({"prompt": lead, "add_special_tokens": False}) for lead in leads]
        added = await asyncio.gather(*map(_or_failure, given))
        return [
            one if isinstance(one, Failure) else more if isinstance(more, Failure) else [*one, *more]
            for one, more in zip(found, added, strict=True)
        ]

    async def tree(self, request: Request) -> LabelTree | Failure:
        """The tokens of the request's labels after its prompt."""
        rule = self._rules.setdefault(_kind(request), _Rule())
        if not rule.holds:
            return await _or_failure(self._resolve(request))
        async with rule.turn:
            if rule.tree is not None and (rule.settled or request.messages in rule.prompts):
                return rule.tree
            tree = await _or_failure(self._resolve(request))
            if isinstance(tree, LabelTree):
                rule.holds = rule.tree is None or rule.tree == tree
                rule.tree = tree
                rule.prompts.add(request.messages)
            return tree

    async def _resolve(self, request: Request) -> LabelTree:
        if request.mode == "chat":
            tail = (await self._tokens(_chat(request)))[-CHAT_TAIL_TOKENS:]
            answer = await self._post(DETOKENIZE, {"tokens": tail})
            end = str(answer.get("prompt", ""))
        else:
            end = request.messages[0][1]
        mode = request.continued_mode
        texts = list(dict.fromkeys(texts_to_encode(end, request.labels, mode)))
        found = await asyncio.gather(*(self._tokens({"prompt": text, "add_special_tokens": False}) for text in texts))
        usual = label_tokens(end, request.labels, mode, dict(zip(texts, found, strict=True)))
        forms = form_texts(request, end)
        known = await asyncio.gather(*map(self._form, forms))
        return LabelTree(usual, form_tokens(request, end, usual, dict(zip(forms, known, strict=True))))

    async def _form(self, text: str) -> list[int]:
        """The tokens of a text that comes again with every prompt; asked for once, unless that fails."""
        task = self._forms.get(text)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            call = self._tokens({"prompt": text, "add_special_tokens": False})
            task = self._forms[text] = asyncio.create_task(call)
        return await asyncio.shield(task)

    async def _tokens(self, fields: dict[str, Any]) -> list[int]:
        answer = await self._post(TOKENIZE, fields)
        tokens = answer.get("tokens")
        if not isinstance(tokens, list):
            raise CallFailed("malformed", f"{TOKENIZE} answered without tokens")
        return tokens

    async def _post(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        async with self._slots:
            answer = await self._client.post(path, {"model": self._model, **fields})
        if not isinstance(answer, dict):
            raise CallFailed("malformed", f"{path} answered with something that is not an object")
        return answer


async def _or_failure(call: Awaitable[T]) -> T | Failure:
    """What the call gives, or the failure of this one request."""
    try:
        return await call
    except CallFailed as error:
        return error.failure
    except Refused as error:
        return refusal(str(error))


def _chat(request: Request) -> dict[str, Any]:
    return {"messages": sent_messages(request), **template_fields(request)}


def _kind(request: Request) -> object:
    if request.mode == "chat":
        return (
            "chat",
            request.template,
            request.labels,
            request.ignore_case,
            tuple(role for role, _ in request.messages),
            request.messages[-1][1][-PROMPT_END_CHARACTERS:] if request.is_prefilled else "",
        )
    return ("completion", request.labels, request.ignore_case, request.messages[0][1][-PROMPT_END_CHARACTERS:])
