"""A server that fails on command: for the faults that a real server cannot be made to show."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from llmrobust.models.http.identity_probe import PROBES

Body = dict[str, Any]
EVERYTHING = frozenset(("lists", "chat-lists", "tokenize", "logprobs", "constrained", "version", "chat", "completions"))

TEMPLATE = (
    "{% for message in messages %}<user>{{ message.content }}{{ '\\n' if not loop.last or add_generation_prompt }}"
    "{% endfor %}{% if add_generation_prompt %}<answer>{% endif %}"
)
"""The server's way of rendering chats, as a chat template."""


@dataclass
class Fault:
    """What happens to a call instead of its answer.

    status: an HTTP status with an error body. kind: "hang" (until the client leaves), "reset" (the connection is
    dropped), "cut" (half of a JSON body in an HTTP message of its own), "truncate" (less body than announced), "few"
    (one choice is missing), "scores" (a log-probability is missing), "disobey" (a constraint is ignored), "redirect",
    "die" (the connection is dropped, and nobody listens any more).
    when: which calls it happens to. times: how often; then the server is well.
    """

    status: int = 0
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "out of order"
    path: str = "/v1/"
    when: Callable[[Body], bool] = lambda body: True
    times: int = 10**9


@dataclass
class FaultServer:
    """A small stand-in for vLLM: a token is a character; "good" answers prompts with "+", "bad" all others.

    features: what it has of "lists", "chat-lists", "tokenize", "logprobs", "constrained", "version", "chat",
    "completions"; "strict" refuses fields that OpenAI does not have; "no-parser" refuses to parse tool calls, as vLLM does
    that was not told how; "begins" puts a sign of its own before texts, unless it is told not to; "continues" can continue
    a message; "hides-tools" has a template that drops tools; "likeliest" shows
    the likeliest tokens of a chat's answer, "no-likeliest" refuses to; "thinks" thinks before it answers, in <think> tags, or with "reasoning-field" in a field of
    its own. A chat with tools is answered by a call of the first one, unless it says "bad". calls: (path, body, headers) of every call but
    the probes that identify it, whose bodies are in `probes`.
    """

    features: set[str] = field(default_factory=lambda: set(EVERYTHING))
    models: list[str] = field(default_factory=lambda: ["toy"])
    adapters: dict[str, str] = field(default_factory=dict)
    """LoRA adapters of the first model, as vLLM lists them: name -> folder."""
    context: int = 512
    template: str = "<user>"
    version: str = "9.9"
    faults: list[Fault] = field(default_factory=list)
    calls: list[tuple[str, Body, dict[str, str]]] = field(default_factory=list)
    probes: list[Body] = field(default_factory=list)
    probed: Callable[[Body, int], Body | None] = lambda answer, number: answer
    """Changes the answer to the probe of a number, counted from 0; None refuses it."""
    probe_status: int = 0
    """The HTTP status with which every probe fails."""
    url: str = ""
    site: web.TCPSite | None = None

    def bodies(self, path: str) -> list[Body]:
        """The bodies of the calls to a path, in order."""
        return [body for called, body, _ in self.calls if called == path]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any call."""
        body = await request.json() if request.method == "POST" else {}
        if _is_probe(body):
            if self.probe_status:
                return _refused("out of order", self.probe_status)
            return self._answer_probe(request.path, body)
        self.calls.append((request.path, body, dict(request.headers)))
        for fault in self.faults:
            if fault.times > 0 and request.path.startswith(fault.path) and fault.when(body):
                fault.times -= 1
                return await self._fail(request, body, fault)
        return self._answer(request.path, body)

    def _answer_probe(self, path: str, body: Body) -> web.Response:
        answer = self._answer(path, body)
        if answer.status != 200:
            return answer
        changed = self.probed(json.loads(answer.text or "{}"), len(self.probes))
        self.probes.append(body)
        return _refused("not these") if changed is None else web.json_response(changed)

    async def _fail(self, request: web.Request, body: Body, fault: Fault) -> web.StreamResponse:
        if fault.status:
            error = {"error": {"message": fault.message, "code": fault.status}}
            return web.json_response(error, status=fault.status, headers=fault.headers)
        if fault.kind == "hang":
            while request.transport is not None and not request.transport.is_closing():
                await asyncio.sleep(0.01)
            return web.Response()
        if fault.kind in ("reset", "die"):
            if fault.kind == "die" and self.site is not None:
                site, self.site = self.site, None
                await site.stop()
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault.kind == "redirect":
            return web.Response(status=307, headers={"Location": "http://192.0.2.1/v1"})
        answer = self._answer(request.path, body)
        assert isinstance(answer, web.Response)
        text = answer.text or ""
        if fault.kind == "truncate":
            stream = web.StreamResponse(headers={"Content-Length": str(len(text))})
            await stream.prepare(request)
            await stream.write(text[: len(text) // 2].encode())
            assert request.transport is not None
            request.transport.close()
            return stream
        if fault.kind == "cut":
            return web.Response(text=text[: len(text) // 2], content_type="application/json")
        data = json.loads(text)
        if fault.kind == "few":
            data["choices"].pop()
        elif fault.kind == "disobey":
            for choice in data["choices"]:
                choice.update({"text": "whatever"} if "text" in choice else {"message": {"content": "whatever"}})
        elif fault.kind == "scores":
            logprobs = data["choices"][-1]["logprobs"]
            pairs = logprobs["content"][0]["top_logprobs"] if "content" in logprobs else logprobs["top_logprobs"][0]
            pairs.pop() if isinstance(pairs, list) else pairs.popitem()
        return web.json_response(data)

    def _answer(self, path: str, body: Body) -> web.Response:
        has = self.features
        if path == "/health":
            return web.Response()
        if path == "/version" and "version" in has:
            return web.json_response({"version": self.version})
        if path == "/v1/models":
            entries = [{"id": name, "root": name, "max_model_len": self.context or None} for name in self.models]
            entries += [{"id": n, "root": root, "parent": self.models[0]} for n, root in self.adapters.items()]
            return web.json_response({"data": entries})
        if path == "/tokenize" and "tokenize" in has:
            text = self._begun(body["prompt"], body) if "prompt" in body else self._rendered(body["messages"], body)
            if body.get("tools") and "hides-tools" not in has:
                text = json.dumps(body["tools"]) + text
            strings = {"token_strs": list(text)} if body.get("return_token_strs") else {}
            known = {"tokens": _tokens(text), "count": len(text), "max_model_len": self.context}
            return web.json_response({**known, **strings})
        if path == "/detokenize" and "tokenize" in has:
            return web.json_response({"prompt": "".join(map(chr, body["tokens"]))})
        if path == "/v1/completions" and "completions" in has:
            prompts = body["prompt"]
            if isinstance(prompts, str) or (prompts and isinstance(prompts[0], int)):
                prompts = [prompts]
            elif "lists" not in has:
                return _refused("prompt must be a string")
            texts = [self._begun(p, body) if isinstance(p, str) else "".join(map(chr, p)) for p in prompts]
            return self._choices(texts, body, chat=False)
        if path == "/v1/chat/completions/batch" and "chat-lists" in has:
            return self._choices([self._rendered(chat, body) for chat in body["messages"]], body, chat=True)
        if path == "/v1/chat/completions" and "chat" in has:
            return self._choices([self._rendered(body["messages"], body)], body, chat=True)
        return web.json_response({"error": {"message": "Not Found"}}, status=404)

    def _rendered(self, messages: list[Body], body: Body) -> str:
        text = "".join(f"{self.template}{message['content']}\n" for message in messages)
        return text[:-1] if body.get("continue_final_message") and "continues" in self.features else text + "<answer>"

    def _begun(self, text: str, body: Body) -> str:
        return f"^{text}" if "begins" in self.features and body.get("add_special_tokens", True) else text

    def _choices(self, texts: list[str], body: Body, chat: bool) -> web.Response:
        if body["model"] not in (*self.models, *self.adapters):
            return _refused("no such model", 404)
        if "no-parser" in self.features and "tools" in body and body.get("tool_choice", "auto") == "auto":
            return _refused('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set')
        if "no-likeliest" in self.features and "top_logprobs" in body:
            return _refused("logprobs are not supported with this model", 422)
        if "strict" in self.features and ("top_k" in body or "repetition_penalty" in body):
            return _refused("Unrecognized request argument supplied: top_k")
        for text in texts:
            if self.context and len(text) >= self.context:
                return _refused(f"prompt of {len(text)} tokens is longer than {self.context}")
        choices = [self._choice(i, text, body, chat) for i, text in enumerate(texts)]
        ends = [choice.pop("ids") for choice in choices]
        usage = {"prompt_tokens": sum(map(len, texts)), "completion_tokens": sum(map(len, ends))}
        return web.json_response({"choices": choices, "usage": usage, "system_fingerprint": "fp"})

    def _choice(self, index: int, text: str, body: Body, chat: bool) -> Body:
        limit = body.get("max_tokens", body.get("max_completion_tokens", 16))
        if self.context:
            limit = min(limit, self.context - len(text))
        said = "+" if "good" in text else "-"
        if "constrained" in self.features and "structured_outputs" in body:
            options = body["structured_outputs"]["choice"]
            said = options[0] if "good" in text else options[-1]
        if "long" in text:
            said = "x" * 100
        calls = []
        if chat and body.get("tools") and "bad" not in text:
            name = body["tools"][0]["function"]["name"]
            if body.get("tool_choice") == "none":
                said = f'<tool_call>{{"name": "{name}", "arguments": {{"city": "Oslo"}}}}</tool_call>'
            else:
                function = {"name": name, "arguments": '{"city": "Oslo"}'}
                said, calls = "", [{"id": "c1", "type": "function", "function": function}]
        thoughts = "It may be - or +." if "thinks" in self.features else ""
        if thoughts and "reasoning-field" not in self.features and "</think>" not in text:
            said = f"<think>{thoughts}</think>\n\n{said}"
        finish = "length" if len(said) > limit else "stop"
        said = said[:limit]
        choice: Body = {"index": index, "finish_reason": finish, "ids": _tokens(said)}
        message: Body = {"role": "assistant", "content": said}
        if calls:
            message = {"role": "assistant", "content": None, "tool_calls": calls}
        if thoughts and "reasoning-field" in self.features:
            message["reasoning_content"] = thoughts
        choice.update({"message": message} if chat else {"text": said})
        if chat and body.get("top_logprobs") and "likeliest" in self.features:
            # What it says at seven tenths, a label that it does not say at two tenths, and one more in capitals.
            entries = [{"token": one, "logprob": math.log(0.7), "top_logprobs": []} for one in said]
            other = "-" if said.startswith("+") else "+"
            likely = {said[:1]: 0.7, other: 0.2, "Maybe": 0.1}
            if entries:
                pairs = [{"token": one, "logprob": math.log(share)} for one, share in likely.items()]
                entries[0]["top_logprobs"] = pairs
            choice["logprobs"] = {"content": entries}
        if "logprobs" in self.features:
            if body.get("return_token_ids"):
                choice["token_ids"] = _tokens(said)
                choice["prompt_token_ids"] = None if chat else _tokens(text)
            if "logprob_token_ids" in body:
                # The first token is likelier after "good", the last one otherwise; what is not a capital, a digit
                # or a sign is said hardly ever, so that labels have no other forms.
                wanted = sorted(body["logprob_token_ids"], reverse="good" not in text)
                ranked = [token for token in wanted if chr(token).isupper() or chr(token) in "+-0123456789"]
                scores = {f"token_id:{token}": -40.0 for token in wanted}
                scores |= {f"token_id:{token}": -0.5 - rank for rank, token in enumerate(ranked)}
                if chat:
                    pairs = [{"token": token, "logprob": score} for token, score in scores.items()]
                    choice["logprobs"] = {"content": [{"top_logprobs": pairs}]}
                else:
                    choice["logprobs"] = {"top_logprobs": [scores]}
        return choice


def _is_probe(body: Body) -> bool:
    asked = body["messages"][-1] if body.get("messages") else body.get("prompt")
    return (asked.get("content") if isinstance(asked, dict) else asked) in PROBES


def _tokens(text: str) -> list[int]:
    return [ord(character) for character in text]


def _refused(message: str, status: int = 400) -> web.Response:
    return web.json_response({"error": {"message": message, "code": status}}, status=status)


@contextmanager
def serve(server: FaultServer, port: int = 0) -> Iterator[FaultServer]:
    """The server, listening on a free port of this machine in a thread of its own; its `url` ends in /v1."""
    loop = asyncio.new_event_loop()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def start() -> int:
        await runner.setup()
        server.site = web.TCPSite(runner, "127.0.0.1", port)
        await server.site.start()
        address: tuple[str, int] = runner.addresses[0]
        return address[1]

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    bound = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    server.url = f"http://127.0.0.1:{bound}/v1"
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
