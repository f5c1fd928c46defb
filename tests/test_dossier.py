"""The dossier of a wave: all its parts in one folder, nobody's answers in it, and what is missing by name."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from typer.testing import CliRunner

from danvan_study.cli import app
from danvan_study.errors import StudyError
from danvan_study.field.retention import KINDS
from danvan_study.pipeline import assemble_dossier
from danvan_study.publish.dossier import IMPACT_FIELDS, TO_FILL
from tests.small_study import WAVE, submissions, write_small_study

PARTS = 10
VISITS = "visit,area,cluster,household,result,interviewer,visited_on\n"


@pytest.fixture
def folder(tmp_path):
    root = write_small_study(tmp_path)
    (root / "data/visits").mkdir()
    homes = [("b", "t1", "dtv9", "1.1"), ("a", "t1", "dtv9", "2.11"), ("a", "t2", "dtv1", "1.1")]
    (root / f"data/visits/{WAVE}.csv").write_text(
        VISITS + "".join(f"v{n},{a},{c},{n},{r},{who},2025-07-0{n}\n" for n, (a, c, who, r) in enumerate(homes, 1)),
        encoding="utf-8",
    )
    return root


def made(folder):
    assemble_dossier(folder, WAVE)
    return {path.name: path.read_bytes() for path in (folder / f"data/processed/{WAVE}-dossier").iterdir()}


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def words(docx):
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return archive.read("word/document.xml").decode()


def bring_the_rest(folder):
    """Write by hand what only the team has."""
    field = folder / f"data/field/{WAVE}"
    field.mkdir(parents=True)
    (field / "training.csv").write_text("day,topic,people,trainer\n2025-07-01,Phiếu,12,Bà Tư\n", encoding="utf-8")
    (field / "field_log.csv").write_text("day,area,event,decision\n2025-07-08,a,Mưa lũ,Lùi hai ngày\n", "utf-8")
    (field / "impact.toml").write_text("".join(f'{key} = "đã ghi {key}"\n' for key in IMPACT_FIELDS), "utf-8")


def test_every_part_stands_in_the_index_and_what_is_missing_is_named(folder):
    name, told = assemble_dossier(folder, WAVE)
    missing = [str(each) for each in told]
    assert name == f"data/processed/{WAVE}-dossier"
    index = words((folder / name / "00_muc_luc.docx").read_bytes())
    for number in range(1, PARTS + 1):
        assert f"{number:02}. " in index
    for what in (f"danvan sample draw {WAVE}", "training.csv", "field_log.csv", "danvan backcheck draw", "danvan run"):
        assert any(what in each for each in missing), what
        assert what in index
    assert sum("impact.toml" in each for each in missing) == len(IMPACT_FIELDS)


def test_what_is_brought_is_no_longer_missing(folder):
    before = {str(each) for each in assemble_dossier(folder, WAVE)[1]}
    bring_the_rest(folder)
    after = {str(each) for each in assemble_dossier(folder, WAVE)[1]}
    assert after < before
    assert not any("data/field" in each for each in after)


def test_the_impact_assessment_has_seven_parts_and_every_kind_of_file_with_its_day(folder):
    text = words(made(folder)["10_danh_gia_tac_dong.docx"])
    assert all(f">{number}. " in text for number in range(1, 8))
    for kind in KINDS:
        assert kind.title.told("vi").casefold() in text.casefold()
    assert "30/09/2025" in text  # contacts, 30 days after the field
    assert "31/12/2026" in text  # answers, the year and twelve months
    assert text.count(TO_FILL) == len(IMPACT_FIELDS)


def test_what_the_office_wrote_stands_in_the_assessment(folder):
    bring_the_rest(folder)
    text = words(made(folder)["10_danh_gia_tac_dong.docx"])
    assert all(f"đã ghi {key}" in text for key in IMPACT_FIELDS)
    assert TO_FILL not in text


def test_nobody_can_be_told_apart_in_the_dossier(folder):
    bring_the_rest(folder)
    ids = {record["_uuid"] for record in submissions()}
    for name, content in made(folder).items():
        text = words(content) if name.endswith(".docx") else content.decode("utf-8", "replace")
        assert not any(each in text for each in ids), name
        assert "Bà Tư" not in text, name  # a column nobody asked for is left behind


def test_response_rates_stand_in_the_order_of_names_and_add_up(folder):
    files = made(folder)
    whole, areas, people = (rows(files[f"07_{each}.csv"]) for each in ("ca_dot", "theo_dia_ban", "theo_dieu_tra_vien"))
    assert [row["of"] for row in people] == ["dtv1", "dtv9"]  # by code, although dtv1 did better
    assert [row["of"] for row in areas] == ["a", "b"]
    assert sum(int(row["households"]) for row in areas) == int(whole[0]["households"]) == 3
    assert whole[0]["rr1"] == "66.7"


def test_translations_list_every_wording_in_every_language(folder):
    table = rows(made(folder)["03_ban_dich.csv"])
    pairs = {(row["question"], row["choice"]): set() for row in table}
    for row in table:
        pairs[row["question"], row["choice"]].add(row["language"])
    assert set(map(frozenset, pairs.values())) == {frozenset({"vi", "en"})}
    assert all(row["text"] for row in table)


def test_findings_and_corrections_are_counted_without_saying_whose(folder):
    files = made(folder)
    assert set(rows(files["06_phat_hien.csv"])[0]) == {"check", "severity", "count"}
    assert files["06_sua_chua.csv"].splitlines()[0] == b"check,action,count"


def test_a_simulated_wave_is_marked_on_every_document(folder):
    files = made(folder)
    for name in ("00_muc_luc.docx", "10_danh_gia_tac_dong.docx"):
        assert "SỐ LIỆU MÔ PHỎNG" in words(files[name])


def test_the_same_study_gives_the_same_bytes(folder):
    assert made(folder) == made(folder)


@pytest.mark.parametrize(
    ("text", "what"), [("approved_by = 3", "is not known, or no text"), ("boss = 'x'", "boss"), ("x", "neither a key")]
)
def test_a_mistake_in_the_offices_answers_is_named(folder, text, what):
    path = folder / f"data/field/{WAVE}/impact.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=what):
        assemble_dossier(folder, WAVE)
    assert not (folder / f"data/processed/{WAVE}-dossier").exists()


@pytest.mark.usefixtures("vietnamese")
def test_the_command_tells_what_is_missing(folder):
    result = CliRunner().invoke(app, ["--study", str(folder), "dossier", WAVE])
    assert result.exit_code == 0, result.output
    assert "Còn thiếu: Nhật ký tập huấn: data/field/" in result.output
    assert f"data/processed/{WAVE}-dossier" in result.output
