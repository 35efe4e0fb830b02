"""How long tests wait for what should happen. On a slow machine, set GRISTMILL_TEST_PATIENCE to
more than 1: all of these grow with it, and no time that a test is about."""

import os

FACTOR = float(os.environ.get("GRISTMILL_TEST_PATIENCE", "1"))


def patient(seconds: float) -> float:
    """For what takes longer than most things do."""
    return seconds * FACTOR


WAIT_S = patient(50.0)
"""For one thing to happen: a start, an answer, a process's end. Less than half of what a test has
(`timeout` in pyproject.toml), so that a wait in vain is told by its own words."""
