"""From what a person writes after `--llm` to a model: nothing heavy is imported until the model is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from llmrobust.errors import ModelError
from llmrobust.models.protocol import Model
from llmrobust.registry import Registry
from llmrobust.text.phrases import nearest

if TYPE_CHECKING:
    from llmrobust.models.http.client import HttpSettings

Open = Callable[[str], Model]
F = TypeVar("F", bound=Open)


@dataclass(frozen=True, slots=True)
class Backend:
    """A kind of model behind `--llm`.

    prefix: what a spec begins with, before the colon. form, meaning: how it is written and what it is, for people; not
    listed without a form.
    open: from the whole spec to a model that is not yet opened; imports nothing heavy. named: whether something must
    follow the prefix and a colon ("always"), nothing does ("never"), or both are right ("maybe").
    """

    prefix: str
    form: str
    meaning: str
    open: Open
    named: Literal["always", "never", "maybe"] = "always"


SERVERS = ("http://", "https://")
LISTED = "servers:"
MODELS: Registry[Backend] = Registry("model backend", "llmrobust.models", ModelError)
"""What `--llm` may name, by prefix."""


def model(prefix: str, *, form: str = "", meaning: str = "from this project") -> Callable[[F], F]:
    """Register the decorated function as a model backend: it takes the whole spec and gives a `Model`.

    prefix: what specs of this kind begin with, before the colon. form, meaning: how a spec is written and what it is,
    as error messages list it. An installed distribution names the function in an entry point of the group
    `llmrobust.models` instead, whose name is the prefix. Raises ModelError when the prefix is taken.
    """

    def register(function: F) -> F:
        MODELS.add(prefix, Backend(prefix, form or f"{prefix}:...", meaning, function, named="maybe"))
        return function

    return register


def _open_server(spec: str, settings: HttpSettings | None = None) -> Model:
    from llmrobust.models.http.openai_model import OpenAiModel

    return OpenAiModel(spec, settings)


def _open_listed(spec: str, settings: Callable[[str], HttpSettings] | None = None) -> Model:
    from llmrobust.models.http.client import HttpSettings
    from llmrobust.models.http.listed_servers import ListedServers

    if spec == LISTED:
        raise ModelError(f'"{spec}" does not name a file: write it as servers:FILE')

    def opened(address: str) -> Model:
        return _open_server(address, settings(address) if settings is not None else None)

    return ListedServers(spec, opened, HttpSettings.from_environment().timeout_s)


def _open_bundled(spec: str) -> Model:
    from llmrobust.models.local.tiny.model import BundledModel

    return BundledModel(spec)


def _open_transformers(spec: str) -> Model:
    from llmrobust.models.local.hf_model import HfModel

    return HfModel(spec)


def _open_vllm_server(spec: str) -> Model:
    from llmrobust.models.server.vllm_server import VllmServerModel

    return VllmServerModel(spec)


def _open_vllm_offline(spec: str) -> Model:
    from llmrobust.models.local.vllm_offline import VllmOfflineModel

    return VllmOfflineModel(spec)


def _open_fixed(spec: str) -> Model:
    from llmrobust.models.fixed_model import FixedModel

    return FixedModel(spec, parse_specs)


def _open_on_ray(spec: str) -> Model:
    from llmrobust.models.ray_cluster import RayModel

    return RayModel(spec, parse_spec)


BUILT_IN = (
    Backend("tiny", "tiny", "the small model that comes with llmrobust", _open_bundled, named="never"),
    Backend(
        "hf",
        "hf:NAME_OR_PATH[#ADAPTER]",
        "transformers in this process; ?dtype=, device=, revision=, trust-remote-code=",
        _open_transformers,
    ),
    Backend(
        "vllm",
        "vllm:NAME_OR_PATH[#ADAPTER]",
        "a vLLM server that llmrobust starts and stops; ?ARGUMENT=VALUE for the server",
        _open_vllm_server,
    ),
    Backend(
        "vllm-offline",
        "vllm-offline:NAME_OR_PATH[#ADAPTER]",
        "vLLM in this process; ?ARGUMENT=VALUE for the engine",
        _open_vllm_offline,
    ),
    Backend(
        "http",
        "http://HOST:PORT/v1[#MODEL]",
        "a running OpenAI-compatible server; http://A/v1,http://B/v1 for replicas",
        _open_server,
    ),
    Backend("https", "", "the same, encrypted", _open_server),
    Backend(
        "servers",
        "servers:FILE",
        "the running servers whose addresses are in a file, one a line; they may come and go during a run",
        _open_listed,
    ),
    Backend(
        "ray",
        "ray:NAME_OR_PATH",
        "vLLM in workers on a Ray cluster; ?workers=, gpus=, cpus=, address=, and ARGUMENT=VALUE for the engine",
        _open_on_ray,
    ),
    Backend(
        "fixed",
        "fixed:FILE",
        "the model and prompt that `llmrobust fix` wrote; ?llm=SPEC for another model",
        _open_fixed,
    ),
)
for _backend in BUILT_IN:
    MODELS.add(_backend.prefix, _backend)


def parse_spec(spec: str) -> Model:
    """The model that a spec names, not yet opened. Raises ModelError for a spec of no known form.

    Of installed distributions only the one that the spec names is imported; their specs may go on with a question mark
    instead of a colon.
    """
    return backend_of(spec).open(spec)


def backend_of(spec: str) -> Backend:
    """The kind of model that a spec names. Raises ModelError for a spec of no known form."""
    prefix, colon, _ = spec.partition(":")
    found = MODELS.find(prefix) or _installed(prefix.partition("?")[0])
    if found is None or found.named == ("never" if colon else "always"):
        raise ModelError(_unknown(spec, prefix))
    return found


def _installed(prefix: str) -> Backend | None:
    """The backend that a distribution brings under a prefix; read anew each time, as nothing else refers to it."""
    for point in MODELS.installed():
        if point.name == prefix:
            found = MODELS.imported(point)
            if isinstance(found, Backend):
                return found
            if not callable(found):
                raise ModelError(
                    f"the entry point {point.name} = {point.value} must name a function from a spec to a model"
                )
            return Backend(prefix, f"{prefix}:...", "from an installed plugin", found, named="maybe")
    return None


def parse_specs(specs: Sequence[str], settings: Callable[[str], HttpSettings] | None = None) -> Model:
    """The model that one or several specs name; several addresses are replicas that share the load.

    settings: from the address of a server to those of its client; by default those of the environment, with its key.
    Raises ModelError without a spec, and for several specs that are not all addresses.
    """
    if not specs:
        raise ModelError("no model given: " + _forms())

    def parsed(spec: str) -> Model:
        if settings is not None and spec.startswith(SERVERS):
            return _open_server(spec, settings(spec))
        if settings is not None and spec.startswith(LISTED):
            return _open_listed(spec, settings)
        return parse_spec(spec)

    if len(specs) == 1:
        return parsed(specs[0])
    others = [spec for spec in specs if not spec.startswith(SERVERS)]
    if others:
        raise ModelError(f'only server addresses can be replicas of one model, and "{others[0]}" is not one')
    doubles = {spec for spec in specs if specs.count(spec) > 1}
    if doubles:
        raise ModelError(f"{min(doubles)} is given twice: name each replica once")
    from llmrobust.models.http.replicas import Replicas

    return Replicas([parsed(spec) for spec in specs])


def known_context(specs: Sequence[str]) -> int:
    """Tokens of context of a local model, read from its files without loading it; 0 where they do not give it."""
    if len(specs) != 1 or specs[0].partition(":")[0] not in ("tiny", "hf", "vllm", "vllm-offline"):
        return 0
    from llmrobust.models.local.tiny import WEIGHTS
    from llmrobust.models.local.vllm_environment import context_of
    from llmrobust.models.local_spec import LocalSpec

    if specs[0] == "tiny":
        return context_of(WEIGHTS)
    try:
        spec = LocalSpec.parse(specs[0])
    except ModelError:
        return 0
    asked = spec.options.get("max-model-len", "")
    return int(asked) if asked.isdecimal() else context_of(Path(spec.path))


def known_forms() -> list[tuple[str, str]]:
    """The forms of a spec with their meanings, those of installed distributions included."""
    forms = [(one.form, one.meaning) for one in BUILT_IN if one.form]
    forms += [(one.form, one.meaning) for one in MODELS if one not in BUILT_IN]
    return [*forms, *((f"{point.name}[:...]", "from an installed plugin") for point in MODELS.installed())]


def _unknown(spec: str, prefix: str) -> str:
    known = {*MODELS.names(), *(point.name for point in MODELS.installed())}
    close = nearest(prefix, known, 0.5)
    hint = f'did you mean "{close}"? ' if close else ""
    if not close and "/" in spec and ":" not in spec:
        hint = f'did you mean "hf:{spec}" or "vllm:{spec}"? '
    elif prefix in known and ":" not in spec:
        hint = f'"{prefix}:" needs a model after the colon. '
    return f'unknown model "{spec}"; {hint}{_forms()}'


def _forms() -> str:
    rows = known_forms()
    width = max(len(form) for form, _ in rows)
    return "the forms are\n" + "\n".join(f"  {form:<{width}}  {meaning}" for form, meaning in rows)
