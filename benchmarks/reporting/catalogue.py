"""All contests, by name, in the order in which they are held."""

from benchmarks.contests import (
    accept,
    backlog,
    big_job,
    cores,
    corpus,
    footprint,
    jobs,
    nodes,
    parts,
    stack,
)
from benchmarks.harness.contest import Contest

CONTESTS: dict[str, Contest] = {
    each.CONTEST.name: each.CONTEST
    for each in (corpus, jobs, stack, accept, backlog, big_job, footprint, cores, parts, nodes)
}
