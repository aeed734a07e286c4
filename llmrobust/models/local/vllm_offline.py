"""vLLM in this process: all prompts at once, no server."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import json
import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import packages_distributions, version
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, TypeVarTuple

from llmrobust.errors import ModelError, ServerGone
from llmrobust.models.http.payloads import MAX_LOGPROB_TOKENS, Choice, enough_tokens, obeyed, spoken_labels
from llmrobust.models.local.adapters import MODULES, Adapter, adapter_of, lora_options
from llmrobust.models.local.label_scores import SAME_TOKENS, LocalTokens, refuse_extra, shows_marks
from llmrobust.models.local.vllm_environment import cpu_defaults, runs_on_cpu, server_environment
from llmrobust.models.local.weights import CHAT_TEMPLATE, chat_template_of, folder_fingerprint
from llmrobust.models.local_spec import LocalSpec
from llmrobust.models.protocol import ModelInfo
from llmrobust.models.written_first import leads_of, with_leads
from llmrobust.request import Failure, Reply, Request, Response, Sampling, ScoredBy

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MAX_BATCH = 1024
ENVIRONMENT = {"VLLM_LOGGING_LEVEL": "ERROR", "VLLM_ENABLE_V1_MULTIPROCESSING": "0"}
"""Quiet, and truly in this process: no child that could outlive it."""
SCORING: tuple[ScoredBy, ...] = ("logprobs", "constrained", "text")


class VllmOfflineModel:
    """The `Model` behind `vllm-offline:NAME_OR_PATH[?ARGUMENT=VALUE&...][#ADAPTER]`.

    Options are arguments of `vllm.LLM`; `lora-modules` gives adapters names, as for the server.
    """

    def __init__(self, spec: str):
        self.spec = spec
        self._parsed = LocalSpec.parse(spec)
        self._adapter = adapter_of(self._parsed)
        self._lora: Any = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="llmrobust-vllm")
        self._engine: Any = None
        self._tokens: LocalTokens | None = None

    async def open(self) -> ModelInfo:
        """Load the weights. Raises ModelError."""
        if importlib.util.find_spec("vllm") is None:
            raise ModelError(f"{self.spec} needs vLLM: pip install 'llmrobust[vllm]'")
        arguments = engine_arguments(self._parsed, cpu=runs_on_cpu(), adapter=self._adapter)
        return await self._run(self._load, arguments)

    async def answer(self, batch: Sequence[Request]) -> list[Reply]:
        """One reply per request. Raises ServerGone when the engine died."""
        if self._engine is None or self._tokens is None:
            raise ModelError(f"{self.spec} is not open")
        refuse_extra(batch, self.spec)
        return await self._run(self._answer, tuple(batch)) if batch else []

    async def prompt_tokens(self, request: Request) -> tuple[str, ...]:
        """The prompt's tokens as texts."""
        return await self._run(self._tokens.texts, request) if self._tokens is not None else ()

    async def close(self) -> None:
        """Stop the engine and let go of the weights."""
        if self._engine is not None:
            await self._run(self._unload)
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    def _load(self, arguments: dict[str, Any]) -> ModelInfo:
        for name, value in {**server_environment(os.environ), **ENVIRONMENT}.items():
            os.environ.setdefault(name, value)
        with _silence():
            import vllm

            library: Any = vllm
            try:
                self._engine = library.LLM(model=self._parsed.path, **arguments)
            except Exception as error:  # vLLM raises errors of many libraries
                reason = str(error).strip()[:600]
                raise ModelError(f"{self.spec} cannot be loaded by vLLM: {reason}") from None
            if self._adapter is not None:
                from vllm.lora.request import LoRARequest

                self._lora = LoRARequest(self._adapter.name, 1, self._adapter.path)
        config = self._engine.llm_engine.model_config
        tokenizer = self._engine.get_tokenizer()
        tokenizer.chat_template = chat_template_of(self._parsed) or tokenizer.chat_template
        self._tokens = LocalTokens(tokenizer, int(config.max_model_len))
        folder = Path(self._parsed.path)
        details = {
            "vllm": next(version(name) for name in _distributions()),
            "dtype": str(config.dtype).removeprefix("torch."),
            "arguments": json.dumps(arguments, sort_keys=True),
        }
        weights = folder_fingerprint(folder) if folder.is_dir() else self._parsed.path
        if self._adapter is not None:
            weights = f"{weights} {self._adapter.fingerprint}"
            details["adapter"] = self._adapter.path
        known = [weights, str(tokenizer.chat_template), config.max_model_len, *details.values()]
        return ModelInfo(
            spec=self.spec,
            name=self._parsed.path if self._adapter is None else f"{self._parsed.path}#{self._adapter.name}",
            backend="vllm-offline",
            fingerprint=hashlib.sha256(json.dumps(known).encode()).hexdigest(),
            max_model_len=int(config.max_model_len),
            max_batch=MAX_BATCH,
            max_in_flight=1,
            scoring=SCORING,
            details=MappingProxyType(details),
        )

    def _unload(self) -> None:
        engine, self._engine = self._engine, None
        with _silence():
            engine.llm_engine.engine_core.shutdown()

    def _answer(self, batch: tuple[Request, ...]) -> list[Reply]:
        """Scored or constrained where there are labels, and generated where that cannot be."""
        assert self._tokens is not None
        started = time.monotonic()
        labels, scoring = batch[0].labels, batch[0].scoring
        replies: list[Reply | None] = [None] * len(batch)
        if labels and scoring in ("auto", "logprobs") and batch[0].writes_first:
            written = self._generate(batch, constrained=False)
            leads = leads_of(batch, written)
            asked = [(request, lead) for request, lead in zip(batch, leads, strict=True) if lead is not None]
            scored = self._tokens.score([one for one, _ in asked], self._next_logprobs, [lead for _, lead in asked])
            replies = [*with_leads(written, leads, scored)]
        elif labels and scoring in ("auto", "logprobs"):
            replies = self._tokens.score(batch, self._next_logprobs)
        left = [i for i, reply in enumerate(replies) if reply is None]
        if labels and scoring == "logprobs":
            others: list[Reply] = [SAME_TOKENS] * len(left)
        else:
            others = self._generate([batch[i] for i in left], constrained=bool(labels) and scoring != "text")
        for i, reply in zip(left, others, strict=True):
            replies[i] = reply
        latency_s = time.monotonic() - started
        return [replace(r, latency_s=latency_s) if isinstance(r, Response) else r for r in replies if r is not None]

    def _next_logprobs(
        self, rows: Sequence[list[int]], wanted: Sequence[tuple[int, ...]], shared: Sequence[int]
    ) -> list[dict[int, float]]:
        """For every row of tokens, the log-probabilities of the wanted tokens as the next one.

        shared: not used, as vLLM finds what rows share by itself.
        """
        asked = [
            (i, tokens[start : start + MAX_LOGPROB_TOKENS])
            for i, tokens in enumerate(wanted)
            for start in range(0, len(tokens), MAX_LOGPROB_TOKENS)
        ]
        sampling = [_parameters(Sampling(max_tokens=1), logprob_token_ids=list(tokens)) for _, tokens in asked]
        found: list[dict[int, float]] = [{} for _ in rows]
        for (i, tokens), output in zip(asked, self._run_engine([rows[i] for i, _ in asked], sampling), strict=True):
            given = output.outputs[0].logprobs[0]
            found[i].update({token: float(given[token].logprob) for token in tokens})
        return found

    def _generate(self, batch: Sequence[Request], constrained: bool) -> list[Reply]:
        assert self._tokens is not None
        replies: list[Reply | None] = []
        sent: list[tuple[int, list[int], Any]] = []
        for i, request in enumerate(batch):
            spoken = spoken_labels(request) if constrained else ()
            sampling = request.sampling
            if spoken:
                sampling = replace(sampling, max_tokens=enough_tokens(spoken), stop=())
            prompt = self._tokens.prompt(request, sampling.max_tokens)
            replies.append(prompt if isinstance(prompt, Failure) else None)
            if not isinstance(prompt, Failure):
                marks = {"skip_special_tokens": False} if shows_marks([request]) else {}
                sent.append((i, prompt, _parameters(sampling, spoken, request.structured, **marks)))
        outputs = self._run_engine([prompt for _, prompt, _ in sent], [sampling for _, _, sampling in sent])
        for (i, prompt, _), output in zip(sent, outputs, strict=True):
            found = output.outputs[0]
            thinking = self._tokens.thinking(found.token_ids, found.text)
            reason, count = str(found.finish_reason), len(found.token_ids)
            choice = Choice(found.text, reason, len(prompt), count, reasoning_tokens=thinking)
            replies[i] = obeyed(choice, batch[i]) if constrained else choice.response("text", 0.0)
        return [reply for reply in replies if reply is not None]

    def _run_engine(self, rows: Sequence[list[int]], sampling: list[Any]) -> list[Any]:
        """The engine's outputs in the order of the rows of tokens."""
        if not rows:
            return []
        try:
            found = self._engine.generate(
                [{"prompt_token_ids": row} for row in rows], sampling, use_tqdm=False, lora_request=self._lora
            )
        except Exception as error:
            if type(error).__name__ == "EngineDeadError":
                raise ServerGone(f"the vLLM engine of {self.spec} died: {error}") from None
            raise
        return list(found)


