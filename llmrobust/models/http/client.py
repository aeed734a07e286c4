"""JSON over HTTP with the retries that are safe: what went wrong comes back as one of four exceptions."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from llmrobust.errors import ModelError, ServerGone, without_credentials
from llmrobust.request import Failure, FailureKind

if TYPE_CHECKING:
    import aiohttp

KEY_VARIABLE = "LLMROBUST_API_KEY"
TIMEOUT_VARIABLE = "LLMROBUST_TIMEOUT_S"
KEEPALIVE_S = 4.0
"""vLLM drops idle connections after 5 s: ours are dropped earlier."""


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Limits of one client. Times in seconds.

    connect_tries: attempts to reach a server that refuses connections, with pauses of `connect_pause_s`, before it
    counts as gone. overload_tries: attempts after 429 and 503; the pause doubles from `overload_pause_s`, and a
    `Retry-After` header is followed up to `retry_after_limit_s`.
    """

    timeout_s: float = 600.0
    connect_tries: int = 3
    connect_pause_s: float = 1.0
    overload_tries: int = 7
    overload_pause_s: float = 0.5
    retry_after_limit_s: float = 60.0
    api_key: str = field(default="", repr=False)
    key_variable: str = KEY_VARIABLE
    """The environment variable that the key belongs in, for messages."""

    @classmethod
    def from_environment(cls) -> HttpSettings:
        """The defaults, with the key and the timeout that the environment names."""
        text = os.environ.get(TIMEOUT_VARIABLE, "")
        try:
            timeout_s = float(text) if text else cls().timeout_s
        except ValueError:
            raise ModelError(f"{TIMEOUT_VARIABLE} is {text!r}: give a number of seconds, such as 600") from None
        return cls(timeout_s=timeout_s, api_key=os.environ.get(KEY_VARIABLE, ""))


class Refused(Exception):
    """The server rejected the call (4xx): the same call would be rejected again."""

    def __init__(self, status: int, message: str):
        self.status = status
        self.message = message
        super().__init__(f"{message} (HTTP {status})")


class CallFailed(Exception):
    """The call got no usable answer; the server may still answer others."""

    def __init__(self, kind: FailureKind, message: str):
        self.failure = Failure(kind, message)
        super().__init__(message)


def is_loopback(url: str) -> bool:
    """True for an address of this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class HttpClient:
    """A connection pool to one server. All calls must come from one event loop."""

    def __init__(self, root: str, settings: HttpSettings):
        self.root = root.rstrip("/")
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str) -> Any:
        """The JSON that a GET answers. Raises Refused, CallFailed or ServerGone."""
        return await self._call("GET", path, None)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON that a POST answers. Raises Refused, CallFailed or ServerGone."""
        return await self._call("POST", path, body)

    async def close(self) -> None:
        """Drop all connections. Safe to call twice."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open_session(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._session is None:
            key = self._settings.api_key
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=256, keepalive_timeout=KEEPALIVE_S),
                timeout=aiohttp.ClientTimeout(total=self._settings.timeout_s),
                headers={"Authorization": f"Bearer {key}"} if key else None,
                trust_env=not is_loopback(self.root),
            )
        return self._session

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        import aiohttp

        settings = self._settings
        refused = resets = errors = overloads = 0
        while True:
            try:
                status, headers, payload = await self._once(method, path, body)
            except TimeoutError:
                raise CallFailed("timeout", f"no answer from {path} within {settings.timeout_s:g} s") from None
            except aiohttp.ClientConnectorError as error:
                refused += 1
                if refused >= settings.connect_tries:
                    raise ServerGone(f"no server answers at {self.root}: {self._clean(str(error))}") from None
                await asyncio.sleep(settings.connect_pause_s)
                continue
            except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError, ConnectionError) as error:
                resets += 1
                if resets > 1:
                    cut = isinstance(error, aiohttp.ClientPayloadError)
                    raise CallFailed(
                        "malformed" if cut else "server-error",
                        f"{path} broke the connection {'within its answer' if cut else 'before it answered'}, twice",
                    ) from None
                continue
            if status in (429, 503):
                overloads += 1
                if overloads >= settings.overload_tries:
                    raise CallFailed("overloaded", f"{path} was overloaded {overloads} times in a row (HTTP {status})")
                await asyncio.sleep(self._overload_pause_s(headers.get("Retry-After"), overloads))
                continue
            if status >= 500:
                errors += 1
                if errors > 1:
                    await self._check_health()
                    raise CallFailed("server-error", f"{self._error_text(payload)} (HTTP {status} from {path}, twice)")
                continue
            return self._accepted(status, headers, payload, path)

    async def _check_health(self) -> None:
        """Raises ServerGone if the server reports that it is unhealthy (vLLM does, once its engine died)."""
        import aiohttp

        try:
            status, _, payload = await self._once("GET", "/health", None)
        except (TimeoutError, aiohttp.ClientError):
            raise ServerGone(f"the server at {self.root} broke down") from None
        if status >= 500:
            raise ServerGone(f"the server at {self.root} broke down: {self._error_text(payload)}")

    async def _once(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        data = None if body is None else json.dumps(body).encode()
        async with self._open_session().request(
            method,
            self.root + path,
            data=data,
            headers={"Content-Type": "application/json"} if data is not None else None,
            allow_redirects=False,
        ) as answer:
            return answer.status, answer.headers, await answer.read()

    def _accepted(self, status: int, headers: Mapping[str, str], payload: bytes, path: str) -> Any:
        if status in (401, 403):
            hint = "is not accepted" if self._settings.api_key else "is not set"
            raise Refused(status, f"{self._error_text(payload)}; the key in {self._settings.key_variable} {hint}")
        if 300 <= status < 400:
            place = self._clean(headers.get("Location", "elsewhere"))
            raise Refused(status, f"{self.root} redirects to {place}; give that address instead")
        if status >= 400:
            raise Refused(status, self._error_text(payload))
        try:
            return json.loads(payload)
        except ValueError:
            raise CallFailed("malformed", f"{path} answered with something that is not JSON") from None

    def _overload_pause_s(self, retry_after: str | None, attempt: int) -> float:
        try:
            asked = float(retry_after) if retry_after else 0.0
        except ValueError:  # an HTTP date: clocks differ, the usual pause serves
            asked = 0.0
        if asked > 0:
            return min(asked, self._settings.retry_after_limit_s)
        return float(self._settings.overload_pause_s * 2 ** (attempt - 1))

    def _error_text(self, payload: bytes) -> str:
        """The server's own words, from the shapes that servers wrap them in."""
        text = payload.decode("utf-8", "replace").strip()
        try:
            found = json.loads(text)
        except ValueError:
            found = text
        for name in ("error", "message", "detail"):
            if isinstance(found, dict) and name in found:
                found = found[name]
        return self._clean(str(found))[:500] or "no reason given"

    def _clean(self, text: str) -> str:
        """The text without our key and what else is secret in it."""
        key = self._settings.api_key
        return without_credentials(text.replace(key, "***") if key else text)
