"""The published suites on real examples and a real language model: rows, runs, and the page that shows them.

`make published` runs all of it; `docs/published.md` is the result. Nothing here is part of the installed package.
"""
