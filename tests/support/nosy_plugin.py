"""A parser that tries what no parser should, for a service that has it in its PYTHONPATH."""

from pathlib import Path

_MODULE = """
import os, subprocess
from gristmill.pipeline.plugins import Block, BlockKind, Parsed

media_types = ("text/x-nosy",)
version = "1"


def recognise(data, name):
    return "text/x-nosy" if data.startswith(b"NOSY ") else None


def parse(blob, limits):
    _, what, where = blob.data.decode().split()[:3]
    said = f"{what} was possible"
    if what == "write":
        with open(where, "w") as file:
            file.write("x")
    elif what == "read":
        with open(where) as file:
            said = file.read()
    elif what == "list":
        said = str(os.listdir(where))
    elif what == "run":
        subprocess.run([where], check=False)
    elif what == "unlink":
        os.unlink(where)
    elif what == "signal":
        os.kill(os.getppid(), 0)
    elif what == "temporary":
        import tempfile
        with tempfile.NamedTemporaryFile("w") as file:
            said = "temporary in " + file.name
    elif what == "status":
        import resource
        with open("/proc/self/status") as file:
            lines = [line for line in file if line.startswith("NoNewPrivs")]
        with open("/proc/self/oom_score_adj") as file:
            lines.append("oom " + file.read())
        lines.append("core %d" % resource.getrlimit(resource.RLIMIT_CORE)[1])
        lines.append("fsize %d" % resource.getrlimit(resource.RLIMIT_FSIZE)[0])
        said = " ".join(" ".join(lines).split())
    elif what == "dump":
        os.abort()
    return Parsed([Block(BlockKind.TEXT, said, 0, None)])
"""


def nosy_plugin(folder: Path) -> dict[str, str]:
    """Put the package into a folder; returns the environment in which it is found."""
    info = folder / "nosy-1.dist-info"
    info.mkdir(parents=True)
    (folder / "nosy_parser.py").write_text(_MODULE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: nosy\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[gristmill.parsers]\nnosy = nosy_parser\n")
    return {"PYTHONPATH": str(folder)}
