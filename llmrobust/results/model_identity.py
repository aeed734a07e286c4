"""The text on how the model of a run was identified."""

from __future__ import annotations

from llmrobust.models.protocol import IDENTIFIED_BY, NOT_OPENED, SESSION_ONLY
from llmrobust.results.run_data import RunData


def identity_note(result: RunData) -> str:
    """How a server was identified; for other models only if all replies came from the store."""
    model, asked = result.manifest.model, result.requests
    if model is None:
        return ""
    established, details = model.identified_by, dict(model.details)
    if established.startswith(SESSION_ONLY):
        return f"stored replies are valid for {established}"
    stored = "every reply comes from the store, " if asked.from_store and not asked.sent else ""
    if NOT_OPENED in details:
        return f"{stored}the model was identified in its last run by {established}" if stored else ""
    return f"{stored}the model was identified by {established}" if stored or IDENTIFIED_BY in details else ""
