"""MkDocs hook: links from a page to files outside docs/ lead to the repository."""

from __future__ import annotations

import posixpath
import re
from typing import Any

LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#|/)([^)#\s]+)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """The page with its links to files that are not part of the site made absolute."""
    folder = posixpath.dirname(page.file.src_uri)

    def absolute(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join("docs", folder, match[1]))
        inside = path.startswith("docs/") and not match[1].endswith("/")
        return match[1] if inside else f"{config['repo_url']}/tree/main/{path}"

    return LINK.sub(absolute, markdown)
