"""What a worker may reach, as a table of rules, and what takes it away."""

import sys
from pathlib import Path

import pytest
from support.job_samples import queued

from gristmill.pool.worker.confined import reach
from gristmill.pool.worker.confined.landlock import EXECUTE, READ, WRITE, Right, Rule, known
from gristmill.pool.worker.confined.lockdown import FILE_ROOM_BYTES, Confinement, file_limit
from gristmill.pool.worker.confined.protections import protections
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.sources import InlineText, Located


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data" / "run").mkdir(parents=True)
    return tmp_path / "data"


def covered(rules: list[Rule], path: Path) -> Right:
    """All rights that rules leave on a path."""
    rights = Right(0)
    for rule in rules:
        if path == Path(rule.path) or Path(rule.path) in path.parents:
            rights |= rule.rights
    return rights


def test_a_worker_writes_its_data_folder_and_nothing_else(data: Path, tmp_path: Path) -> None:
    rules = reach.writable([data], data / "run" / "tmp" / "1", {})
    assert covered(rules, data / "library.db-wal") == WRITE
    assert covered(rules, Path("/dev/null")) == WRITE
    for elsewhere in (tmp_path / "x", Path.home() / "x", Path("/tmp/x"), Path("/etc/x")):
        assert not covered(rules, elsewhere)


def test_parts_of_a_data_folder_on_another_disk_are_parts_of_it(data: Path, tmp_path: Path) -> None:
    other = tmp_path / "disk"
    (other / "spool").mkdir(parents=True)
    (data / "spool").symlink_to(other / "spool")
    (other / "big").mkdir()
    (other / "big" / "library.db").touch()
    (data / "library.db").symlink_to(other / "big" / "library.db")
    rules = reach.writable([data], data / "tmp", {})
    assert covered(rules, other / "spool" / "aa") == WRITE
    assert covered(rules, other / "big" / "library.db-wal") == WRITE
    assert not covered(rules, other / "else")


@pytest.mark.parametrize("kind", ["script", "binary"])
def test_tesseract_is_run_with_what_the_kernel_needs_for_that(tmp_path: Path, kind: str) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "tesseract"
    loader = b"\x7fELF\0\0/lib/ld-linux-x.so.2\0"
    program.write_bytes(b"#!/bin/sh -e\n" if kind == "script" else loader)
    program.chmod(0o755)
    env = {"PATH": str(program.parent)}
    paths = [rule.path for rule in reach.executable(env)]
    assert {str(program), sys.executable} <= set(paths)
    assert ("/bin/sh" if kind == "script" else "/lib/ld-linux-x.so.2") in paths
    assert all(rule.rights == EXECUTE for rule in reach.executable(env))
    assert str(tmp_path) in [
        rule.path for rule in reach.readable(Settings(), [tmp_path], Path(), env)
    ]


def test_without_tesseract_a_worker_runs_no_program(tmp_path: Path) -> None:
    assert reach.executable({"PATH": str(tmp_path)}) == []


def test_a_worker_reads_roots_models_and_libraries_and_nobodys_home(
    data: Path, tmp_path: Path
) -> None:
    settings = Settings(
        allow_roots=[str(tmp_path / "root")],
        embed_models=["a=" + str(tmp_path / "model"), "b=https://example.org/v1#b"],
        embed_key_file=str(tmp_path / "key"),
    )
    rules = reach.readable(settings, [data], data / "tmp", {"PATH": ""})
    read = [
        data / "library.db",
        tmp_path / "root" / "a",
        tmp_path / "model" / "m",
        Path(sys.prefix),
    ]
    read += [tmp_path / "key", Path(reach.__file__), Path("/usr/lib/x"), Path("/dev/urandom")]
    for path in read:
        assert covered(rules, path) == READ, path
    for path in (tmp_path / "else", Path("/etc/passwd"), Path("/"), Path("/root/.ssh/id")):
        assert not covered(rules, path), path


def test_a_worker_reads_the_files_of_aws_where_uploads_are_objects_and_nowhere_else(
    data: Path, tmp_path: Path
) -> None:
    names = ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE")
    env = {"PATH": "", **{name: str(tmp_path / name) for name in names}}
    for spool, rights in (("s3://mill/x", READ), ("", 0)):
        rules = reach.readable(Settings(spool=spool), [data], data / "tmp", env)
        for name in names:
            assert covered(rules, tmp_path / name) == rights, (spool, name)


@pytest.mark.parametrize(
    ("roots", "within"),
    [
        (["/a"], True),
        (["/"], True),
        (["/a/b"], True),
        (["/b", "/a"], True),
        ([], False),
        (["/a/b/c"], False),
        (["/ab"], False),
    ],
)
def test_a_job_is_within_roots_by_the_folders_that_bound_it(roots: list[str], within: bool) -> None:
    manifest = queued(InlineText("t", "t"), Located("/a/b/x", "/a/b"))
    assert reach.is_within(manifest, roots) is within
    assert reach.is_within(queued(InlineText("t", "t")), [])


def test_the_current_folder_is_read_only_where_packages_are_installed_from_it(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert not covered(reach.readable(Settings(), [data], data, {}), tmp_path / "diary.txt")
    (tmp_path / "mine.egg-info").mkdir()
    assert covered(reach.readable(Settings(), [data], data, {}), tmp_path / "mine.py") == READ


def test_who_is_not_locked_in_admits_every_job() -> None:
    assert Confinement().admits(queued(Located("/a/b/x", "/a/b")))


@pytest.mark.parametrize(
    ("kernel", "lacks"),
    [
        (1, Right.REFER | Right.TRUNCATE | Right.IOCTL_DEV),
        (2, Right.TRUNCATE | Right.IOCTL_DEV),
        (3, Right.IOCTL_DEV),
        (4, Right.IOCTL_DEV),
        (7, Right(0)),
    ],
)
def test_a_kernel_is_asked_for_no_more_than_it_knows(kernel: int, lacks: Right) -> None:
    everything = READ | WRITE | EXECUTE | Right.IOCTL_DEV
    assert known(everything, kernel) == everything & ~lacks
    assert not READ & WRITE


@pytest.mark.parametrize(
    ("library", "hard", "limit"),
    [(0, -1, FILE_ROOM_BYTES), (10, -1, FILE_ROOM_BYTES + 10), (10, 5, 5)],
)
def test_a_file_may_be_as_large_as_the_library_gets(library: int, hard: int, limit: int) -> None:
    assert file_limit(library, hard) == limit


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(), "no core dumps"),
        (Settings(worker_sandbox="off"), "off (worker_sandbox)"),
        (Settings(engine="inline"), "not locked in"),
    ],
)
def test_what_is_in_force_is_said(settings: Settings, said: str) -> None:
    assert said in protections(settings)
