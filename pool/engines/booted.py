"""Imported by the forkserver after the workers' boot, which has it ignore signals: whatever came
while it started is gone, and its workers hold nothing back."""

from gristmill.pool.births import release_signals

release_signals()
