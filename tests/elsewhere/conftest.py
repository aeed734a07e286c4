"""Small files in the formats of other tools, with the keys of the real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmrobust.loading import load_installed, load_suite_file
from llmrobust.suitefile import Suite

SUITE = """\
suite: films
prompt:
  user: |
    {% instruction %}Is the review kind or not?{% endinstruction %}
    Review: {{ text }}
    Verdict:
examples:
  - {id: one, text: "It was good.", verdict: fine}
  - {id: two, text: "It was bad.", verdict: poor}
answer: {field: verdict, choices: [fine, poor]}
"""
LANGTEST = """\
category,test_type,original,test_case,expected_result,actual_result,pass
robustness,uppercase,It was good.,IT WAS GOOD.,fine,fine,True
robustness,add_typo,It was bad.,It was bda.,poor,fine,False
robustness,add_typo,It was gone.,It was goen.,poor,poor,True
robustness,lowercase,It was good.,It was good.,fine,fine,True
accuracy,min_f1_score,-,-,0.8,0.7,False
"""
QUESTIONS = """\
category,test_type,original_question,original_context,perturbed_question,perturbed_context
robustness,uppercase,It was good.,It was bad.,IT WAS GOOD.,IT WAS BAD.
"""
PROMPTSUITE_CSV = """\
prompt,original_row_index,variation_count,original_text,original_verdict,field_instruction variations,field_text
x,0,1,It was good.,fine,Is the review kind or not?,It was good.
x,0,2,It was good.,fine,Say whether the review is kind.,It wsa good.
x,1,1,It was sad.,poor,Is the review kind or not?,It was sda.
"""
TEMPLATES = ("Is the review kind or not?\nReview: {{text}}\nVerdict:", "Judge the review.\nReview: {{text}}\nVerdict:")


def promptfoo(*providers: str) -> dict[str, Any]:
    results = []
    outputs = {(0, 0): "fine", (0, 1): "poor", (1, 0): "poor", (1, 1): "poor "}
    for p, provider in enumerate(providers):
        for (test, prompt), output in outputs.items():
            results.append(
                {
                    "promptIdx": 2 * p + prompt,
                    "testIdx": test,
                    "testCase": {"vars": {"text": "It was good."}, "assert": []},
                    "promptId": f"p{prompt}",
                    "provider": {"id": provider, "label": ""},
                    "prompt": {"raw": TEMPLATES[prompt].replace("{{text}}", "It was good."), "label": f"v{prompt}"},
                    "vars": {"text": "It was good."},
                    "response": {"output": output, "tokenUsage": {}},
                    "failureReason": 0,
                    "success": output.strip() == ("fine", "poor")[test],
                    "score": 1,
                    "latencyMs": 3,
                    "namedScores": {},
                }
            )
    failed = {"promptIdx": 1, "testIdx": 2, "prompt": {"raw": "x"}, "provider": {"id": providers[0]}, "success": False}
    results.append({**failed, "promptIdx": 0, "response": {"output": "fine"}, "success": True, "failureReason": 0})
    results.append({**failed, "failureReason": 2, "error": "API error: 500"})
    prompts = [{"raw": TEMPLATES[n % 2], "label": f"v{n % 2}"} for n in range(2 * len(providers))]
    return {
        "evalId": "eval-1",
        "results": {"version": 3, "results": results, "prompts": prompts, "stats": {}},
        "config": {},
    }


def variation(
    row: int,
    text: str,
    instruction: str = "Say whether the review is kind.",
    gold: str = "fine",
    original: str | None = None,
) -> Any:
    """original: of the text, which exports from version 3 on hold."""
    return {
        **({} if original is None else {"original_row_data": {"text": original, "verdict": gold}}),
        "original_row_index": row,
        "variation_count": 1,
        "prompt": f"{instruction}\n\nReview: {text}\nVerdict:",
        "conversation": [],
        "gold_updates": {"verdict": gold},
        "configuration": {
            "template_config": {
                "instruction": "Is the review kind or not?",
                "instruction variations": ["paraphrase_with_llm"],
                "text": ["typos and noise"],
                "gold": "verdict",
            },
            "field_values": {
                "instruction variations": instruction,
                "prompt format variations": "Review: {text}\nVerdict: {verdict}",
                "text": text,
            },
        },
    }


def dove(index: int, phrasing: str, response: str, score: float, enumerator: str = "capitals", model: str = "M") -> Any:
    ids = "AB" if enumerator == "capitals" else "12"
    return {
        "evaluation_id": f"{index}{phrasing}",
        "model": {"model_info": {"name": model}, "configuration": {}, "inference_settings": {}},
        "prompt_config": {
            "prompt_class": "MultipleChoice",
            "dimensions": {
                "instruction_phrasing": {
                    "name": phrasing,
                    "text": f"{phrasing} it.\nReview: {{question}}\n{{choices}}",
                },
                "shots": 0,
                "mc_enumerator": enumerator,
                "mc_separator": "\n",
                "mc_choices_order": {"method": "none", "description": ""},
            },
        },
        "instance": {
            "task_type": "classification",
            "raw_input": "It was good.",
            "language": "en",
            "sample_identifier": {"dataset_name": "films", "hf_repo": "x/films", "hf_split": "test", "hf_index": index},
            "classification_fields": {
                "question": "It was good.",
                "choices": [{"id": ids[0], "text": "fine"}, {"id": ids[1], "text": "poor"}],
                "ground_truth": {"id": ids[0], "text": "fine"},
            },
        },
        "output": {"response": response},
        "evaluation": {"ground_truth": f"{ids[0]}. fine", "evaluation_method": {}, "score": score},
    }


DOVE = (
    dove(0, "Judge", "A. fine", 1.0),
    dove(0, "Rate", "1", 1.0, "numbers"),
    dove(1, "Judge", "A", 1.0),
    dove(1, "Rate", "2. poor", 0.0, "numbers"),
    dove(2, "Rate", "1", 1.0, "numbers"),
)


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    load_installed()
    file = tmp_path / "films.robust.yaml"
    file.write_text(SUITE)
    return load_suite_file(file, tmp_path)


def written(folder: Path, name: str, content: Any) -> Path:
    file = folder / name
    lines = name.endswith(".jsonl")
    text = "\n".join(map(json.dumps, content)) if lines else json.dumps(content)
    file.write_text(content if isinstance(content, str) else text)
    return file
