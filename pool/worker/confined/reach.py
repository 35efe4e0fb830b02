"""What a worker may write, run and read: a table of rules, made without any effect."""

import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from gristmill.pipeline.registry import GROUP as PARSERS
from gristmill.pipeline.steps.step_registry import GROUP as STEPS
from gristmill.pipeline.tesseract.installed import PROGRAM
from gristmill.pool.worker.confined.landlock import EXECUTE, READ, WRITE, Rule
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Located, Refreshed
from gristmill.storage import faults
from gristmill.storage.objects import aws_files
from gristmill.storage.opening import secret_files
from gristmill.storage.walking.beneath import way_below

_SYSTEM = (
    *("/usr", "/lib", "/lib32", "/lib64", "/opt", "/nix/store", "/gnu/store", "/proc"),
    *("/sys/devices", "/sys/bus/pci", "/sys/fs/cgroup"),
    *("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/etc/fonts"),
    *("/etc/hosts", "/etc/host.conf", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf"),
    *("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/run/systemd/resolve"),
    *("/System/Library", "/etc/alternatives"),
)
"""What programs and libraries read of a system, with no word of its users."""
_LIBRARY_VARIABLES = ("LD_LIBRARY_PATH", "PYTHONPATH")
_DATA_VARIABLES = ("TESSDATA_PREFIX", "SSL_CERT_FILE", "SSL_CERT_DIR", "FONTCONFIG_PATH")
_TOKEN_FILES = ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
"""Read again and again: what they hold is renewed."""
_LOADER = re.compile(rb"/[^\0\n]*/ld[^\0/\n]*\.so[^\0/\n]*(?=\0)")
_HEAD_BYTES = 4096


def writable(data: Sequence[Path], temporary: Path, env: Mapping[str, str]) -> list[Rule]:
    """Where a worker writes: its data folder, wherever parts of that really lie, and a folder of
    its own for what is temporary. Tests leave marks of faults elsewhere."""
    places = [*_parts(data), str(temporary), *faults.marks(env)]
    return [*(Rule(place, WRITE) for place in places), Rule("/dev/null", WRITE)]


def executable(env: Mapping[str, str]) -> list[Rule]:
    """The programs that a worker runs: tesseract, on its leash, where it is installed."""
    program = shutil.which(PROGRAM, path=env.get("PATH"))
    if program is None:
        return []
    found = dict.fromkeys(
        each
        for start in (program, sys.executable)
        for each in (start, os.path.realpath(start), *_interpreters(os.path.realpath(start)))
    )
    return [Rule(path, EXECUTE) for path in found]


def readable(
    settings: Settings, data: Sequence[Path], temporary: Path, env: Mapping[str, str]
) -> list[Rule]:
    """What a worker reads: its data folder, the allowed roots, models, and what Python, the
    installed packages and the system's libraries are made of."""
    places = [*_parts(data), str(temporary), *faults.marks(env), *settings.allow_roots]
    places += [*_python(), *_SYSTEM, *_tesseract(env)]
    for name in _LIBRARY_VARIABLES:
        places += [each for each in env.get(name, "").split(os.pathsep) if each]
    places += [env[name] for name in _DATA_VARIABLES if env.get(name)]
    places += [place for place in map(_model, settings.embed_models) if place]
    files = [settings.embed_key_file, settings.tokenizer_file]
    if settings.spool:
        files += [*map(str, aws_files.files(env)), *(env.get(each, "") for each in _TOKEN_FILES)]
    files += secret_files(data, env)
    places += [str(Path(each).expanduser()) for each in files if each]
    return [Rule(place, READ) for place in dict.fromkeys(places)]


def is_within(manifest: Manifest, roots: Sequence[str]) -> bool:
    """Whether all files that a job names lie below these roots, which are resolved. A program
    that is trusted may name others."""
    wanted = {source.root for source in manifest.sources if isinstance(source, Located)}
    for source in manifest.sources:
        if isinstance(source, Refreshed):
            wanted.update(source.roots)
    return all(any(way_below(root, each) is not None for root in roots) for each in wanted)


def _parts(data: Sequence[Path]) -> Iterator[str]:
    """Data folders and what their links lead to: a library on another disk writes beside itself."""
    for folder in data:
        yield os.path.realpath(folder)
        for each in folder.iterdir() if folder.is_dir() else ():
            if each.is_symlink():
                real = each.resolve()
                yield str(real if real.is_dir() else real.parent)


def _python() -> Iterator[str]:
    yield from {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    yield from sysconfig.get_paths().values()
    yield from (each for each in sys.path if each and _holds_packages(Path(each)))
    for name, module in tuple(sys.modules.items()):
        if name.startswith("gristmill") and (file := getattr(module, "__file__", None)):
            yield str(Path(file).parent)
    yield from _plugins()


def _holds_packages(place: Path) -> bool:
    """Not so the current folder, which Python puts into its path and which may be somebody's home;
    but so where something was installed from there, to be edited."""
    if not place.is_dir() or place.resolve() != Path.cwd():
        return True
    return any(each.suffix in (".egg-info", ".dist-info") for each in place.iterdir())


def _plugins() -> Iterator[str]:
    """Packages of users' parsers and steps, which may be imported from anywhere."""
    groups = [*entry_points(group=PARSERS), *entry_points(group=STEPS)]
    for package in {point.module.partition(".")[0] for point in groups} - {"gristmill"}:
        try:
            spec = find_spec(package)
        except (ImportError, ValueError, AttributeError):
            continue
        if spec is not None:
            yield from spec.submodule_search_locations or ([spec.origin] if spec.origin else ())


def _tesseract(env: Mapping[str, str]) -> Iterator[str]:
    """Its models and libraries lie beside it: in /opt/x for /opt/x/bin/tesseract."""
    program = shutil.which(PROGRAM, path=env.get("PATH"))
    if program is not None:
        for path in (Path(program), Path(program).resolve()):
            yield str(path.parent.parent if path.parent.name == "bin" else path.parent)


def _model(named: str) -> str | None:
    """The folder of `NAME=PLACE`; None for a service."""
    place = named.partition("=")[2]
    if "://" in place:
        return None
    path = Path(place).expanduser()
    return os.path.realpath(path.parent if path.suffix == ".onnx" else path)


def _interpreters(program: str) -> Iterator[str]:
    """What the kernel runs in a program's place or before it: for a script the program that it
    names, for a binary the loader."""
    try:
        with open(program, "rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return
    if head.startswith(b"#!"):
        named = os.fsdecode(head[2:].split(b"\n")[0].split()[0])
        yield from (named, os.path.realpath(named), *_interpreters(os.path.realpath(named)))
        return
    for loader in _LOADER.findall(head):
        yield from (os.fsdecode(loader), os.path.realpath(os.fsdecode(loader)))
