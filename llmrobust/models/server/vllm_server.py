"""A vLLM server for the session: started on a free port, called over HTTP, stopped at the end."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import json
import os
import re
import secrets
import sys
from collections import ChainMap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from llmrobust.errors import ModelError, ServerGone
from llmrobust.models.http.chat_rendering import THERE, VARIABLE, server_renders
from llmrobust.models.http.client import HttpSettings
from llmrobust.models.http.openai_model import OpenAiModel
from llmrobust.models.local.adapters import MODULES, Adapter, adapter_of, lora_options, modules_of
from llmrobust.models.local.chat_template import ChatTemplate
from llmrobust.models.local.vllm_environment import cpu_defaults, runs_on_cpu, server_environment
from llmrobust.models.local.weights import CHAT_TEMPLATE, chat_template_of, folder_fingerprint
from llmrobust.models.local_spec import LocalSpec
from llmrobust.models.protocol import IDENTIFIED_BY, RENDERED, ModelInfo
from llmrobust.models.server.process import ServerProcess, free_port
from llmrobust.request import Reply, Request

STARTUP_TIMEOUT_S = 600.0
BUILT_IN = ("gpt_oss",)
"""Types of models whose chats vLLM renders and reads without a template."""
_DTYPE = re.compile(r"Initializing a V\d+ LLM engine.*?\bdtype=(?:torch\.)?(\w+)")
_RENDERS_OTHERWISE = re.compile(r"parser|reasoning|tool|tokenizer|template|response-role|hf-overrides|^config$")
"""Arguments with which the server may render chats, or answer them, otherwise than by the folder's template."""
OURS = ("host", "port", "model", "api-key", "served-model-name", "startup-timeout")


