"""`schema`: the JSON Schema of suite files."""

from __future__ import annotations

import json

from llmrobust.cli.command import Chosen, command


@command(
    "Print the JSON Schema of suite files, for validation and completion in editors: save it and "
    "start the suite with `# yaml-language-server: $schema=FILE`.",
    [("llmrobust schema > suite.schema.json", "for `# yaml-language-server: $schema=suite.schema.json`")],
)
def schema(chosen: Chosen) -> int:
    """Print the JSON Schema of suite files."""
    from llmrobust.loading import load_installed
    from llmrobust.operators import REGISTRY
    from llmrobust.score.checks import CHECKS
    from llmrobust.suitefile import suite_json_schema

    load_installed()
    print(json.dumps(suite_json_schema(REGISTRY, CHECKS.names()), indent=2, ensure_ascii=False))
    return 0
