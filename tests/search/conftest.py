"""A project with a keyword model, as the plugin's tests have."""

from tests.plugin.conftest import keyword_distribution, project

__all__ = ["keyword_distribution", "project"]
