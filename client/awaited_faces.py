"""How a call becomes a method of a client that awaits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from typing import Any, Generic, ParamSpec, Protocol, TypeVar

from gristmill.client.asks import Ask, Paged

P = ParamSpec("P")
T = TypeVar("T")


class AsyncAsker(Protocol):
    """What the methods stand on."""

    async def ask(self, ask: Ask[T]) -> T: ...

    def ask_lines(self, ask: Ask[T]) -> AsyncIterator[T]: ...

    def ask_pieces(self, ask: Ask[Any]) -> AsyncIterator[bytes]: ...

    def ask_each(self, ask: Ask[Paged[T]]) -> AsyncIterator[T]: ...


class AwaitedAnswer(Generic[P, T]):
    """A method that returns what is answered."""

    def __init__(self, make: Callable[P, Ask[T]]) -> None:
        self._make = make

    def __get__(self, client: AsyncAsker | None, owner: Any = None) -> Callable[P, Awaitable[T]]:
        @wraps(self._make)
        async def call(*args: P.args, **kwargs: P.kwargs) -> T:
            assert client is not None
            return await client.ask(self._make(*args, **kwargs))

        return call


class AwaitedLines(Generic[P, T]):
    """A method whose answer is read line by line, while it comes."""

    def __init__(self, make: Callable[P, Ask[T]]) -> None:
        self._make = make

    def __get__(
        self, client: AsyncAsker | None, owner: Any = None
    ) -> Callable[P, AsyncIterator[T]]:
        @wraps(self._make)
        def call(*args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
            assert client is not None
            return client.ask_lines(self._make(*args, **kwargs))

        return call


class AwaitedPieces(Generic[P]):
    """A method whose answer is read in pieces of bytes, as they come."""

    def __init__(self, make: Callable[P, Ask[Any]]) -> None:
        self._make = make

    def __get__(
        self, client: AsyncAsker | None, owner: Any = None
    ) -> Callable[P, AsyncIterator[bytes]]:
        @wraps(self._make)
        def call(*args: P.args, **kwargs: P.kwargs) -> AsyncIterator[bytes]:
            assert client is not None
            return client.ask_pieces(self._make(*args, **kwargs))

        return call


class AwaitedEach(Generic[P, T]):
    """A method that goes through all pages of a list; `limit` is the length of one."""

    def __init__(self, make: Callable[P, Ask[Paged[T]]]) -> None:
        self._make = make

    def __get__(
        self, client: AsyncAsker | None, owner: Any = None
    ) -> Callable[P, AsyncIterator[T]]:
        @wraps(self._make)
        def call(*args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
            assert client is not None
            return client.ask_each(self._make(*args, **kwargs))

        return call
