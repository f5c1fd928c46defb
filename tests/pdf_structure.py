"""What a reader for the blind finds in a PDF: its structure tree, read with pypdf."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Element:
    """One element of the structure tree."""

    kind: str
    alt: str
    scope: str
    children: list[Element] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """Yield this element and all beneath it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def of(self, *kinds: str) -> list[Element]:
        """Return the elements of these kinds, in reading order."""
        return [one for one in self.walk() if one.kind in kinds]


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def catalogue(pdf: bytes) -> Any:
    return reader(pdf).trailer["/Root"]


def structure(pdf: bytes) -> Element:
    """Return the whole tree; the root stands for the StructTreeRoot."""
    return Element("root", "", "", _children(catalogue(pdf)["/StructTreeRoot"]))


def _children(node: Any) -> list[Element]:
    below = node.get("/K", [])
    below = below.get_object() if hasattr(below, "get_object") else below
    found = []
    for child in below if isinstance(below, list) else [below]:
        given = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(given, dict) and "/S" in given:  # a number, or a dictionary without a kind, is marked content
            found.append(Element(given["/S"][1:], str(given.get("/Alt", "")), _scope(given), _children(given)))
    return found


def _scope(node: Any) -> str:
    attributes = node.get("/A", [])
    attributes = attributes.get_object() if hasattr(attributes, "get_object") else attributes
    for one in attributes if isinstance(attributes, list) else [attributes]:
        given = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(given, dict) and "/Scope" in given:
            return str(given["/Scope"])[1:]
    return ""


def fonts(pdf: bytes) -> set[str]:
    """Return the names of the fonts inside, without the mark of the subset; each must be embedded."""
    names = set()
    for one in _objects(pdf):
        if one.get("/Type") == "/FontDescriptor":
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(one), one
            names.add(one["/FontName"].split("+")[-1])
    return names


def _objects(pdf: bytes) -> Iterator[Any]:
    document = reader(pdf)
    for number in range(1, int(document.trailer["/Size"])):
        one = document.get_object(number)
        if isinstance(one, dict):
            yield one
