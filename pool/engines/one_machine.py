"""What an engine says of nodes that has none."""

from gristmill.schemas.cluster import NodeLook


class OneMachine:
    """All workers are on this machine."""

    def nodes(self) -> list[NodeLook]:
        return []

    def retire(self, node: str) -> bool:
        return False
