"""Packages of others that an extra brings."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra(name: str, package: str) -> Iterator[None]:
    """Around the import of a package: where it is missing, a ModuleNotFoundError names the extra
    that brings it. `package` is what is imported, `langchain_core`."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise ModuleNotFoundError(
            f"gristmill.integrations.{name} needs a package that is missing: "
            f"pip install 'gristmill[{name}]'",
            name=package,
        ) from None
