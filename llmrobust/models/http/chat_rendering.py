"""Chats rendered on this side, for a server whose template is known: lists of texts cost it less.

Nothing is taken for granted: for every shape of chat (roles, arguments of the template), an awkward chat and the first
prompts are compared, token by token, with what the server makes of them. After one difference the server renders all.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from llmrobust.chat_messages import sent_messages
from llmrobust.models.http.label_tokens import RemoteTokens
from llmrobust.models.local.chat_template import ChatTemplate
from llmrobust.request import Request

VARIABLE = "LLMROBUST_SERVER_RENDERS"
"""The environment variable that leaves rendering to servers."""
HERE, THERE = "by llmrobust", "by the server"
COMPARED = 3
"""Distinct prompts of a shape that are compared, beside the awkward one."""
ROLES = frozenset(("system", "user", "assistant"))
AWKWARD = "  {}: <a href='x'>&amp;\"</a> {{{{ y }}}} \\n été\u00a0世界 🙂\tend. \n\n"
"""A text that tells templates apart that strip, escape or normalise."""
AS_TEXT: Mapping[str, Any] = {"add_special_tokens": False}
"""How texts of rendered chats are sent: the template writes all special tokens."""
SAME_FIELDS = frozenset(
    "temperature top_p top_k repetition_penalty max_tokens seed stop logit_bias structured_outputs skip_special_tokens "
    "min_p presence_penalty frequency_penalty length_penalty min_tokens stop_token_ids ignore_eos bad_words "
    "include_stop_str_in_output spaces_between_special_tokens allowed_token_ids cache_salt priority".split()
)
"""Fields that mean the same for texts as for chats."""
Shape = tuple[tuple[str, ...], str, bool]


def server_renders() -> bool:
    """Whether the environment leaves rendering to servers."""
    return os.environ.get(VARIABLE, "") not in ("", "0")


@dataclass(slots=True)
class _Checked:
    """What is known of a shape. prompts: those that the server renders alike."""

    prompts: set[object] = field(default_factory=set)
    awkward: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class ChatRendering:
    """Renders chats for one server, as long as that server renders them alike.

    told: called with the reason when the server must render from now on.
    """

    def __init__(self, template: ChatTemplate, tokens: RemoteTokens, told: Callable[[str], None] = lambda words: None):
        self._template = template
        self._tokens = tokens
        self._told = told
        self._shapes: dict[Shape, _Checked] = {}
        self._different = False

    async def texts(self, batch: Sequence[Request], fields: Mapping[str, Any] | None = None) -> list[str] | None:
        """The text of every chat; None where the server must render them all: it renders one otherwise, or may; one has
        tools or parts, or the template refuses it; or the answers need fields of chats.

        fields: what goes along with the chats.
        """
        if self._different or not SAME_FIELDS.issuperset(fields or ()) or not all(map(_is_plain, batch)):
            return None
        texts: list[str] = []
        by_shape: dict[Shape, list[tuple[Request, str]]] = {}
        for request in batch:
            text = self._rendered(request)
            if text is None:
                return None
            texts.append(text)
            by_shape.setdefault(_shape(request), []).append((request, text))
        alike = await asyncio.gather(*(self._alike(shape, chats) for shape, chats in by_shape.items()))
        # A difference may have been found in another list meanwhile.
        return texts if all(alike) and not self._different else None

    def _rendered(self, request: Request) -> str | None:
        """The text of a chat; None where the template refuses it, as the server will say in its own words."""
        variables = json.loads(request.template) if request.template else {}
        try:
            return self._template.render(sent_messages(request), continues=request.is_prefilled, **variables)
        except Exception:  # templates raise any
            return None

    async def _alike(self, shape: Shape, chats: Sequence[tuple[Request, str]]) -> bool:
        """Whether enough chats of a shape were compared, these among them if need be, without a difference."""
        known = self._shapes.setdefault(shape, _Checked())
        if known.awkward and len(known.prompts) >= COMPARED:
            return True
        async with known.turn:
            distinct = {chat[0].messages: chat for chat in chats if chat[0].messages not in known.prompts}
            new = list(distinct)[: COMPARED - len(known.prompts)]
            compared = [distinct[messages] for messages in new]
            if not known.awkward:
                odd = _awkward(chats[0][0])
                text = self._rendered(odd)
                if text is None:
                    return False
                compared.append((odd, text))
            found = await asyncio.gather(*(self._tokens.alike(request, text) for request, text in compared))
            if False in found:
                self._differs(shape)
            if not all(found):
                return False
            known.prompts.update(new)
            known.awkward = True
            return True

    def _differs(self, shape: Shape) -> None:
        if not self._different:
            self._different = True
            self._told(f"{THERE}: it makes other tokens of the messages {', '.join(shape[0])}")


def _is_plain(request: Request) -> bool:
    return all(role in ROLES for role, _ in request.messages) and request.noise is None


def _shape(request: Request) -> Shape:
    return tuple(role for role, _ in request.messages), request.template, request.is_prefilled


def _awkward(request: Request) -> Request:
    """A chat of the same shape with texts that are hard to get right."""
    texts = ((role, AWKWARD.format(number)) for number, (role, _) in enumerate(request.messages))
    return replace(request, messages=tuple(texts))
