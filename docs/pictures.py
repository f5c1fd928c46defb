"""The two pictures of the README: ``python -m docs.pictures data/processed``, after a run of the demonstration."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image

from docs.gallery import Demonstration

IMAGES: Final = Path(__file__).parent / "images"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
SIZE: Final = "1000,1420"


def photograph(page: Path, picture: Path) -> None:
    """Take a picture of the head of a page as a browser without a network shows it.

    Raises
    ------
    SystemExit
        There is no Chromium.
    """
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise SystemExit("Chromium is needed for this picture.")
    with tempfile.TemporaryDirectory() as profile:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
        places = [f"--user-data-dir={profile}", f"--window-size={SIZE}", f"--screenshot={picture}"]
        command = [browser, *flags, *places, page.resolve().as_uri()]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)  # noqa: S603 # the browser
    Image.open(picture).convert("RGB").quantize(64).save(picture, optimize=True)


if __name__ == "__main__":
    shown = Demonstration()
    photograph(Path(sys.argv[1]) / shown.wave / "summary.html", IMAGES / "brief.png")
    (IMAGES / "areas.png").write_bytes(shown.pictures("vi")["areas"])
