"""`gristmill doctor`: what is installed, what is missing, and what to do."""

import click

from gristmill.cli.configured.flags import json_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import print_json, print_table, say
from gristmill.cli.terminal.phrases import number_of


@click.command("doctor")
@json_flag
@settings_flags("data")
def command(as_json: bool, config: str | None, data: str | None) -> ExitCode:
    """Look at the installation, the machine and the data folder; say what to do. Exit 0 when
    nothing is wrong.

    What is missing can be done without. It changes nothing, and may run beside a service.

    \b
    Examples:
      gristmill doctor
      gristmill doctor --data /var/lib/gristmill --json
    """
    from gristmill.cli.diagnosis.data_folder import look_at_data_folder
    from gristmill.cli.diagnosis.machine import look_at_machine
    from gristmill.cli.diagnosis.packages import look_at_packages
    from gristmill.cli.diagnosis.verdicts import Verdict

    settings = load({"data": data}, config)
    looks = [*look_at_packages(), *look_at_machine(settings), *look_at_data_folder(settings)]
    wrong = [look for look in looks if look.verdict is Verdict.WRONG]
    if as_json:
        print_json({"looks": looks, "wrong": len(wrong)})
    else:
        rows = [(look.what, look.verdict, look.found, look.advice) for look in looks]
        print_table(("looked at", "state", "found", "what to do"), rows)
        say(f"{number_of(len(wrong), 'thing')} to mend" if wrong else "nothing is wrong")
    return ExitCode.FAILED if wrong else ExitCode.OK
