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
    from llmrobust.suitefile import suite_json_schema

    print(json.dumps(suite_json_schema(), indent=2, ensure_ascii=False))
    return 0
