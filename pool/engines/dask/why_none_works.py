"""Why no document is being read on any node, from what is known of them."""

from collections.abc import Sequence

from gristmill.schemas.cluster import NodeLook

_NAMED = 3


def why_none_works(looks: Sequence[NodeLook], scheduler: str, *, away: bool) -> str | None:
    """A sentence for people; None where some node works. `away`: the scheduler does not answer."""
    if any(look.state == "working" and not look.why for look in looks):
        return None
    if away:
        return f"the scheduler {scheduler} does not answer"
    if failing := [f"{look.name}: {look.why}" for look in looks if look.why]:
        return f"no node can work: {'; '.join(failing[:_NAMED])}"
    if leaving := [look.name for look in looks if look.state == "leaving"]:
        return f"the last nodes are leaving: {', '.join(leaving[:_NAMED])}"
    if coming := [look.name for look in looks]:
        return f"no node has a worker yet; on their way: {', '.join(coming[:_NAMED])}"
    return f"no node has joined: start one with `gristmill node --scheduler {scheduler}`"
