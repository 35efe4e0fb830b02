"""The command line. Modules are imported when a command needs them: `--help` stays quick."""

import sys


def main() -> None:
    """The program `gristmill`."""
    try:
        from gristmill.cli.app import gristmill

        gristmill()
    except KeyboardInterrupt:
        # Before the program can deal with it itself, or while it ends.
        sys.stderr.write("error: interrupted\n")
        sys.exit(130)
