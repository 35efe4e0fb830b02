"""What is said of a job that cuts by tokens before it is accepted."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from gristmill.pool.intake import tokenizer_checks
from gristmill.pool.intake.tokenizer_checks import check_tokenizer
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.problems.errors import TokenizerUnavailable

BY_TOKENS = Options(chunk_max_tokens=100)


def test_only_chunks_by_tokens_need_a_tokenizer(tmp_path: Path) -> None:
    check_tokenizer(Options(), Settings(tokenizer_file=str(tmp_path / "none")))
    (tmp_path / "tokenizer.json").touch()
    check_tokenizer(BY_TOKENS, Settings(tokenizer_file=str(tmp_path / "tokenizer.json")))


@pytest.mark.parametrize(
    ("file", "why"), [("", "tokenizer_file"), ("gone.json", "not where tokenizer_file says")]
)
def test_without_its_file_the_job_is_refused(tmp_path: Path, file: str, why: str) -> None:
    settings = Settings(tokenizer_file=str(tmp_path / file) if file else "")
    with pytest.raises(TokenizerUnavailable, match=why) as caught:
        check_tokenizer(BY_TOKENS, settings)
    assert caught.value.code == "tokenizer_unavailable"


def test_without_the_package_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    (tmp_path / "tokenizer.json").touch()
    monkeypatch.setattr(tokenizer_checks, "distribution", missing)
    with pytest.raises(TokenizerUnavailable, match=r"tokenizers .* 'gristmill\[embed\]'"):
        check_tokenizer(BY_TOKENS, Settings(tokenizer_file=str(tmp_path / "tokenizer.json")))
