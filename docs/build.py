"""The handbook as web pages: ``python -m docs.build`` writes ``docs/_build``, without a network.

Each language is a book of its own with its own search. Both hold the pages that exist in one language only: decisions,
measurements, reference. A warning (a broken link, a page without a place, a formula that cannot be set) is a failure.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from docs.gallery import draw_gallery

DOCS: Final = Path(__file__).parent
TITLES: Final = {"vi": "Cẩm nang danvan_study", "en": "danvan_study handbook"}
SHARED: Final = ("decisions/**", "measured/**", "reference/**", "scale.md", "windows.md")
"""Pages that stand in both books."""

DOOR: Final = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>danvan_study</title>
<meta http-equiv="refresh" content="0; url=vi/vi/index.html"></head>
<body><p><a href="vi/vi/index.html">Tiếng Việt</a> · <a href="en/en/index.html" lang="en">English</a></p></body></html>
"""


def build(folder: Path) -> int:
    """Draw the pictures, build both books in ``folder`` and return the exit status."""
    draw_gallery()
    builds = [subprocess.Popen(_command(language, folder), cwd=DOCS.parent) for language in TITLES]  # noqa: S603
    status = max([build.wait() for build in builds])
    (folder / "index.html").write_text(DOOR, encoding="utf-8")
    return status


def _command(language: str, folder: Path) -> list[str]:
    settings = {
        "language": language,
        "root_doc": f"{language}/index",
        "include_patterns": ",".join((f"{language}/**", *SHARED)),
        "html_title": TITLES[language],
    }
    overrides = [f"-D{name}={value}" for name, value in settings.items()]
    strict = ["-q", "-E", "-W", "--keep-going", "-n"]  # -E: warnings of unchanged pages, too
    places = [f"-c{DOCS / 'book'}", f"-d{folder / 'doctrees' / language}", str(DOCS), str(folder / language)]
    return [sys.executable, "-m", "sphinx", *strict, *overrides, *places]


if __name__ == "__main__":
    result = build(DOCS / "_build")
    print("docs/_build/index.html" if result == 0 else "The handbook has faults.")
    sys.exit(result)
