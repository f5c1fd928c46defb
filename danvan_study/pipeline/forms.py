"""What is done with a form before it is in the field: lint, build, compare, freeze."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.form.lint import Complaint, lint_form
from danvan_study.form.workbook import read_workbook
from danvan_study.store import has_java, read_outside, validate_xform

if TYPE_CHECKING:
    from pathlib import Path

ODK_VALIDATE = "odk-validate"


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
                what="ODK Validate was left out, for there is no Java here.",
                cure="Install Java (default-jre-headless) to check expressions as the tablet reads them.",
                rule=ODK_VALIDATE,
                is_warning=True,
            ),
        ]
    said = validate_xform(read_workbook(content, source=source).xform)
    return [
        *complaints,
        *(Complaint(where=source, what=line, cure="Mend the form.", rule=ODK_VALIDATE) for line in said),
    ]
