"""The HTML report: one file with a verdict, tables and charts that need no script, and an explorer of cases.

Everything that came from a model, a prompt or a file name is escaped; the page's own policy lets no other script or
style run than its own, and nothing be loaded. It opens from disk and needs no network.
"""

from __future__ import annotations

from llmrobust.report.html.page import html_report

__all__ = ["html_report"]
