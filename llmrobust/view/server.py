"""Answers requests of browsers on this machine, and nobody else's; it only reads."""

from __future__ import annotations

import ipaddress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from llmrobust import __version__
from llmrobust.view.pages import Page, Pages

LOOPBACK = "127.0.0.1"
LONGEST_QUERY = 4096
TIMEOUT_S = 30.0
"""A connection on which nothing comes for so long is closed."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'none'",
}
"""Sent with every answer: no other page may embed it, and nothing is kept."""


def is_local_host(host: str, port: int) -> bool:
    """Whether the header `Host` names this server on this machine.

    A page from elsewhere whose name is made to resolve to this machine (DNS rebinding) sends its own name, so anything
    but a loopback address or `localhost`, with the right port, is refused.
    """
    try:
        parts = urlsplit(f"//{host}")
        name, given = parts.hostname or "", parts.port or 80
        if parts.netloc != host or "@" in parts.netloc or given != port:
            return False
    except ValueError:
        return False
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class ViewServer(ThreadingHTTPServer):
    """Serves pages on the loopback address."""

    daemon_threads = True

    def __init__(self, pages: Pages, port: int = 0):
        """port: 0 for a free one. Raises OSError where it is taken."""
        super().__init__((LOOPBACK, port), _Handler)
        self.pages = pages

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://{LOOPBACK}:{self.server_port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes a connection early is no error."""


class _Handler(BaseHTTPRequestHandler):
    server: ViewServer
    server_version = f"llmrobust/{__version__}"
    sys_version = ""
    timeout = TIMEOUT_S
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a page."""
        self._answer(self._page())

    def do_HEAD(self) -> None:
        """Answer with the headers of a page."""
        self._answer(self._page(), body=False)

    def __getattr__(self, name: str) -> Any:
        """Every other method is refused: this server changes nothing."""
        if name.startswith("do_"):
            return lambda: self._answer(Page(405, "this server only shows pages: GET\n", "text/plain"), close=True)
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written for a request."""

    def _page(self) -> Page:
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or not is_local_host(hosts[0], self.server.server_port):
            return Page(421, f"open {self.server.address} instead\n", "text/plain")
        try:
            address = urlsplit(self.path)
            query = dict(parse_qsl(address.query[:LONGEST_QUERY], max_num_fields=20))
        except ValueError:
            return Page(400, "this is no address\n", "text/plain")
        return self.server.pages.page(address.path, query)

    def _answer(self, page: Page, *, body: bool = True, close: bool = False) -> None:
        content = page.text.encode("utf-8", "backslashreplace")
        self.send_response(page.status)
        self.send_header("Content-Type", f"{page.kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if body:
            self.wfile.write(content)