class VllmServerModel:
    """The `Model` behind `vllm:NAME_OR_PATH[?ARGUMENT=VALUE&...][#ADAPTER]`.

    Options are arguments of vLLM's server (`max-model-len=1024&enforce-eager`); `startup-timeout` is ours, seconds.
    """

    def __init__(self, spec: str):
        self.spec = spec
        self._parsed = LocalSpec.parse(spec)
        for name in OURS[:-1]:
            if name in self._parsed.options:
                raise ModelError(f'"{spec}": the option {name} is set by llmrobust; leave it out')
        self._adapter = adapter_of(self._parsed)
        self._startup_timeout_s = _seconds(self._parsed.options.get("startup-timeout"), spec)
        self._process: ServerProcess | None = None
        self._http: OpenAiModel | None = None

    async def open(self) -> ModelInfo:
        """Start the server and wait until it answers. Raises ModelError with the end of its log."""
        if importlib.util.find_spec("vllm") is None:
            raise ModelError(f"{self.spec} needs vLLM: pip install 'llmrobust[vllm]'")
        port = free_port()
        arguments = server_arguments(self._parsed, cpu=runs_on_cpu(), adapter=self._adapter)
        key = secrets.token_urlsafe(24)
        command = [sys.executable, "-P", "-m", "vllm.entrypoints.openai.api_server", "--model", self._parsed.path]
        command += ["--host", "127.0.0.1", "--port", str(port), "--served-model-name", self._name(), *arguments]
        self._process = ServerProcess(command, {**server_environment(os.environ), "VLLM_API_KEY": key})
        try:
            await self._process.healthy(f"http://127.0.0.1:{port}/health", self._startup_timeout_s)
            settings = replace(HttpSettings.from_environment(), api_key=key, connect_tries=2)
            served = self._adapter.name if self._adapter is not None else self._name()
            address = f"http://127.0.0.1:{port}/v1#{served}"
            template = None if self._server_renders else self._template()
            self._http = OpenAiModel(address, settings, is_ours=self._folder is not None, template=template)
            info = await self._http.open()
        except BaseException as error:
            await self._stop(keep_log=isinstance(error, ModelError))
            raise
        fingerprint, trusted = await asyncio.to_thread(self._fingerprints, info, arguments)
        own = {"arguments": " ".join(arguments), "dtype": self._dtype()}
        if template is None:
            own[RENDERED] = f"{THERE}: {self._server_renders or 'its template cannot be read'}"
        if self._adapter is not None:
            own["adapter"] = self._adapter.path
        if self._folder is not None:
            own[IDENTIFIED_BY] = "weights on this machine"
        elif not trusted:
            own[IDENTIFIED_BY] = "name and answers to probes"
        return replace(
            info,
            spec=self.spec,
            name=self._parsed.path if self._adapter is None else f"{self._parsed.path}#{self._adapter.name}",
            backend="vllm",
            fingerprint=fingerprint,
            trusted_fingerprint=trusted,
            details=MappingProxyType(ChainMap(own, info.details)),  # type: ignore[arg-type]
        )

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request. Raises ServerGone with the end of the log when the server ended."""
        if self._http is None or self._process is None:
            raise ModelError(f"{self.spec} is not open")
        try:
            return await self._http.answer(batch)
        except ServerGone as error:
            raise ServerGone(
                f"the vLLM server of {self.spec} ended; its log is {self._process.log}",
                f"{error.message}\n{self._process.log_tail()}",
            ) from None

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens as the server writes them."""
        return await self._http.prompt_tokens(request) if self._http is not None else ()

    async def close(self) -> None:
        """Stop the server and everything that it started. The log stays only when the server had died."""
        died = self._process is not None and not self._process.running
        await self._stop(keep_log=died)

    async def _stop(self, keep_log: bool) -> None:
        http, self._http = self._http, None
        process, self._process = self._process, None
        if http is not None:
            await http.close()
        if process is not None:
            await asyncio.to_thread(process.stop, keep_log)

    def _dtype(self) -> str:
        """The precision that the server computes in, from its log; empty where the log does not name it."""
        found = _DTYPE.search(self._process.log_text()) if self._process is not None else None
        return found[1] if found else ""

    @property
    def _server_renders(self) -> str:
        """Why the server must render chats itself; empty if it need not."""
        if server_renders():
            return f"{VARIABLE} is set"
        others = [o for o in self._parsed.options if o != CHAT_TEMPLATE and _RENDERS_OTHERWISE.search(o)]
        if others:
            return f"started with {', '.join(others)}"
        return "" if Path(self._parsed.path).is_dir() else "its folder is not known"

    def _template(self) -> ChatTemplate | None:
        """The chat template that the server was started with; None for models that have one of their own in vLLM."""
        folder = Path(self._parsed.path)
        try:
            built_in = json.loads((folder / "config.json").read_text("utf-8")).get("model_type") in BUILT_IN
            given = chat_template_of(self._parsed)
        except (ModelError, OSError, ValueError, AttributeError):
            return None
        return None if built_in else ChatTemplate.of_folder(folder, given)

    def _name(self) -> str:
        return Path(self._parsed.path).name or self._parsed.path

    @property
    def _folder(self) -> Path | None:
        """The model's folder; None where a name, of it or of its adapter, may lead to other weights next time."""
        folder = Path(self._parsed.path)
        known = self._adapter is None or self._adapter.folder is not None
        return folder if folder.is_dir() and known else None

    def _fingerprints(self, info: ModelInfo, arguments: Sequence[str]) -> tuple[str, str]:
        """From what the server reports, its arguments, and its weights or answers to probes; and the trusted one."""
        known = [info.max_model_len, info.details["server_version"], info.details["template"], runs_on_cpu()]
        known += [] if self._adapter is None else [self._adapter.fingerprint]

        def digest(*identity: str) -> str:
            return hashlib.sha256(json.dumps([*identity, *known, *arguments]).encode()).hexdigest()

        if self._folder is not None:
            return digest(folder_fingerprint(self._folder)), ""
        # The port differs in each session, so it counts only if the answers identify nothing.
        unknown = bool(info.trusted_fingerprint)
        answers = info.fingerprint if unknown else info.details["probe_answers"]
        return digest(self._parsed.path, answers), digest(self._parsed.path) if unknown else ""


def server_arguments(spec: LocalSpec, *, cpu: bool, adapter: Adapter | None = None) -> list[str]:
    """The server's arguments from a spec's options; on a CPU with defaults that start fast and stay up.

    adapter: what it must serve besides the model.
    """
    given = {name: value for name, value in spec.options.items() if name not in OURS}
    given = {**(cpu_defaults(spec) if cpu else {}), **lora_options(spec, adapter), **given}
    if adapter is not None and adapter.name not in modules_of(spec):
        given[MODULES] = f"{given.get(MODULES, '')} {adapter.name}={adapter.path}".strip()
    return [piece for name, value in sorted(given.items()) for piece in _argument(name, value)]


def _argument(name: str, value: str) -> list[str]:
    if value.lower() in ("true", "false"):
        return [f"--{name}"] if value.lower() == "true" else [f"--no-{name}"]
    if name == MODULES:
        return [f"--{name}", *value.split()]
    return [f"--{name}", value]


def _seconds(text: str | None, spec: str) -> float:
    try:
        return float(text) if text is not None else STARTUP_TIMEOUT_S
    except ValueError:
        raise ModelError(f'"{spec}": startup-timeout is {text!r}, give seconds such as 600') from None