def engine_arguments(spec: LocalSpec, *, cpu: bool, adapter: Adapter | None = None) -> dict[str, Any]:
    """Keyword arguments of `vllm.LLM` from a spec's options: numbers, true and false are taken as such.

    adapter: what it must be able to load.
    """
    found: dict[str, Any] = {"disable_log_stats": True, "use_tqdm_on_load": False}
    for name, text in {**(cpu_defaults(spec) if cpu else {}), **lora_options(spec, adapter), **spec.options}.items():
        if name in (CHAT_TEMPLATE, MODULES):
            continue  # read here, since the prompts are rendered and the adapter is chosen here
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        negated = name.startswith("no-") and value is True
        found[(name.removeprefix("no-") if negated else name).replace("-", "_")] = False if negated else value
    return found


def _parameters(sampling: Sampling, choice: Sequence[str] = (), structured: str = "", **others: Any) -> Any:
    """vLLM's sampling parameters with every value set, so that no default of the model applies."""
    import vllm
    from vllm.sampling_params import StructuredOutputsParams

    library: Any = vllm
    outputs = {"choice": list(choice)} if choice else engine_structure(structured)
    if outputs:
        others["structured_outputs"] = StructuredOutputsParams(**outputs)
    return library.SamplingParams(
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        top_k=sampling.top_k or -1,
        repetition_penalty=sampling.repetition_penalty,
        max_tokens=sampling.max_tokens,
        seed=sampling.seed % 2**63,
        stop=list(sampling.stop),
        logit_bias=dict(sampling.logit_bias) or None,
        **others,
    )


def engine_structure(structured: str) -> dict[str, Any]:
    """A request's `response_format` or `structured_outputs` as the engine takes it; empty without one."""
    given = json.loads(structured) if structured else {}
    asked: dict[str, Any] = given.get("structured_outputs", {})
    format = given.get("response_format", {})
    if format.get("type") == "json_object":
        return {"json_object": True}
    if format.get("type") == "json_schema":
        return {"json": format["json_schema"]["schema"]}
    return asked


def _distributions() -> list[str]:
    return packages_distributions().get("vllm", ["vllm"])


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """What vLLM writes while it loads goes nowhere: Python's streams, and standard error, where its C++ writes.

    Standard output's descriptor is left alone: a test report may be written to it at the same time.
    """
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        kept = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
