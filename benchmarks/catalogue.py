"""All benchmarks, by name, in the order in which they are run."""

from benchmarks import corpus, drain, submit
from benchmarks.contest import Contest

CONTESTS: dict[str, Contest] = {
    each.name: each for each in (submit.CONTEST, drain.CONTEST, corpus.CONTEST)
}
