"""A page of methods side by side, of one or several stored runs."""

from __future__ import annotations

from collections.abc import Sequence

from llmrobust import __version__
from llmrobust.report.html.methods_view import MethodsView
from llmrobust.report.html.page import environment, markup, policy, style_text
from llmrobust.results.method_comparison import MethodComparison


def methods_page(found: Sequence[MethodComparison]) -> str:
    """One self-contained page of comparisons. The text can always be encoded in UTF-8."""
    style = style_text()
    views = [MethodsView.of(one) for one in found]
    template = environment().get_template("methods_page.html.jinja")
    return str(template.render(version=__version__, policy=policy(style, ""), style=markup(style), views=views))
