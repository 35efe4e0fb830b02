"""Which paths are those of pages."""

TOP = "/ui"
_STATIC = f"{TOP}/static/"


def is_page_path(path: str) -> bool:
    """Whether a path is one that people open, and no program: a page, or the front door."""
    return path == "/" or (path.startswith(f"{TOP}/") and not path.startswith(_STATIC))
