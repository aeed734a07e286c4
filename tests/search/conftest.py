"""A project with a keyword model, as the plugin's tests have."""

from tests.plugin.conftest import project

__all__ = ["project"]
