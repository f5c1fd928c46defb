"""The codebook as DDI-Codebook 2.5, which archives exchange (https://ddialliance.org/Specification/DDI-Codebook/2.5/)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from danvan_study.exchange.dataset import Measure, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from danvan_study.exchange.dataset import Dataset, Variable
    from danvan_study.study import Study

NAMESPACE = "ddi:codebook:2_5"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def as_ddi(dataset: Dataset, *, study: Study, file_name: str, access: str) -> bytes:
    """Return the codebook as XML: the study, the file, and every variable with its values and how often they occur.

    Parameters
    ----------
    file_name
        Data file that is described.
    access
        Who may do what with it, in words.
    """
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}codeBook", {"version": "2.5", XML_LANGUAGE: study.languages[0]})
    _study(root, dataset, study=study, access=access)
    text = _add(_add(root, "fileDscr", ID="F1"), "fileTxt")
    _add(text, "fileName", file_name)
    size = _add(text, "dimensns")
    _add(size, "caseQnty", str(len(dataset.table)))
    _add(size, "varQnty", str(len(dataset.variables)))
    data = _add(root, "dataDscr")
    weight = next((f"V{at}" for at, one in enumerate(dataset.variables, 1) if one.part is Part.WEIGHT), "")
    for place, variable in enumerate(dataset.variables, 1):
        each = _add(data, "var", **_attributes(variable, f"V{place}", weight))
        _labels(each, variable.labels, study.languages)
        if variable.part is Part.ANSWER:
            _add(_add(each, "qstn"), "qstnLit", variable.label(study.languages[0]))
        _answers(each, variable, dataset.table[variable.name], languages=study.languages)
        _add(each, "varFormat", type="numeric")
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    child.text = text or None
    return child


def _study(root: ET.Element, dataset: Dataset, *, study: Study, access: str) -> None:
    about = _add(root, "stdyDscr")
    citation = _add(about, "citation")
    titles = _add(citation, "titlStmt")
    _add(titles, "titl", dataset.title(study.languages[0]))
    for language in study.languages[1:]:
        _add(titles, "parTitl", dataset.title(language)).set(XML_LANGUAGE, language)
    _add(titles, "IDNo", dataset.name)
    _add(_add(citation, "rspStmt"), "AuthEnty", study.conducted_by)
    producer = _add(citation, "prodStmt")
    _add(producer, "fundAg", study.sponsor)
    wave = study.wave(dataset.name)
    info = _add(_add(about, "stdyInfo"), "sumDscr")
    _add(info, "collDate", date=wave.start.isoformat(), event="start")
    _add(info, "collDate", date=wave.end.isoformat(), event="end")
    _add(info, "universe", study.population)
    _add(_add(_add(about, "dataAccs"), "useStmt"), "conditions", access)


def _attributes(variable: Variable, name: str, weight: str) -> dict[str, str]:
    found = {"ID": name, "name": variable.name, "files": "F1"}
    found["intrvl"] = "contin" if variable.measure is Measure.SCALE else "discrete"
    if variable.part is Part.WEIGHT:
        found["wgt"] = "wgt"
    elif weight and variable.part in (Part.ANSWER, Part.AREA):
        found["wgt-var"] = weight
    return found


def _answers(each: ET.Element, variable: Variable, cells: pd.Series, *, languages: Sequence[str]) -> None:
    """Say which codes are no answer, and how often each code occurs."""
    missing = [value.code for value in variable.missing]
    if missing:
        invalid = _add(each, "invalrng")
        for code in missing:
            _add(invalid, "item", VALUE=str(code))
    valid = cells.notna() & ~cells.isin(missing)
    _add(each, "sumStat", str(int(valid.sum())), type="vald")
    _add(each, "sumStat", str(int((~valid).sum())), type="invd")
    counts = cells.value_counts()
    for value in variable.codes:
        category = _add(each, "catgry", **({"missing": "Y"} if value.missing else {}))
        _add(category, "catValu", str(value.code))
        _labels(category, value.labels, languages)
        _add(category, "catStat", str(int(counts.get(float(value.code), 0))), type="freq")


def _labels(parent: ET.Element, labels: dict[str, str], languages: Sequence[str]) -> None:
    for language in languages:
        if language in labels:
            _add(parent, "labl", labels[language]).set(XML_LANGUAGE, language)
