"""A suite with `weights: traffic`, run by pytest."""

from __future__ import annotations

import json
import re

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
    done.stdout.fnmatch_lines(["traffic_flip_rate 0.* expected of real inputs"])
    assert done.ret == code


def test_every_report_shows_the_flips_to_expect(pytester: pytest.Pytester) -> None:
    pytester.makefile(".robust.yaml", traffic=SUITE.replace("MAX", "0.4"))
    reports = {"json": "run.json", "html": "run.html", "markdown": "run.md"}
    wanted = [part for kind, name in reports.items() for part in (f"--robust-{kind}", name)]
    pytester.runpytest_inprocess("--llm", "tiny", *wanted, "--junitxml", "run.xml", "-p", "no:cacheprovider")
    text = {kind: (pytester.path / name).read_text() for kind, name in {**reports, "junit": "run.xml"}.items()}
    (suite,) = json.loads(text["json"])["suites"]
    found = next(m for m in suite["measurements"] if m["metric"] == "traffic_flip_rate")
    shown = f"{found['value']:.3f}"
    assert re.search(rf"^`traffic_flip_rate {shown} \[\.\d+,\.\d+\] expected of real inputs`$", text["markdown"], re.M)
    (line,) = re.findall(r"<dt>traffic flip rate .*?</dd>", text["html"], re.S)
    assert shown in line
    assert f"{found['low']:.3f} to {found['high']:.3f}" in line
    assert '"llmrobust.metric" value="traffic_flip_rate"' in text["junit"]


def test_a_use_without_a_case_leaves_it_undefined_and_that_is_said(pytester: pytest.Pytester) -> None:
    shouted = re.sub(r'text: "(.*?)"', lambda found: f'text: "{found[1].upper()}"', SUITE).replace(
        "casing.upper:", "casing.upper: {target: input, share: 0.1}  #"
    )
    pytester.makefile(".robust.yaml", traffic=shouted.replace("MAX", "0.4"))
    done = pytester.runpytest_inprocess(
        "--llm", "tiny", "--robust-html", "run.html", "--robust-markdown", "run.md", "-p", "no:cacheprovider"
    )
    said = "a use has no case whose answer must stay"
    done.stdout.fnmatch_lines([f"traffic_flip_rate n/a expected of real inputs ({said})"])
    assert f"`traffic_flip_rate n/a expected of real inputs ({said})`" in (pytester.path / "run.md").read_text()
    (line,) = re.findall(r"<dt>traffic flip rate .*?</dd>", (pytester.path / "run.html").read_text(), re.S)
    assert f'title="{said}">n/a' in line
    assert done.ret == 1
