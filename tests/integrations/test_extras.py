"""What a missing package is told as."""

from importlib import import_module

import pytest

from gristmill.integrations.extras import extra


def test_a_missing_package_is_told_with_the_extra_that_brings_it() -> None:
    with (
        pytest.raises(ModuleNotFoundError, match=r"pip install 'gristmill\[langchain\]'"),
        extra("langchain", "no_such_package"),
    ):
        import_module("no_such_package")


def test_another_missing_module_is_told_as_it_is() -> None:
    with (
        pytest.raises(ModuleNotFoundError, match="No module named 'no_such_package'"),
        extra("langchain", "langchain_core"),
    ):
        import_module("no_such_package")
