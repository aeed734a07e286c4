"""`weights: traffic` and the shares of uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmrobust.errors import SuiteError
from llmrobust.loading import load_suite_file
from llmrobust.suitefile.suite import Share

SUITE = """\
suite: traffic
prompt: {user: "Topic of {{ text }}:"}
examples:
  - {text: "Where is my card?"}
  - {text: "Where is my money?"}
"""


def loaded(tmp_path: Path, rest: str):
    file = tmp_path / "traffic.robust.yaml"
    file.write_text(SUITE + rest)
    return load_suite_file(file, tmp_path)


def test_shares_are_read_with_and_without_interval(tmp_path):
    suite = loaded(
        tmp_path,
        "weights: traffic\nperturb:\n  - casing.lower: {share: 0.2}\n  - typo.swap: {rate: 0.1, share: [0.1, 0.2, 0.4]}\n"
        "gate: {traffic_flip_rate: {max: 0.1}}\n",
    )
    assert suite.weights == "traffic"
    assert [use.share for use in suite.perturb] == [Share(0.2, 0.2, 0.2), Share(0.1, 0.2, 0.4)]
    assert suite.perturb[1].params.rate == 0.1


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("weights: traffic\nperturb: [casing.lower]\n", "casing.lower has no share of real inputs"),
        ("perturb:\n  - casing.lower: {share: 0.1}\n", "has a share, which only `weights: traffic` reads"),
        ("weights: traffic\n", "weights: the suite perturbs nothing"),
        ("weights: some\n", "weights"),
        ("weights: traffic\nperturb:\n  - casing: {share: 0.1}\n", "share: casing is a family"),
        ("perturb: [casing.lower]\ngate: {traffic_flip_rate: {max: 0.1}}\n", "traffic_flip_rate needs shares of real"),
    ],
)
def test_mistakes_are_said_where_they_are(tmp_path, rest, message):
    with pytest.raises(SuiteError) as caught:
        loaded(tmp_path, rest)
    assert message in str(caught.value)


@pytest.mark.parametrize("share", ["0", "1.5", "[0.3, 0.2, 0.4]", "[0.1, 0.2]", "yes", "[0, 0, 0.1]", "a"])
def test_what_is_no_share_is_refused(tmp_path, share):
    with pytest.raises(SuiteError, match=r":8:\d+: share: must be a share of real inputs between 0 and 1"):
        loaded(tmp_path, f"weights: traffic\nperturb:\n  - casing.lower: {{share: {share}}}\n")
