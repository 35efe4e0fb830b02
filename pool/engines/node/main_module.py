"""What the processes that a node makes are told of the program that made them."""

import sys


def hide_main_module() -> None:
    """Have multiprocessing forget which program this process runs.

    Each child would import it again first: all of Dask for every life, a second and 30 MB that no
    document needs; on a busy machine lives then come too late to get to work. Not undone: a Pool
    makes new workers at any time.
    """
    main = sys.modules["__main__"]
    main.__spec__ = None
    # Where the module has no name, multiprocessing takes this.
    main.__file__ = None
