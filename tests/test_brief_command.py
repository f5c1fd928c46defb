"""danvan brief WAVE: what is handed up of one period, in one language, in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.pipeline import Edition, write_brief
from tests.small_study import WAVE, write_small_study

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_study(tmp_path_factory.mktemp("study"))


def test_the_first_word_may_be_the_wave_and_the_edition_speaks_english(root: Path, tmp_path: Path):
    target = tmp_path / "handed up"
    done = CliRunner().invoke(app, ["--study", str(root), "brief", WAVE, "--lang", "en", "--out", str(target)])
    assert done.exit_code == 0, done.output
    assert str(target) in done.output.replace("\n", "")
    assert {"brief.docx", "brief.pdf", "summary.pdf", "annex.xlsx", "areas", "charts"} <= {
        path.name for path in target.iterdir()
    }
    assert '<html lang="en">' in (target / "brief.html").read_text(encoding="utf-8")
    assert not (root / "data" / "processed" / WAVE).exists()


def test_without_a_target_it_lies_beside_the_results_of_the_runs(root: Path):
    made = write_brief(root, WAVE, Edition())
    assert made == root / "data" / "processed" / f"brief-{WAVE}-Q-vi"
    assert '<html lang="vi">' in (made / "brief.html").read_text(encoding="utf-8")


def test_nothing_of_others_is_overwritten(root: Path, tmp_path: Path):
    (tmp_path / "letter.docx").write_bytes(b"theirs")
    with pytest.raises(StudyError, match="something is there already"):
        write_brief(root, WAVE, Edition(), target=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.docx"]


@pytest.mark.parametrize(
    ("edition", "message"),
    [
        (Edition(period="6T"), "no period 6T ends with it.*Periods: Q"),
        (Edition(language="fr"), 'no texts in "fr".*vi, en'),
    ],
)
def test_what_cannot_be_made_is_one_message(root: Path, edition: Edition, message: str):
    with pytest.raises(StudyError, match=message):
        write_brief(root, WAVE, edition)
