"""What a service of ours makes is for its user alone."""

import os


def keep_files_private() -> None:
    """For processes that are a service and nothing else; everything in a data folder is made so
    in any process, without this."""
    os.umask(0o077)
