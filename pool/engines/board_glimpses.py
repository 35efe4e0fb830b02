"""What the board shows of a worker, as a glimpse."""

import time

from gristmill.pool.worker.board import Board
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse


def glimpse_on(board: Board, index: int, worker: WorkerId) -> Glimpse | None:
    """What a worker shows in its slot; None also where the slot shows somebody else."""
    slot = board.read(index)
    if slot is None or slot.worker != worker:
        return None
    return Glimpse(
        worker,
        slot.job_id,
        slot.ordinal,
        slot.started,
        time.monotonic() - slot.started,
        slot.timeout_s,
        slot.stage,
        slot.page,
        slot.documents,
    )
