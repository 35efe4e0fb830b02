"""The engines that the contract of tests/pool/engines runs over: a new one is a line here."""

from typing import NamedTuple


class EngineUnderTest(NamedTuple):
    """`name` is what the setting `engine` takes, `env` what the program needs for it besides.
    `has_processes`: its workers are children of the supervisor."""

    name: str
    has_processes: bool
    env: tuple[tuple[str, str], ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        return {"GRISTMILL_ENGINE": self.name, **dict(self.env)}


ENGINES = (
    EngineUnderTest("local", has_processes=True),
    EngineUnderTest("inline", has_processes=False),
)
