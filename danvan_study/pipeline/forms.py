"""What is done with a form before it is in the field: lint, build, compare, freeze."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from danvan_study.codebook import FormUse
from danvan_study.errors import StudyError
from danvan_study.form import read_form
from danvan_study.form.build import build_form
from danvan_study.form.changes import Break, CellChange, compare_cells, find_breaks
from danvan_study.form.lint import Complaint, lint_form
from danvan_study.form.paper import print_form
from danvan_study.form.preview import media_names, preview_page
from danvan_study.form.refusals import tell_odk_validate
from danvan_study.form.workbook import read_workbook
from danvan_study.messages import Words, joined, say
from danvan_study.store import Folder, freeze, has_java, read_outside, validate_xform, write_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from danvan_study.codebook import Codebook

ODK_VALIDATE = "odk-validate"
BREAKS = "survey_forms/trend_breaks.csv"
BREAK_COLUMNS = ("form_id", "question", "old_version", "new_version", "reason", "old", "new")
BUILT = "survey_forms/build"
MOST_TOLD = 5


def lint_file(path: Path) -> list[Complaint]:
    """Put a form through pyxform, our rules and, where Java is installed, ODK Validate.

    Raises
    ------
    StudyError
        The file can't be read.
    """
    content, source = read_outside(path), path.name
    complaints = lint_form(content, source=source)
    if any(complaint.rule == "pyxform" for complaint in complaints):
        return complaints
    if not has_java():
        return [
            *complaints,
            Complaint(
                where=source,
                what=say("ODK Validate was left out, for there is no Java here."),
                cure=say("Install Java (default-jre-headless) to check expressions as the tablet reads them."),
                rule=ODK_VALIDATE,
                is_warning=True,
            ),
        ]
    workbook = read_workbook(content, source=source)
    rows = {name: places[0][0] for name, places in workbook.survey_rows.items()}
    told = [tell_odk_validate(said, rows, source=source) for said in validate_xform(workbook.xform)]
    return [
        *complaints,
        *(Complaint(where=where, what=what, cure=cure, rule=ODK_VALIDATE) for where, what, cure in told),
    ]


def refuse_unsound(content: bytes, *, source: str) -> None:
    """Refuse a form that breaks a rule.

    Raises
    ------
    StudyError
        It does; the message holds the first complaints.
    """
    mistakes = [complaint for complaint in lint_form(content, source=source) if not complaint.is_warning]
    if mistakes:
        told = joined([joined(["  ", complaint.message], "") for complaint in mistakes[:MOST_TOLD]], "\n")
        raise StudyError(
            source,
            say("it breaks rules of the kit ({count}):\n{told}\n", count=len(mistakes), told=told),
            say("Mend them; danvan form lint {source} tells all.", source=source),
        )


def write_outside(path: Path, content: bytes) -> None:
    """Write a file that the user named on the command line."""
    Folder(path.parent).write_file(path.name, content)


def build_file(root: Path, path: Path, *, use: FormUse = FormUse.WAVE) -> list[str]:
    """Write the files of a form for tablets into ``survey_forms/build``; return their names.

    Raises
    ------
    StudyError
        The form breaks a rule.
    """
    content = read_outside(path)
    refuse_unsound(content, source=path.name)
    folder = Folder(root)
    target = f"{BUILT}/{path.stem}{'' if use is FormUse.WAVE else f'_{use}'}"
    names = []
    for name, made in build_form(content, source=path.name, use=use).items():
        folder.write_file(f"{target}/{name}", made)
        names.append(f"{target}/{name}")
    return names


def preview_file(path: Path) -> bytes:
    """Return one page in which the form can be tried out; its tables are looked for beside it.

    Raises
    ------
    StudyError
        The form or a file that it names can't be read.
    """
    content = read_outside(path)
    media = {name: read_outside(path.parent / name) for name in media_names(content, source=path.name)}
    return preview_page(content, source=path.name, media=media)


def print_file(path: Path, *, language: str) -> bytes:
    """Return the questionnaire as a document to print.

    Raises
    ------
    StudyError
        The form can't be read, or doesn't speak the language.
    """
    codebook = read_form(read_outside(path), source=path.name)
    if language not in codebook.languages:
        known = ", ".join(codebook.languages)
        raise StudyError(
            path.name, say('it does not speak "{language}".', language=language), say("It speaks {known}.", known=known)
        )
    return print_form(codebook, language=language)


def freeze_form(root: Path, path: Path) -> Words:
    """Freeze a form of the study; return its name and version in words.

    Raises
    ------
    StudyError
        The form lies outside the study, breaks a rule, or was frozen with other content.
    """
    name = _inside(root, path)
    content = read_outside(path)
    refuse_unsound(content, source=name)
    codebook = read_form(content, source=name)
    if codebook.use is not FormUse.WAVE:
        raise StudyError(name, say("this is a {use} form.", use=codebook.use), say("Freeze the form of the wave."))
    today = datetime.now(UTC).date().isoformat()
    is_new = freeze(Folder(root), name, identity=(codebook.form_id, codebook.version), day=today)
    told = f"{name}, {codebook.version}"
    return told if is_new else say("{form} (was frozen before)", form=told)


def compare_forms(root: Path, old: Path, new: Path) -> tuple[list[CellChange], list[Break]]:
    """Compare two versions of a form; where both belong to the study, write the breaks of the trend beside them.

    Raises
    ------
    StudyError
        One of the two can't be read.
    """
    before, after = read_outside(old), read_outside(new)
    cells = compare_cells(before, after, sources=(old.name, new.name))
    books = read_form(before, source=old.name), read_form(after, source=new.name)
    breaks = find_breaks(*books, language=books[1].languages[0])
    if _is_inside(root, old) and _is_inside(root, new):
        _write_breaks(Folder(root), books, breaks)
    return cells, breaks


def _write_breaks(folder: Folder, books: tuple[Codebook, Codebook], breaks: Sequence[Break]) -> None:
    form_id, pair = books[1].form_id, (books[0].version, books[1].version)
    rows = folder.read_rows(BREAKS, needed_by=BREAKS, columns=BREAK_COLUMNS) if folder.has_file(BREAKS) else []
    kept = [row for row in rows if (row["form_id"], row["old_version"], row["new_version"]) != (form_id, *pair)]
    new = [
        {"form_id": form_id, **{name: getattr(each, name) for name in BREAK_COLUMNS if name != "form_id"}}
        for each in breaks
    ]
    folder.write_file(BREAKS, write_rows(kept + new, list(BREAK_COLUMNS)))


def _is_inside(root: Path, path: Path) -> bool:
    return Folder(root).has_file("study.toml") and path.resolve().is_relative_to(root.resolve())


def _inside(root: Path, path: Path) -> str:
    if not _is_inside(root, path):
        raise StudyError(
            str(path), say("this form lies outside the study {root}.", root=root), say("Copy it into survey_forms.")
        )
    return path.resolve().relative_to(root.resolve()).as_posix()
