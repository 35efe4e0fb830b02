"""`gristmill check`: verify a data folder."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gristmill.cli.configured.flags import json_flag, settings_flags
from gristmill.cli.configured.settings import load
from gristmill.cli.terminal.exit_codes import ExitCode
from gristmill.cli.terminal.output import print_json, print_table
from gristmill.cli.terminal.phrases import number_of

if TYPE_CHECKING:
    from gristmill.storage.check.check import Finding


@click.command("check")
@click.option("--repair", is_flag=True, help="Rebuild what is derived; move aside what is broken.")
@json_flag
@settings_flags("data")
def command(repair: bool, as_json: bool, config: str | None, data: str | None) -> int:
    """Verify the data folder: manifests, keys, spool, library. Exit 0 when nothing is left.

    --repair rebuilds what can be derived again and deletes nothing else: a broken manifest goes
    to DATA/quarantine/.

    \b
    Example:
      gristmill check --data /var/lib/gristmill --repair
    """
    from gristmill.cli.configured.data_folder import existing_folder, permissions_explained
    from gristmill.storage.check.check import check

    folder = existing_folder(load({"data": data}, config))
    with permissions_explained(folder.root):
        findings = check(folder, repair=repair)
    left = [finding for finding in findings if not finding.repaired]
    if as_json:
        print_json({"findings": findings, "left": len(left)})
    else:
        print_findings(findings, len(left))
    return ExitCode.FAILED if left else ExitCode.OK


def print_findings(findings: Sequence["Finding"], left: int) -> None:
    """A table of findings, and how many are left."""
    if findings:
        rows = [
            (each.severity, each.code, each.subject, each.message, "yes" if each.repaired else "no")
            for each in findings
        ]
        print_table(("severity", "code", "where", "finding", "repaired"), rows)
    click.echo(f"{number_of(len(findings), 'finding')}, {left} left")
