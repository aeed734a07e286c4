"""`completion`: a script that makes a shell complete commands, options, files, and names of operators and metrics."""

from __future__ import annotations

import click

from llmrobust.cli.command import Chosen, command

SHELLS = ("bash", "zsh", "fish")


@command(
    "Print a shell script that completes commands, options, files, and the names of operators, metrics and "
    "recipes. The script calls llmrobust each time, so it stays valid when llmrobust or a plugin is updated.",
    [
        ("llmrobust completion bash > ~/.local/share/bash-completion/completions/llmrobust", "bash, permanently"),
        ('eval "$(llmrobust completion bash)"', "bash, for this session"),
        ('llmrobust completion zsh > "${fpath[1]}/_llmrobust"', "zsh; then start a new shell"),
        ("llmrobust completion fish > ~/.config/fish/completions/llmrobust.fish", "fish"),
    ],
)
@click.argument("shell", type=click.Choice(SHELLS), help="the shell")
def completion(chosen: Chosen) -> int:
    """Print a shell's completion script."""
    from click.shell_completion import get_completion_class

    from llmrobust.cli import COMPLETE_VARIABLE, make_group

    kind = get_completion_class(chosen.shell)
    assert kind is not None  # one of SHELLS
    print(kind(make_group(), {}, "llmrobust", COMPLETE_VARIABLE).source())
    return 0
