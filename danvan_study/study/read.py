"""Read ``study.toml``: every mistake is one message with file, key and cure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.study.backcheck import read_backcheck
from danvan_study.study.design import read_design
from danvan_study.study.disclosure import read_disclosure
from danvan_study.study.groups import read_group
from danvan_study.study.kobo import read_kobo
from danvan_study.study.model import Study
from danvan_study.study.office import read_office
from danvan_study.study.programme import read_programme
from danvan_study.study.publication import read_publication
from danvan_study.study.reports import read_reports
from danvan_study.study.sampling import read_sampling
from danvan_study.study.schema import KEY, SCHEMA, check_schema
from danvan_study.study.toml import Section, parse
from danvan_study.study.waves import read_waves
from danvan_study.study.weighting import read_weighting

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_study(text: str, file: str = "study.toml") -> Study:
    """Read the text of a ``study.toml``.

    Parameters
    ----------
    text
        Content of the file.
    file
        Its name, for messages.

    Raises
    ------
    StudyError
        A key is unknown, missing or of the wrong kind, waves overlap, or a threshold lies below its floor.
    """
    top = parse(text, file)
    check_schema(top.whole(KEY, SCHEMA), top.where(KEY))
    about = top.section("study")
    areas = top.section("areas", required=False)
    design = read_design(top.section("design"))
    groups = tuple(read_group(section) for section in top.sections("group"))
    collect = top.section("collect", required=False)
    own_words = top.section("open", required=False)
    index = top.section("index", required=False)
    languages = about.texts("languages", ["vi", "en"])
    study = Study(
        name=_read_name(about),
        languages=languages,
        sponsor=about.text("sponsor"),
        conducted_by=about.text("conducted_by"),
        contact=about.text("contact"),
        population=about.text("population"),
        areas_file=areas.text("file", ""),
        areas_vintage=areas.text("vintage", ""),
        areas_level=areas.text("level", ""),
        areas_boundaries=areas.text("boundaries", ""),
        areas_code_field=areas.text("code_field", "code"),
        design=design,
        groups=groups,
        missing=_read_missing(top.section("missing", required=False)),
        withhold=collect.texts("withhold", []),
        reports=read_reports(top),
        programme=read_programme(top.section("programme", required=False)),
        disclosure=read_disclosure(top.section("disclosure", required=False), languages),
        office=read_office(top.section("office", required=False)),
        weighting=read_weighting(top.section("weighting", required=False), design, groups),
        publication=read_publication(top.section("publication", required=False)),
        waves=read_waves(top),
        sampling=read_sampling(top.section("sample", required=False)),
        backcheck=read_backcheck(top.section("backcheck", required=False)),
        backups=about.texts("backups", []),
        kobo=read_kobo(top.section("kobo", required=False)),
        issues_file=own_words.text("codebook", ""),
        vectors_folder=own_words.text("vectors", ""),
        index=index.texts("topics", []),
    )
    for section in (about, areas, collect, own_words, index, top):
        section.close()
    if study.areas_file and not design.area:
        raise StudyError(
            say("{file}, [design]", file=file),
            say("the study has areas, but no question names them."),
            say('Add area = "…".'),
        )
    if design.area and not study.areas_file:
        raise StudyError(
            say("{file}, [areas]", file=file),
            say("[design] area is set, but there is no areas table."),
            say('Add file = "…".'),
        )
    return study


def _read_name(about: Section) -> Mapping[str, str]:
    name = {"vi": about.text("name")}
    english = about.text("name_en", "")
    return name | {"en": english} if english else name


def _read_missing(section: Section) -> Mapping[str, str]:
    codes: dict[str, str] = {}
    for meaning in ("dont_know", "refused", "not_applicable"):
        for code in section.texts(meaning, []):
            if code in codes:
                raise StudyError(
                    section.where(meaning),
                    say('"{code}" also means {meaning}.', code=code, meaning=codes[code]),
                    say("Name each code once."),
                )
            codes[code] = meaning
    section.close()
    return codes
