"""Values against JSON Schemas.

That a schema is itself valid is tested once, where it is made: `jsonschema.validate` checks that anew each time, which takes
seconds for the schema of suites.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator


def check(value: object, schema: Mapping[str, Any]) -> None:
    """Raise jsonschema.ValidationError unless the value follows the schema."""
    Draft202012Validator(schema).validate(value)
