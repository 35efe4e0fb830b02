"""Names of members, each given away once."""

from collections.abc import Collection, Iterable


class MemberNames:
    """Gives names away, each of them once.

    `honest` are those that some have without our doing. Whoever's name was changed does not get
    one of these, nor is one of them made up.
    """

    def __init__(self, honest: Collection[str] = ()) -> None:
        self._honest = frozenset(honest)
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def take(self, name: str, changed: bool = False) -> str:
        """`name`, or `name~2` for the second of that name, and so on. Where the last one of a name
        got to is remembered: all may have the same."""
        unique = name
        is_free = not (changed and name in self._honest)
        while not is_free or unique in self._taken:
            self._last[name] = self._last.get(name, 1) + 1
            unique = f"{name}~{self._last[name]}"
            is_free = unique not in self._honest
        self._taken.add(unique)
        return unique


def unique_names(raw: Iterable[str], made: Iterable[str]) -> list[str]:
    """The names that were `made` of `raw` ones, in their order, each of them once."""
    pairs = list(zip(raw, made, strict=True))
    names = MemberNames([name for own, name in pairs if own == name])
    return [names.take(name, own != name) for own, name in pairs]
