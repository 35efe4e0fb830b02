"""One life: lease, run, commit, report."""
