"""llmrobust: tests whether a prompt or a model still answers the same when the wording changes.

Suites (`*.robust.yaml`) are run by pytest; `suite` gives a Python test the same cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "suite"]

if TYPE_CHECKING:
    from llmrobust.plugin.decorator import suite


def __getattr__(name: str) -> Any:
    """Load public names on first use: this package is imported in every pytest run of its environment."""
    if name == "suite":
        from llmrobust.plugin.decorator import suite

        return suite
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
