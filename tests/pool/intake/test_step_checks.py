"""What is said of a job's steps before it is accepted, without importing any."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fake_tesseract import fake_tesseract
from support.patience import WAIT_S

from gristmill.pipeline.recognition import engines
from gristmill.pool.intake import step_checks as steps
from gristmill.pool.intake.step_checks import check_steps, installed_steps
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import Options, StepChoice
from gristmill.schemas.problems.errors import InvalidRequest, StepUnavailable, UnknownStep


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    steps.missing_packages.cache_clear()
    yield
    steps.missing_packages.cache_clear()


def check(name: str, *models: str, **options: str | int) -> None:
    chosen = Options(steps=(StepChoice(name, dict(options)),))
    check_steps(chosen, Settings(embed_models=list(models)))


@pytest.mark.parametrize("name", ["keywords", "language", "near_duplicates"])
def test_what_is_installed_is_accepted(name: str) -> None:
    check(name)


def test_an_unknown_step_names_those_there_are() -> None:
    with pytest.raises(UnknownStep, match="installed are: embed, keywords") as caught:
        check("keyword")
    assert caught.value.code == "unknown_step"


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [
        ("language", "py3langid", "language"),
        ("near_duplicates", "rensa", "near-duplicates"),
        ("embed", "onnxruntime", "embed"),
    ],
)
def test_a_step_whose_package_is_missing_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, package: str, extra: str
) -> None:
    monkeypatch.setattr(steps, "_is_installed", lambda name: name != package)
    with pytest.raises(StepUnavailable) as caught:
        check(name, f"m={tmp_path}")
    assert f"needs {package} on the server" in caught.value.message
    assert f"pip install 'gristmill[{extra}]'" in caught.value.message


def test_ocr_without_tesseract_or_a_language_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StepUnavailable, match="apt install tesseract-ocr"):
        check("ocr", engine="tesseract")
    monkeypatch.setenv("PATH", fake_tesseract(tmp_path / "bin", "pass")["PATH"])
    check("ocr", engine="tesseract")
    choice = StepChoice("ocr", {"languages": ["eng", "chi_sim"], "engine": "tesseract"})
    with pytest.raises(StepUnavailable, match=r"'chi_sim' .* has eng: .*tesseract-ocr-chi-sim"):
        check_steps(Options(steps=(choice,)), Settings())


def test_a_language_that_is_installed_later_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", fake_tesseract(tmp_path, "pass")["PATH"])
    choice = StepChoice("ocr", {"languages": ["fra"], "engine": "tesseract"})
    with pytest.raises(StepUnavailable, match="has no language 'fra'"):
        check_steps(Options(steps=(choice,)), Settings())
    (tmp_path / "languages").write_text("fra\n")
    check_steps(Options(steps=(choice,)), Settings())


def test_either_engine_will_do_and_neither_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(engines, "rapidocr_version", lambda: "3.10.0")
    check("ocr")
    check("ocr", engine="rapidocr")
    monkeypatch.setattr(engines, "rapidocr_version", lambda: None)
    with pytest.raises(StepUnavailable, match=r"pip install 'gristmill\[ocr\]', or apt install"):
        check("ocr")
    with pytest.raises(StepUnavailable, match=r"needs rapidocr .*pip install 'gristmill\[ocr\]'"):
        check("ocr", engine="rapidocr")
    monkeypatch.setenv("PATH", fake_tesseract(tmp_path / "bin", "pass")["PATH"])
    check("ocr")


def test_what_rapidocr_does_not_read_is_left_to_tesseract(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(engines, "rapidocr_version", lambda: "3.10.0")
    env = fake_tesseract(tmp_path, "pass")
    monkeypatch.setenv("PATH", env["PATH"])
    (tmp_path / "languages").write_text("rus\n")
    for engine in ("auto", "tesseract"):
        choice = StepChoice("ocr", {"languages": ["rus"], "engine": engine})
        check_steps(Options(steps=(choice,)), Settings())
    with pytest.raises(StepUnavailable, match="choose the engine 'tesseract'"):
        choice = StepChoice("ocr", {"languages": ["rus"], "engine": "rapidocr"})
        check_steps(Options(steps=(choice,)), Settings())


@pytest.mark.parametrize("language", ["../eng", "eng+deu", "-l", ""])
def test_a_language_is_a_name_and_no_path(language: str) -> None:
    with pytest.raises(InvalidRequest, match="options of step 'ocr'"):
        check_steps(Options(steps=(StepChoice("ocr", {"languages": [language]}),)), Settings())


def test_a_service_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_is_installed", lambda name: False)
    check("embed", "far=https://example.invalid/v1#small")


def test_a_job_cannot_name_a_place(tmp_path: Path) -> None:
    for model in (str(tmp_path), "http://example.invalid/v1"):
        with pytest.raises(StepUnavailable, match="it has: tiny"):
            check("embed", f"tiny={tmp_path}", model=model)


def test_a_model_that_is_gone_is_told_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(StepUnavailable) as caught:
        check("embed", f"tiny={tmp_path / 'gone'}")
    assert "tiny" in caught.value.message and str(tmp_path) not in caught.value.message


def test_options_that_are_too_large_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="steps' options have"):
        check("keywords", x="y" * 100_000)


def test_no_step_is_imported_to_check_it() -> None:
    assert "embed" in installed_steps()
    script = (
        "import sys\n"
        "from gristmill.pool.intake.step_checks import check_steps\n"
        "from gristmill.schemas.jobs.options import Options\n"
        "from gristmill.schemas.configuration.settings import Settings\n"
        "check_steps(Options(steps=('keywords', 'language', 'near_duplicates')), Settings())\n"
        "heavy = {'numpy', 'rensa', 'py3langid', 'gristmill.pipeline.process'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=WAIT_S)
