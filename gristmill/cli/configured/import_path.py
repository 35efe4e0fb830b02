"""Where the processes that a service starts import from."""

import os


def keep_current_folder_out() -> None:
    """Have no child look into the current folder for modules: a `queue.py` that lies there would
    be run in place of Python's own. Those that we start ourselves have -P; multiprocessing only
    hands that on where this process has it, which a script has not."""
    os.environ["PYTHONSAFEPATH"] = "1"
