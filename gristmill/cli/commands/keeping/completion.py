"""`gristmill completion SHELL`: what makes a shell complete commands and flags."""

import click
from click.shell_completion import get_completion_class

_VARIABLE = "_GRISTMILL_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print a script that lets a shell complete commands, flags and their values.

    \b
    Examples:
      eval "$(gristmill completion bash)"                        in ~/.bashrc
      eval "$(gristmill completion zsh)"                         in ~/.zshrc
      gristmill completion fish > ~/.config/fish/completions/gristmill.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click cannot complete in {shell}")
    program = ctx.find_root().command
    # Not `source()`: bash is asked for its version there, and need not be here.
    maker = kind(program, {}, "gristmill", _VARIABLE)
    click.echo(maker.source_template % maker.source_vars())
