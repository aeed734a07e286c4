"""Shows runs: terminal lines, Markdown, HTML, SARIF, properties for JUnit, messages of failures.

What a run is lives in `results`; everything here is a pure function of it. Nothing that could be a secret reaches a
report.
"""
