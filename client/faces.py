"""How a call becomes a method of a client that waits."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

from gristmill.client.asks import Ask, Paged

P = ParamSpec("P")
T = TypeVar("T")


class Asker(Protocol):
    """What the methods stand on."""

    def ask(self, ask: Ask[T]) -> T: ...

    def ask_lines(self, ask: Ask[T]) -> Iterator[T]: ...

    def ask_pieces(self, ask: Ask[Any]) -> Iterator[bytes]: ...

    def ask_each(self, ask: Ask[Paged[T]]) -> Iterator[T]: ...


class Answer(Generic[P, T]):
    """A method that returns what is answered."""

    def __init__(self, make: Callable[P, Ask[T]]) -> None:
        self._make = make

    def __get__(self, client: Asker | None, owner: Any = None) -> Callable[P, T]:
        @wraps(self._make)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            assert client is not None
            return client.ask(self._make(*args, **kwargs))

        return call


class Lines(Generic[P, T]):
    """A method whose answer is read line by line, while it comes."""

    def __init__(self, make: Callable[P, Ask[T]]) -> None:
        self._make = make

    def __get__(self, client: Asker | None, owner: Any = None) -> Callable[P, Iterator[T]]:
        @wraps(self._make)
        def call(*args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
            assert client is not None
            return client.ask_lines(self._make(*args, **kwargs))

        return call


class Pieces(Generic[P]):
    """A method whose answer is read in pieces of bytes, as they come."""

    def __init__(self, make: Callable[P, Ask[Any]]) -> None:
        self._make = make

    def __get__(self, client: Asker | None, owner: Any = None) -> Callable[P, Iterator[bytes]]:
        @wraps(self._make)
        def call(*args: P.args, **kwargs: P.kwargs) -> Iterator[bytes]:
            assert client is not None
            return client.ask_pieces(self._make(*args, **kwargs))

        return call


class Each(Generic[P, T]):
    """A method that goes through all pages of a list; `limit` is the length of one."""

    def __init__(self, make: Callable[P, Ask[Paged[T]]]) -> None:
        self._make = make

    def __get__(self, client: Asker | None, owner: Any = None) -> Callable[P, Iterator[T]]:
        @wraps(self._make)
        def call(*args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
            assert client is not None
            return client.ask_each(self._make(*args, **kwargs))

        return call
