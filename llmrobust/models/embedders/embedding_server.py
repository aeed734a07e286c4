"""Vectors of an OpenAI-compatible server."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from llmrobust.errors import ModelError, without_credentials
from llmrobust.models.embedders.text_embedder import TextEmbedder
from llmrobust.models.http.keys import EMBEDDER_KEY

LIST = 128
"""Texts a request."""
TIMEOUT_S = 120.0
TRIES = 4
PAUSE_S = 0.5
_AGAIN = (429, 502, 503, 504)
PROBES = ("The meeting was moved to Friday afternoon.", "42", "Der Zug fährt um acht.")
"""Texts whose vectors tell one model from another behind the same address."""


def open_server(spec: str, api_key: str = "", fields: Mapping[str, Any] = MappingProxyType({})) -> TextEmbedder:
    """The embedder at an address, identified by its name and the vectors of a few probe texts. Raises ModelError.

    fields: what each request says beside its model and texts.
    """
    address, _, model = spec.partition("#")
    server = _Server(address.rstrip("/"), api_key, fields)
    name = model or server.only_model()
    probes = server.vectors(name, PROBES)
    rounded = [[round(float(number), 3) + 0.0 for number in vector] for vector in probes]
    identity = hashlib.sha256(json.dumps([name, rounded]).encode()).hexdigest()

    def encode(texts: Sequence[str]) -> list[list[float]]:
        found: list[list[float]] = []
        for start in range(0, len(texts), LIST):
            found += server.vectors(name, texts[start : start + LIST])
        return found

    return TextEmbedder(encode, identity)


class _Server:
    def __init__(self, root: str, key: str, fields: Mapping[str, Any]):
        self._fields = fields
        self._root = root
        self._key = key
        self._shown = without_credentials(root)

    def only_model(self) -> str:
        """The model that is served, where there is one."""
        models = [str(one.get("id")) for one in self._call("/models", None).get("data", []) if isinstance(one, dict)]
        if len(models) != 1:
            listed = ", ".join(models[:8]) or "none"
            raise ModelError(f"{self._shown} serves several models or none ({listed}): name one, {self._shown}#MODEL")
        return models[0]

    def vectors(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, in order."""
        answer = self._call("/embeddings", {"model": model, "input": list(texts), **self._fields})
        rows = answer.get("data")
        try:
            placed = {int(row["index"]): row["embedding"] for row in rows} if isinstance(rows, list) else {}
            return [list(map(float, placed[number])) for number in range(len(texts))]
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{self._shown}/embeddings gave no vectors for {len(texts)} texts: {error}") from None

    def _call(self, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._root + path, data, {"Content-Type": "application/json"})
        if self._key:
            request.add_unredirected_header("Authorization", f"Bearer {self._key}")  # for this server and no other
        for attempt in range(1, TRIES + 1):
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
                    value = json.load(response)
                return value if isinstance(value, dict) else {}
            except urllib.error.HTTPError as error:
                said = error.read(500).decode("utf-8", "replace")
                problem = f"HTTP {error.code}: {said}"
                if error.code in (401, 403):
                    problem += f"; the key in {EMBEDDER_KEY} is {'not accepted' if self._key else 'not set'}"
                if error.code not in _AGAIN or attempt == TRIES:
                    break
            except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
                problem = str(getattr(error, "reason", error))
                if attempt == TRIES:
                    break
            time.sleep(PAUSE_S * 2 ** (attempt - 1))
        told = problem.replace(self._key, "***") if self._key else problem
        raise ModelError(f"the embedder at {self._shown} does not answer {path}: {told}")
