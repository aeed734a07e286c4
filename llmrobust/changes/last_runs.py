"""What the last whole run of a suite had that git does not know: operator versions, the model, the requests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from llmrobust.models.protocol import BY_ADDRESS, IDENTIFIED_BY, SESSION_ONLY, ModelInfo
from llmrobust.results.run_data import ModelFacts
from llmrobust.results.suite_result import SuiteResult
from llmrobust.score.verdict import Status


@dataclass(frozen=True, slots=True)
class Record:
    """Of a suite's last whole run: operator versions by name, a digest of its requests, and the model that answered.

    identity: of the model's files and software, if it can be determined without loading it (`models.identity`).
    identified_by: as in the model's details then; empty for what identifies a model of this process.
    """

    versions: Mapping[str, str | int]
    requests: str
    spec: str
    name: str
    backend: str
    fingerprint: str
    max_model_len: int
    scoring: tuple[str, ...]
    identity: str = ""
    identified_by: str = ""

    def answers_for_model(self, *, trust_store: bool) -> bool:
        """Whether its stored replies may replace a model that cannot be reached. False for a server that could not be
        identified then, or whose identity was not recorded, and for a trusted one unless it is trusted now."""
        known = bool(self.identified_by) or self.backend != "http"
        trusted = trust_store or self.identified_by != BY_ADDRESS
        return known and trusted and not self.identified_by.startswith(SESSION_ONLY)

    def model(self) -> ModelInfo:
        """The model as it was, for answering from the store without opening it."""
        scoring: tuple[Any, ...] = self.scoring
        details = {IDENTIFIED_BY: self.identified_by} if self.identified_by else {}
        return ModelInfo(
            spec=self.spec,
            name=self.name,
            backend=self.backend,
            fingerprint=self.fingerprint,
            max_model_len=self.max_model_len,
            max_batch=1,
            max_in_flight=1,
            scoring=scoring,
            details=details,
        )

    def written(self) -> str:
        """As JSON."""
        return json.dumps({**asdict(self), "versions": dict(self.versions)}, sort_keys=True)

    @classmethod
    def read(cls, text: str) -> Record | None:
        """From JSON; None for what another version wrote."""
        try:
            raw = json.loads(text)
            return cls(**{**raw, "scoring": tuple(raw["scoring"])})
        except (ValueError, TypeError, KeyError):
            return None


def record_key(path: str, name: str) -> str:
    """What a suite's record is found by: its path in the project and its name."""
    return f"{path}\0{name}"


def requests_digest(hashes: Iterable[str]) -> str:
    """A digest of a suite's requests by their content hashes, in any order."""
    return hashlib.sha256("\n".join(sorted(set(hashes))).encode()).hexdigest()


def records_of(
    suites: Iterable[SuiteResult], model: ModelFacts, versions: Mapping[str, Mapping[str, str]], identity: str = ""
) -> dict[str, str]:
    """The records of a model's whole suites, by key. versions: of the operators of each suite, by key."""
    return {
        key: Record(
            versions=versions[key],
            requests=requests_digest(case.request for case in suite.cases),
            spec=model.spec,
            name=model.name,
            backend=model.backend,
            fingerprint=model.fingerprint,
            max_model_len=model.max_model_len,
            scoring=model.scoring,
            identity=identity,
            identified_by=dict(model.details).get(IDENTIFIED_BY, ""),
        ).written()
        for suite in suites
        if (key := record_key(suite.path, suite.name)) in versions and _is_whole(suite)
    }


def _is_whole(suite: SuiteResult) -> bool:
    return len(suite.cases) == suite.planned and not suite.statuses()[Status.NO_ANSWER]
