"""A suite with `weights: traffic`, run by pytest."""

from __future__ import annotations

import json

import pytest

SUITE = """\
suite: traffic
weights: traffic
prompt:
  user: |
    {% instruction %}Decide whether the review is positive or negative.{% endinstruction %}
    Review: {{ text }}
    Sentiment:
examples:
  - {text: "What a wonderful film.", answer: positive}
  - {text: "The hotel was really lovely.", answer: positive}
  - {text: "What a boring book.", answer: negative}
  - {text: "The meal was simply awful.", answer: negative}
answer: {field: answer, choices: [positive, negative]}
perturb:
  - casing.upper: {share: [0.05, 0.1, 0.2]}
  - punctuation.strip_final: {share: 0.3}
gate:
  traffic_flip_rate: {max: MAX}
"""


@pytest.mark.parametrize(("most", "code"), [("0.4", 0), ("0.0", 1)])
def test_the_gate_decides_on_the_flips_to_expect(pytester: pytest.Pytester, most: str, code: int) -> None:
    pytester.makefile(".robust.yaml", traffic=SUITE.replace("MAX", most))
    done = pytester.runpytest_inprocess("--llm", "tiny", "--robust-json", "run.json", "-p", "no:cacheprovider")
    run = json.loads((pytester.path / "run.json").read_text())["suites"][0]
    assert [use["share"] for use in run["uses"]] == [[0.05, 0.1, 0.2], [0.3, 0.3, 0.3]]
    measured = {m["group"]: m for m in run["measurements"] if m["metric"] == "flip_rate" and m["scope"] == "operator"}
    rates = [measured[name]["value"] for name in ("casing.upper", "punctuation.strip_final")]
    expected = 1 - (1 - 0.1 * rates[0]) * (1 - 0.3 * rates[1])
    found = next(m for m in run["measurements"] if m["metric"] == "traffic_flip_rate")
    assert found["value"] == pytest.approx(expected, abs=1e-6)
    assert expected > 0, "the bundled model flips on capitals"
    done.stdout.fnmatch_lines(["*traffic_flip_rate 0.* expected of real inputs*"])
    assert done.ret == code
