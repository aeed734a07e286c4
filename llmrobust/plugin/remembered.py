"""What is kept in the reply store of each suite's last whole run, and read back by the next."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llmrobust.engine.store import Store, StoreError
from llmrobust.plugin.settings import Settings

if TYPE_CHECKING:
    from llmrobust.changes.records import Record
    from llmrobust.plugin.asked import AskedSuite
    from llmrobust.report.result import RunResult


def remember(settings: Settings, result: RunResult, suites: Sequence[AskedSuite]) -> None:
    """Keep the records of the run's whole suites; a store that cannot be written costs the next run, not this one."""
    from llmrobust.changes.compare import operator_versions
    from llmrobust.changes.records import record_key, records_of
    from llmrobust.models.identity import identity
    from llmrobust.models.protocol import NOT_OPENED

    model = result.manifest.model
    if settings.store is None or model is None or NOT_OPENED in dict(model.details):
        return
    named = zip(result.suites, suites, strict=True)
    versions = {record_key(one.path, one.name): operator_versions(suite.plan.suite) for one, suite in named}
    with contextlib.suppress(StoreError), contextlib.closing(Store(settings.store)) as store:
        store.keep_records(records_of(result, versions, identity(settings.specs)))


def recalled(path: Path | None) -> dict[str, Record]:
    """The records in a store, by `record_key`; none where there is no store that can be read."""
    from llmrobust.changes.records import Record

    if path is None or not path.is_file():
        return {}
    try:
        with contextlib.closing(Store(path)) as store:
            found = {key: Record.read(text) for key, text in store.records().items()}
    except StoreError:
        return {}
    return {key: record for key, record in found.items() if record is not None}
