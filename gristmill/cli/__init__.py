"""The command line. Modules are imported when a command needs them: `--help` stays quick."""

import gc
import sys


def main() -> None:
    """The program `gristmill`."""
    # What is imported stays: to look through it for garbage, again and again, takes a tenth of the
    # time of a search. Commands that take longer have the collector again (app.py).
    gc.disable()
    try:
        from gristmill.cli.app import gristmill

        gristmill()
    except KeyboardInterrupt:
        # Before the program can deal with it itself, or while it ends.
        sys.stderr.write("error: interrupted\n")
        sys.exit(130)
    finally:
        if not gc.isenabled():
            # Nor is there anything to look for at the end.
            gc.freeze()
