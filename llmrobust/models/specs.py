"""From what a person writes after `--llm` to a model: nothing heavy is imported until the model is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from pathlib import Path

from llmrobust.errors import ModelError
from llmrobust.models.protocol import Model
from llmrobust.text.phrases import nearest

ENTRY_POINTS = "llmrobust.models"
FORMS = (
    ("tiny", "the small model that comes with llmrobust"),
    ("hf:NAME_OR_PATH", "transformers in this process; ?dtype=, device=, revision=, trust-remote-code="),
    ("vllm:NAME_OR_PATH", "a vLLM server of our own, stopped at the end; ?ARGUMENT=VALUE for the server"),
    ("vllm-offline:NAME_OR_PATH", "vLLM in this process; ?ARGUMENT=VALUE for the engine"),
    ("http://HOST:PORT/v1[#MODEL]", "a running OpenAI-compatible server; repeat the option for replicas"),
)


def parse_spec(spec: str) -> Model:
    """The model that a spec names, not yet opened. Raises ModelError for a spec of no known form.

    An installed distribution adds a form with an entry point of the group `llmrobust.models`: its name is the prefix
    before a colon or a question mark, its object is called with the whole spec and gives a `Model`.
    """
    prefix, colon, _ = spec.partition(":")
    if prefix in ("http", "https") and colon:
        from llmrobust.models.http.openai_model import OpenAiModel

        return OpenAiModel(spec)
    if spec == "tiny" or (prefix == "hf" and colon):
        from llmrobust.models.local.hf_model import HfModel

        return HfModel(spec)
    if prefix == "vllm" and colon:
        from llmrobust.models.server.vllm_server import VllmServerModel

        return VllmServerModel(spec)
    if prefix == "vllm-offline" and colon:
        from llmrobust.models.local.vllm_offline import VllmOfflineModel

        return VllmOfflineModel(spec)
    third_party = {entry.name: entry for entry in entry_points(group=ENTRY_POINTS)}
    name = prefix.partition("?")[0]
    if name in third_party:
        make: Callable[[str], Model] = third_party[name].load()
        return make(spec)
    raise ModelError(_unknown(spec, prefix, tuple(third_party)))


def parse_specs(specs: Sequence[str]) -> Model:
    """The model that one or several specs name; several addresses are replicas that share the load.

    Raises ModelError without a spec, and for several specs that are not all addresses.
    """
    if not specs:
        raise ModelError("no model is given: " + _forms())
    if len(specs) == 1:
        return parse_spec(specs[0])
    others = [spec for spec in specs if not spec.startswith(("http://", "https://"))]
    if others:
        raise ModelError(f'only addresses of servers can be replicas of one model, and "{others[0]}" is none')
    doubles = {spec for spec in specs if specs.count(spec) > 1}
    if doubles:
        raise ModelError(f"{min(doubles)} is given twice: every replica is named once")
    from llmrobust.models.http.replicas import Replicas

    return Replicas([parse_spec(spec) for spec in specs])


def known_context(specs: Sequence[str]) -> int:
    """Tokens of context of a local model, read from its files without loading it; 0 where they do not say."""
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
    third_party = sorted({entry.name for entry in entry_points(group=ENTRY_POINTS)})
    return [*FORMS, *((f"{name}[:...]", "from an installed plugin") for name in third_party)]


def _unknown(spec: str, prefix: str, third_party: Sequence[str]) -> str:
    known = ["tiny", "hf", "vllm", "vllm-offline", "http", "https", *third_party]
    close = nearest(prefix, known, 0.5)
    hint = f'did you mean "{close}"? ' if close else ""
    if not close and "/" in spec and ":" not in spec:
        hint = f'did you mean "hf:{spec}" or "vllm:{spec}"? '
    elif prefix in known and ":" not in spec:
        hint = f'"{prefix}:" needs a model after the colon. '
    return f'"{spec}" is no model that llmrobust knows; {hint}{_forms()}'


def _forms() -> str:
    rows = known_forms()
    width = max(len(form) for form, _ in rows)
    return "the forms are\n" + "\n".join(f"  {form:<{width}}  {meaning}" for form, meaning in rows)
