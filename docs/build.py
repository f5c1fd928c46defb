"""The handbook as web pages: ``python -m docs.build`` writes ``docs/_build``, without a network.

Each language is a book of its own with its own search. Both hold the pages that exist in one language only: decisions,
measurements, reference. A warning (a broken link, a page without a place, a formula that cannot be set) is a failure.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parent
BUILT: Final = DOCS / "_build"
TITLES: Final = {"vi": "Cẩm nang danvan_study", "en": "danvan_study handbook"}
SHARED: Final = ("decisions/**", "measured/**", "reference/**", "scale.md", "windows.md")
"""Pages that stand in both books."""


def main(arguments: list[str]) -> int:
    """Build the languages named in ``arguments``, or both; return the exit status."""
    languages = arguments or list(TITLES)
    builds = [subprocess.Popen(_command(language), cwd=DOCS.parent) for language in languages]  # noqa: S603 # Sphinx
    status = max([build.wait() for build in builds])
    _write_door()
    if status == 0:
        print(f"docs/_build/index.html: {', '.join(languages)}")
    return status


def _command(language: str) -> list[str]:
    settings = {
        "language": language,
        "root_doc": f"{language}/index",
        "include_patterns": ",".join((f"{language}/**", *SHARED)),
        "html_title": TITLES[language],
    }
    overrides = [f"-D{name}={value}" for name, value in settings.items()]
    strict = ["-q", "-W", "--keep-going", "-n"]
    places = [f"-c{DOCS / 'book'}", f"-d{BUILT / 'doctrees' / language}", str(DOCS), str(BUILT / language)]
    return [sys.executable, "-m", "sphinx", *strict, *overrides, *places]


def _write_door() -> None:
    """Write the page that opens the Vietnamese book and leads to the English one."""
    BUILT.mkdir(exist_ok=True)
    (BUILT / "index.html").write_text(
        '<!doctype html><html lang="vi"><meta charset="utf-8"><title>danvan_study</title>'
        '<meta http-equiv="refresh" content="0; url=vi/vi/index.html">'
        '<p><a href="vi/vi/index.html">Tiếng Việt</a> · <a href="en/en/index.html" lang="en">English</a></p></html>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
