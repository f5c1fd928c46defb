"""``danvan brief lint``: an edited text beside the study's own figures, places, questions and contact."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.pipeline import lint_brief
from tests.demonstration import ROOT, codebook

if TYPE_CHECKING:
    from pathlib import Path

WAVE = "2026q3"
MARK = "SỐ LIỆU MÔ PHỎNG"
FIGURES = {"estimate": [61.2, 45.0], "low": [57.0, 41.0], "high": [65.3, 49.0], "n": [1180, 900], "data": [MARK, MARK]}
CHANGES = {
    "change": [6.0, -7.0, 3.0],
    "low": [1.3, -12.0, -1.0],
    "high": [10.7, -2.0, 7.0],
    "mdc": [5.7, 5.7, 5.7],
    "n": [1180, 1180, 1180],
    "n_earlier": [1170, 1170, 1170],
    "verdict": ["up", "down", "unclear"],
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("study")
    toml = (ROOT / "study.toml").read_text(encoding="utf-8")
    contact = 'contact = "Người phụ trách dữ liệu của đơn vị chủ trì (mẫu)"'
    assert contact in toml
    (root / "study.toml").write_text(
        toml.replace(contact, 'contact = "Phòng Tổng hợp, 0208 3855 123, hoi@example.vn"'), encoding="utf-8"
    )
    for folder in ("survey_forms", "data/areas"):
        shutil.copytree(ROOT / folder, root / folder)
    processed = root / "data/processed" / WAVE
    processed.mkdir(parents=True)
    pd.DataFrame(FIGURES).to_csv(processed / "published.csv", index=False)
    pd.DataFrame(CHANGES).to_csv(processed / "published_trends.csv", index=False)
    return root


def rules(study: Path, text: str, *, wave: str = WAVE, mark: str = MARK) -> set[str]:
    path = study / "edited.md"
    path.write_text(f"{mark}\n\n{text}\n", encoding="utf-8")
    return {one.rule for one in lint_brief(study, path, wave=wave) if not one.is_warning}


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("Đa số người trả lời hài lòng: 61,2 % (57,0–65,3); n = 1.180.", set()),
        ("Đa số người trả lời hài lòng: 61,2 % (57,0–65,3); n = 1.181.", {"unpublished-figure"}),
        ("Đa số người trả lời hài lòng: 62,2 % (57,0–65,3); n = 1.180.", {"unpublished-figure"}),
        ("Tỷ lệ hài lòng là 61,2 %.", set()),
        ("Tỷ lệ hài lòng là 61,3 %, với độ tin cậy 95 %.", {"unpublished-figure"}),
        ("So với quý II/2026: tỷ lệ hài lòng tăng, +6,0 điểm % (1,3–10,7).", set()),
        ("So với quý II/2026: tỷ lệ hài lòng giảm, −7,0 điểm % (−12,0 đến −2,0).", set()),
        ("So với quý II/2026: tỷ lệ hài lòng giảm 7,0 điểm % (2,0–12,0).", set()),
        ("So với quý II/2026: tỷ lệ hài lòng tăng, +7,0 điểm % (2,0–12,0).", {"change-allowed"}),
        ("So với quý II/2026: tỷ lệ tăng, +3,0 điểm % (−1,0 đến 7,0).", {"change-fits"}),
        ("So với quý II/2026: tỷ lệ hài lòng giảm 6,0 điểm % (1,3–10,7).", {"change-allowed"}),
        (
            "So với quý II/2026: tỷ lệ hài lòng tăng, +8,0 điểm % (1,3–10,7).",
            {"change-allowed", "unpublished-figure"},
        ),
    ],
)
def test_figures_are_compared_with_what_was_published(study: Path, text: str, broken: set[str]) -> None:
    assert rules(study, text) == broken


def test_without_a_wave_figures_are_not_compared(study: Path) -> None:
    assert rules(study, "Tỷ lệ hài lòng là 99,9 %.", wave="") == set()


def test_the_studys_own_contact_may_stand(study: Path) -> None:
    assert rules(study, "Liên hệ: Phòng Tổng hợp, 0208 3855 123, hoi@example.vn.") == set()
    assert rules(study, "Liên hệ: 0208 3855 124, toi@example.vn.") == {"phone", "e-mail"}


def test_wordings_of_questions_and_answers_may_be_quoted(study: Path) -> None:
    asked = codebook(WAVE).question("life_overall")
    assert asked is not None
    assert rules(study, f"Mọi người trả lời: “{' '.join(asked.label('vi').split())}”") == set()
    assert rules(study, "Người trả lời: “đường vào bản hỏng cả năm rồi”") == {"quotation"}


def test_names_of_places_are_no_names_of_people(study: Path) -> None:
    assert rules(study, "Cán bộ Định Hóa đã được hỏi.") == set()
    assert rules(study, "Cán bộ Nguyễn Văn Hùng đã được hỏi.") == {"person-name"}


def test_the_mark_of_simulated_answers_must_stay(study: Path) -> None:
    assert rules(study, "Báo cáo.", mark="") == {"simulated-mark"}


def test_a_wave_that_has_not_been_run_is_one_message(study: Path) -> None:
    with pytest.raises(StudyError, match="danvan run 2026q2"):
        rules(study, "Báo cáo.", wave="2026q2")


@pytest.mark.usefixtures("vietnamese")
def test_the_command_tells_where_and_what_to_do_and_fails_on_a_mistake(study: Path) -> None:
    wrong, right = study / "wrong.md", study / "right.md"
    wrong.write_text(f"{MARK}\n\nĐa số người dân hài lòng.\n\n[đơn vị soạn thảo bổ sung]\n", encoding="utf-8")
    right.write_text(f"{MARK}\n\n[đơn vị soạn thảo bổ sung]\n", encoding="utf-8")
    run = CliRunner().invoke(app, ["--study", str(study), "brief", "lint", str(wrong), "--wave", WAVE])
    assert run.exit_code == 1
    said = " ".join(run.output.split())
    assert "Lỗi: đoạn 2 “Đa số người dân hài lòng.”: “đa số” không có" in said
    assert "wrong.md: số lỗi: 1" in said
    run = CliRunner().invoke(app, ["--study", str(study), "brief", "lint", str(right)])
    assert run.exit_code == 0
    assert "Lưu ý: đoạn 2" in run.output
    assert "right.md: đạt." in run.output


def test_a_text_can_be_checked_without_any_study(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("Đa số người dân hài lòng.", encoding="utf-8")
    run = CliRunner().invoke(app, ["--study", str(tmp_path), "brief", "lint", str(path)])
    assert run.exit_code == 1
