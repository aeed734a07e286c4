"""Files of other tools, read as frozen variants of a suite or as stored runs.

`readers` turns each format into records; `as_frozen` finds the texts of a suite that they are variants of, and `as_run`
makes a run of the answers in them. Nothing that is read counts as reviewed.
"""

from llmrobust.elsewhere.as_frozen import frozen_variants
from llmrobust.elsewhere.as_run import run_of
from llmrobust.elsewhere.readers import FORMATS, read_records
from llmrobust.elsewhere.records import Record

__all__ = ["FORMATS", "Record", "frozen_variants", "read_records", "run_of"]
