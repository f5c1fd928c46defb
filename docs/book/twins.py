"""A link from every page to the same page in the other language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

OTHER = {"vi": "en", "en": "vi"}


def setup(app: Sphinx) -> dict[str, Any]:
    """Give the templates ``twin_language`` and ``twin_address``."""
    app.connect("html-page-context", _add_twin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def twin_of(page: str, language: str) -> str:
    """Return the name of the page's twin, from the folder of pages in ``language`` to the other language's.

    Pages outside both folders are in both books; their twin has their name.
    """
    folder, slash, name = page.partition("/")
    return f"{OTHER[language]}/{name}" if slash and folder == language else page


def _add_twin(app: Sphinx, page: str, *event: Any) -> None:
    context: dict[str, Any] = event[1]  # Sphinx tells template, context, doctree
    language = app.config.language
    twin = twin_of(page, language)
    if page in app.env.found_docs and not (app.srcdir / f"{twin}.md").is_file():
        twin = f"{OTHER[language]}/index"
    context["twin_language"] = OTHER[language]
    context["twin_address"] = "../" * (page.count("/") + 1) + f"{OTHER[language]}/{twin}.html"
