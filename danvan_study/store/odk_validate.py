"""ODK Validate, the Java program that reads a form as the tablet does; pyxform brings its jar along."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from pyxform.validators.odk_validate import ODKValidateError, check_xform


def has_java() -> bool:
    """Whether Java, which ODK Validate needs, is installed."""
    return shutil.which("java") is not None


def validate_xform(xform: str) -> list[str]:
    """Return what ODK Validate says against an XForm; nothing where it is content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xml"
        path.write_text(xform, encoding="utf-8")
        try:
            said = check_xform(str(path))
        except ODKValidateError as error:
            said = [str(error)]
    return [" ".join(line.split()) for line in said]
