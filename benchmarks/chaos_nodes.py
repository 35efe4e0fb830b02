"""A storm over nodes: a service on Dask and S3 under load, with lives, nodes, scheduler, supervisor
and the way to the object store killed, stopped and cut off at random.

    python -m benchmarks.chaos_nodes --minutes 3 --seed 1 [--nodes N] [--plan]

Nodes can be cut off where this machine lets us make network namespaces (root of Linux); elsewhere
those blows find nobody. Exit code 1 if anything was lost, done twice or left behind.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.harness.machine import machine
from benchmarks.harness.network import FarNetwork, far_network, no_network
from benchmarks.node_storm.cluster import Cluster
from benchmarks.node_storm.plan import SILENCE_S, NodeStrike, plan_of
from benchmarks.node_storm.striker import NodeStriker
from benchmarks.storm.audit import audit
from benchmarks.storm.books import Books
from benchmarks.storm.command import ended, say, storm_parser
from benchmarks.storm.files import make_folders
from benchmarks.storm.load import Load
from benchmarks.storm.remains import findings, remains, subside
from benchmarks.storm.report import StormReport
from benchmarks.storm.target import Target

_DRAINED_S = 600.0
"""Nodes take long to boot on a busy machine, and some are doing that when the storm is over."""


def main(arguments: Sequence[str]) -> int:
    """Run a storm; returns an exit code."""
    args = _parser().parse_args(arguments)
    plan = plan_of(args.seed, 60 * args.minutes)
    if args.plan:
        say("\n".join(map(str, plan)))
        return 0
    # Short: the sockets of nodes lie deep below it, and have addresses of at most 108 bytes.
    root = Path(tempfile.mkdtemp(prefix="grist-storm-", dir=args.work))
    say(f"{machine()}\nseed {args.seed}: {len(plan)} blows in {args.minutes:g} min, in {root}")
    with _network() as network:
        report = storm(root, plan, args, network)
    return ended(report, root, args)


def _parser() -> argparse.ArgumentParser:
    parser = storm_parser("benchmarks.chaos_nodes", __doc__, 3.0)
    parser.add_argument("--nodes", type=int, default=2, metavar="N")
    return parser


@contextmanager
def _network() -> Iterator[FarNetwork | None]:
    if (why := no_network()) is not None:
        say(f"no node can be cut off: {why}")
        yield None
        return
    with far_network() as network:
        yield network


def storm(
    root: Path, plan: Sequence[NodeStrike], args: argparse.Namespace, network: FarNetwork | None
) -> StormReport:
    """The whole storm, from the first start to the last look."""
    began, before = time.monotonic(), machine()
    folders = make_folders(root / "files", args.seed)
    cluster, books = Cluster(root, network, args.nodes), Books()
    # What is looked at in the end lies in the object store, too.
    os.environ.update(cluster.env)
    target = Target(root, [*_flags(root), *cluster.flags()], cluster.env, cluster.spool)
    striker = NodeStriker(target, cluster)
    try:
        cluster.start(target.env)
        target.start()
        _rage(striker, plan, Load(target, args.seed, books, folders))
        undrained = subside(target, _DRAINED_S)
        found, found_by_check = audit(target.folder, books), findings(target.folder)
        cluster.stop()
        about = {"seed": args.seed, "minutes": args.minutes, "machine": before}
        looks = {"undrained": undrained, "audit": found, "findings": found_by_check}
        seconds = time.monotonic() - began
        return _report(target, striker, books, {**about, **looks, "seconds": seconds})
    finally:
        cluster.stop()
        target.wipe()


def _report(
    target: Target, striker: NodeStriker, books: Books, known: Mapping[str, Any]
) -> StormReport:
    return StormReport(
        submitted=books.submitted,
        accepted=len(books.jobs),
        refused=dict(books.refused),
        answers=dict(books.answers),
        broken=books.broken,
        strange=books.strange,
        blows=dict(striker.done),
        missed=dict(striker.missed),
        kills=dict(striker.kills),
        exits=dict(target.exits),
        remains=remains(target),
        **known,
    )


def _rage(striker: NodeStriker, plan: Sequence[NodeStrike], load: Load) -> None:
    load.start()
    try:
        striker.run(plan)
    finally:
        load.stop()


def _flags(root: Path) -> list[str]:
    files = str(root / "files")
    return [
        *("--workers", "1", "--node-silence-s", str(SILENCE_S), "--timeout-s", "20"),
        *("--allow-root", files, "--shared-root", files, "--drain-grace-s", "3"),
        # Documents of three pages are long ones.
        *("--split-pages", "1", "--boot-deadline-s", "5"),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
