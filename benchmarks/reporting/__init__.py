"""From results to tables, plots and verdicts."""
