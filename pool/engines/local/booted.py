"""Imported by the forkserver after the workers' boot, which has it ignore signals: whatever came
while it started is gone, and its workers hold nothing back."""

from gristmill.pool.processes.held_signals import release_signals

release_signals()
