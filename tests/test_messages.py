"""What the kit says: every sentence in both languages, none stale, told when it is shown."""

from __future__ import annotations

import ast
import pickle
import re
import shutil
import string
import unicodedata
from functools import cache

import pytest
from babel.messages.pofile import read_po
from typer.testing import CliRunner

from danvan_study.cli import app, main
from danvan_study.errors import StudyError
from danvan_study.messages import joined, say
from danvan_study.store import load_facts
from docs.catalogue import MO, PACKAGE, PO, build, messages_page, read_catalogue, said_in_code
from docs.generate import commands_page
from tests.demonstration import ROOT
from tests.letters import is_vietnamese

CATALOGUE = read_catalogue()
PLACES = re.compile(r"[\w/.…<>*-]+(\.toml, .*|, --[\w-]+)?|danvan [\w -]+")
"""What names the same place in every language: a file, a key, an option, a command."""
NAMES = {"Tiếng Việt", *(unit.name for unit in load_facts().gazetteer.units)}
TERMS = {
    "backups?": "bản sao",
    "back-checks?": "gọi lại kiểm tra",
    "brief": "bản tin",
    "choices?": "lựa chọn",
    "clusters?": "cụm",
    "communes?": "xã",
    "districts?": "huyện",
    "(enumerator|interviewer)s?": "điều tra viên",
    "erratum": "bản đính chính",
    "folders?": "thư mục",
    "freeze|frozen": "đóng băng",
    "locked?": "khoá sổ",
    "roster": "danh sách điều tra viên",
    "rows?": "dòng",
    "seal": "dấu niêm phong",
    "strata|stratum": "tầng",
    "topics?": "chủ đề",
    "villages?": "thôn",
    "waves?": "đợt",
    "(base )?weights?": "quyền số|trọng số",
}
"""A thing has one name: where the English says the one, the Vietnamese says the other."""


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Return the calls of a function in the package, with their modules."""
    return [(module, node) for module, node in _all_calls() if node.func.id == name]


@cache
def _all_calls() -> list[tuple[str, ast.Call]]:
    return [
        (path.relative_to(PACKAGE).as_posix(), node)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]


def fields(template: str) -> list[tuple[str, str | None, str | None]]:
    return sorted((name, spec, how) for _, name, spec, how in string.Formatter().parse(template) if name is not None)


def with_values() -> set[str]:
    """Return the templates that are filled in; any other is taken as it stands."""
    return {node.args[0].value for _, node in calls("say") if node.keywords}


# The catalogue


def test_every_message_has_its_vietnamese_and_the_catalogue_holds_no_other():
    assert sorted(set(said_in_code()) - {english for english, text in CATALOGUE.items() if text}) == []
    assert sorted(set(CATALOGUE) - set(said_in_code())) == []


def test_the_files_are_what_the_code_and_the_translations_make():
    assert (PO.read_bytes(), MO.read_bytes()) == build(CATALOGUE), "run python -m docs.catalogue"


def test_no_translation_is_a_guess():
    with PO.open("rb") as stream:
        catalogue = read_po(stream)
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert not catalogue.obsolete


def test_both_languages_have_the_same_places_to_fill_in():
    assert [english for english in with_values() if fields(english) != fields(CATALOGUE[english])] == []


def test_the_vietnamese_is_clean_unicode_and_ends_as_the_english_does():
    for english, text in CATALOGUE.items():
        assert unicodedata.is_normalized("NFC", text), text
        assert "  " not in text.lstrip(" "), text
        for end in (0, -1):
            marks = [sentence[end] if sentence[end] in " .:?\n" else "" for sentence in (english, text)]
            assert marks[0] == marks[1], (english, text)


def test_the_english_has_no_vietnamese_but_in_quotes():
    left = [english for english in CATALOGUE if is_vietnamese(re.sub('“[^”]*”|"[^"]*"', "", english))]
    assert sorted(left) == [
        "A national map must show Hoàng Sa and Trường Sa and is not drawn here; draw province by province.",
        "Look for names, and mark x in the column Đạt: {file}",
    ]


@pytest.mark.parametrize("english", TERMS)
def test_a_thing_has_one_name(english):
    asks = re.compile(rf"(?<![\w.\"\[/-])({english})(?![\w\"\]/-])")
    about = [
        (said, told) for said, told in CATALOGUE.items() if asks.search(re.sub(r"{.+?}|danvan [a-z -]+", "", said))
    ]
    assert about
    assert [(said, told) for said, told in about if not re.search(TERMS[english], told, re.IGNORECASE)] == []


def test_the_page_shows_each_message_in_both_languages():
    page = messages_page()
    assert page.count("\n| ") - page.count("\n| tiếng Việt") == len(CATALOGUE)
    assert "| không có số liệu gốc. | there are no raw data. |" in page


# The code


def test_each_message_is_written_out_and_its_values_are_those_that_it_names():
    for module, node in calls("say"):
        assert isinstance(node.args[0], ast.Constant), f"{module}:{node.lineno}"
        values = sorted(keyword.arg for keyword in node.keywords)
        named = sorted({name for name, *_ in fields(node.args[0].value)}) if values else []
        assert values == named, f"{module}:{node.lineno}"


@pytest.mark.parametrize("name", ["StudyError", "Complaint"])
def test_what_is_said_of_a_mistake_is_a_message(name):
    for module, node in calls(name):
        for part in [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in ("what", "cure"))]:
            assert not has_words(part), f"{module}:{part.lineno}"


def has_words(part: ast.expr) -> bool:
    """Say whether an argument is a sentence in one language only."""
    if isinstance(part, ast.JoinedStr):
        fixed = "".join(str(each.value) for each in part.values if isinstance(each, ast.Constant))
        return re.search(r"[^\W\d_]", re.sub(r"study\.toml|data/(raw|processed)|\.parquet", "", fixed)) is not None
    return isinstance(part, ast.Constant) and not PLACES.fullmatch(str(part.value))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("'this is no token.'", True),
        ("f'row {row} stands twice.'", True),
        ("'study.toml, [kobo] server'", False),
        ("'--encoding'", False),
        ("f'{where}/{name}'", False),
        ("say('this is no token.')", False),
    ],
)
def test_a_sentence_in_one_language_is_seen(source, found):
    assert has_words(ast.parse(source, mode="eval").body) is found


# The telling

ERROR = StudyError(
    say("{file}, row {row}", file=say("{file}, sheet {sheet}", file="phieu.xlsx", sheet="survey"), row=7),
    say('"{wave}" is used twice.', wave="2026q3"),
    say("Give each wave its own id."),
)


def test_one_error_is_told_in_both_languages():
    assert ERROR.told("en") == 'phieu.xlsx, sheet survey, row 7: "2026q3" is used twice. Give each wave its own id.'
    assert ERROR.told("vi") == (
        'phieu.xlsx, trang tính survey, dòng 7: "2026q3" được dùng hai lần. Cho mỗi đợt một mã riêng.'
    )


def test_an_error_that_comes_home_from_another_process_is_told_as_it_was(monkeypatch):
    there = pickle.loads(
        pickle.dumps(StudyError("a.csv", say("this is not CSV ({error}).", error=OSError(5, "x")), ""))
    )
    monkeypatch.setenv("DANVAN_LANG", "vi")
    assert str(there) == "a.csv: tệp không đúng dạng CSV ([Errno 5] x). "


def test_messages_are_joined_and_text_in_braces_stays_as_it_is():
    both = joined((say("a list"), "{không}", say("a number")), "; ")
    assert (both.told("vi"), both.told("en")) == ("danh sách; {không}; số", "a list; {không}; a number")
    assert say("Write it as a form does: where ${age} > 100").told("vi").endswith("where ${age} > 100")


def test_an_office_hears_vietnamese_unless_it_asks_for_english(tmp_path, monkeypatch):
    def told(*words: str) -> str:
        return str(CliRunner().invoke(app, [*words, "--study", str(tmp_path), "check"]).exception)

    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.delenv("DANVAN_LANG")
    assert 'ở đây không có "study.toml".' in told()
    monkeypatch.setenv("DANVAN_LANG", "fr")
    assert told() == 'DANVAN_LANG: ở đây không nhận "fr". Viết một trong vi, en.'
    assert 'there is no "study.toml" here.' in told("--english")


@pytest.fixture
def typed(monkeypatch, capsys):
    """Type a command; give back how it ended and what it said of a mistake."""

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["danvan", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().err

    return run


@pytest.mark.usefixtures("vietnamese")
def test_the_whole_line_of_an_error_is_in_the_language(tmp_path, typed):
    status, said = typed("--study", str(tmp_path), "check")
    assert (status, said[:5]) == (2, "Lỗi: ")


@pytest.mark.usefixtures("vietnamese")
@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("runn", "không có lệnh runn. Có phải là 'run'?"),
        ("xyz", "không có lệnh xyz."),
        ("run --fast", "không có tuỳ chọn --fast."),
        ("run --agin", "không có tuỳ chọn --agin. Có: --again."),
        ("brief 2026q3 --out", "--out cần một giá trị."),
        ("sample plan", "thiếu WAVE."),
        ("run --processes nhiều", "--processes: viết một số nguyên."),
        ("run --processes -1", "--processes: viết một số không nhỏ hơn 0."),
        ("run --again=3", "--again không nhận giá trị."),
        ("slips 2026q3 --count 0", "--count: viết một số từ 1 đến 5000."),
        ("withdraw 2026q3 a --received 1/2/2026", "--received: viết ngày theo dạng YYYY-MM-DD."),
        ("version một hai", "thừa: một hai."),
        ("--study . --", "thiếu lệnh."),
        ("form build a.xlsx --use b", "--use: wave, pilot, training"),
    ],
)
def test_a_command_that_is_written_wrongly_is_told_in_the_language(typed, words, line):
    status, said = typed(*words.split())
    assert status == 2
    assert said.splitlines()[0] == f"Lỗi: {line}"
    assert said.splitlines()[1].startswith("Xem cách viết: danvan")


def test_the_help_of_every_command_is_in_one_language():
    assert not is_vietnamese(commands_page("en"))
    assert re.findall("Usage|Options|Show|default:|required", commands_page("vi")) == []


@pytest.mark.parametrize(
    "words",
    [
        "areas check",
        "areas convert 2025-06-30:164 n2025_01849",
        "form lint survey_forms/thai_nguyen_v2.xlsx",
        "form diff survey_forms/thai_nguyen_v1.xlsx survey_forms/thai_nguyen_v2.xlsx",
        "sample plan 2026q3",
        "brief lint docs/vi/briefs.md",
        "retention",
        "archive nothing.zip --check",
        "run 2031q1",
        "explain 2031q1 life_overall",
    ],
)
def test_what_a_command_says_in_english_is_english_but_for_names_and_quotes(words, monkeypatch):
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(app, words.split())
    said = "\n".join((done.output, str(done.exception or "")))
    names = "|".join(sorted(NAMES, key=len, reverse=True))
    quoted = re.compile(rf"“[^”]*”|\"[^\"]*\"|\[[^\]]*\]|{names}|^    [\d-]{{10}}:.*", re.MULTILINE)
    assert said.strip()
    assert [line for line in quoted.sub("", said).splitlines() if is_vietnamese(line)] == []


def test_help_speaks_english_where_it_is_asked_to(monkeypatch):
    def told(*words: str) -> str:
        return CliRunner().invoke(app, [*words, "--help"]).output

    monkeypatch.delenv("DANVAN_LANG")
    assert told("run").splitlines()[0].endswith(" run [TUỲ CHỌN] [WAVE...]")
    assert told("--english").startswith("Usage: ")
    monkeypatch.setenv("DANVAN_LANG", "en")
    assert "--count N  Slips for each enumerator, 1 to 5000.  [default: 100]" in told("slips")


def test_a_command_without_its_verb_shows_its_help_and_one_that_works_ends_well(typed):
    status, said = typed("form")
    assert status == 2
    assert "freeze" in said
    assert typed("version") == (0, "")


@pytest.mark.usefixtures("vietnamese")
def test_a_file_that_cannot_be_read_is_told_in_the_language_too(tmp_path):
    (tmp_path / "study.toml").write_bytes("tên = 1".encode("utf-16"))
    failed = CliRunner().invoke(app, ["--study", str(tmp_path), "check"]).exception
    assert isinstance(failed, StudyError)
    assert str(failed) == "study.toml: tệp không ở mã UTF-8. Lưu lại với mã UTF-8."


@pytest.mark.parametrize("words", ["run 2026q3", "brief 2026q3"])
def test_a_wave_without_data_is_named_before_anything_is_computed(tmp_path, words):
    shutil.copy(ROOT / "study.toml", tmp_path)
    for name in ("survey_forms", "data/areas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    failed = CliRunner().invoke(app, ["--study", str(tmp_path), *words.split()]).exception
    assert str(failed) == "data/raw/2026q3: there are no raw data. Bring them in: danvan import 2026q3 FILE"
