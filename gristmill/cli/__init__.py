"""The command line. Modules are imported when a command needs them: `--help` stays quick."""


def main() -> None:
    """The program `gristmill`."""
    from gristmill.cli.app import gristmill

    gristmill()
