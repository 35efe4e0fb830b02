"""What this process holds open. Never all of it: the collector closes what earlier tests forgot at
any moment, and threads of theirs open and close, so the number of all says nothing about a test."""

from pathlib import Path

_OWN = Path("/proc/self/fd")


def open_below(folder: Path) -> list[str]:
    """The files and folders that this process holds open in a folder of the test's own, or that
    folder itself; also those that have no name any more."""
    found = []
    for descriptor in list(_OWN.iterdir()):
        try:
            target = str(descriptor.readlink())
        except FileNotFoundError:
            continue  # Closed since the list was made.
        if target == str(folder) or target.startswith(f"{folder}/"):
            found.append(target)
    return found
