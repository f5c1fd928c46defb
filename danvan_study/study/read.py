"""Read ``study.toml``: every mistake is one message with file, key and cure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.study.backcheck import read_backcheck
from danvan_study.study.disclosure import read_disclosure
from danvan_study.study.kobo import read_kobo
from danvan_study.study.model import (
    FEWEST,
    Base,
    Consent,
    Design,
    Distance,
    Group,
    Margin,
    Publication,
    Study,
    Wave,
    Weighting,
)
from danvan_study.study.office import read_office
from danvan_study.study.programme import read_programme
from danvan_study.study.reports import read_reports
from danvan_study.study.sampling import read_sampling
from danvan_study.study.schema import KEY, SCHEMA, check_schema
from danvan_study.study.toml import Section, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

OF_A_WAVE = (Base.COLUMN, Base.EQUAL)
"""Base weights that a wave may have of its own."""
DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
"""No folder on Windows has such a name (Microsoft, Naming Files, Paths, and Namespaces)."""


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
    design = _read_design(top.section("design"))
    groups = tuple(_read_group(section) for section in top.sections("group"))
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
        weighting=_read_weighting(top.section("weighting", required=False), design, groups),
        publication=_read_publication(top.section("publication", required=False)),
        waves=_read_waves(top),
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


def _read_design(section: Section) -> Design:
    consent = []
    for inner in section.sections("consent"):
        consent.append(Consent(question=inner.text("question"), yes=inner.texts("yes")))
        inner.close()
    if not consent:
        raise StudyError(
            section.where(),
            say("no consent question is named."),
            say('Add [[design.consent]] with question = "…" and yes = ["…"]. There is no way to work without one.'),
        )
    design = Design(
        respondent=section.text("respondent", "_uuid"),
        area=section.text("area", ""),
        commune=section.text("commune", ""),
        stratum=section.texts("stratum", []),
        cluster=section.text("cluster", ""),
        interviewer=section.text("interviewer", ""),
        mode=section.text("mode", ""),
        started=section.text("started", "start"),
        ended=section.text("ended", "end"),
        version=section.text("version", "__version__"),
        consent=tuple(consent),
        clusters_between_waves=section.choice("clusters_between_waves", ("fresh", "kept"), "fresh"),
    )
    section.close()
    return design


def _read_group(section: Section) -> Group:
    name = section.text("name")
    group = Group(
        name=name,
        question=section.text("question", name),
        breaks=section.numbers("breaks", []),
        other=section.texts("other", []),
    )
    if any(low >= high for low, high in pairwise(group.breaks)):
        raise StudyError(
            section.where("breaks"), say("the bounds do not rise."), say("Write them from small to large.")
        )
    section.close()
    return group


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


def _read_weighting(section: Section, design: Design, groups: tuple[Group, ...]) -> Weighting:
    known = {group.name for group in groups} | ({"area"} if design.area else set())
    margins, candidates = (_read_margins(section.sections(key), known) for key in ("margin", "candidate"))
    base = Base(section.choice("base", tuple(Base), Base.EQUAL))
    needs = {
        Base.SELECTION: ("file", "adults"),
        Base.FRAME: ("file", "column", "area_column"),
        Base.COLUMN: ("column",),
    }
    for key in needs.get(base, ()):
        section.text(key)
    weighting = Weighting(
        base=base,
        file=section.text("file", ""),
        column=section.text("column", ""),
        area_column=section.text("area_column", ""),
        adults=section.text("adults", ""),
        adults_cap=section.whole("adults_cap", 4),
        trim=_read_bounds(section, "trim"),
        distance=Distance(section.choice("distance", tuple(Distance), Distance.RAKING)),
        factors=_read_bounds(section, "factors"),
        margins=margins,
        candidates=candidates,
        smallest_cell=section.whole("smallest_cell", 5),
    )
    section.close()
    if weighting.distance is Distance.LOGIT and weighting.factors is None:
        raise StudyError(
            section.where("factors"), say("the logit distance has no bounds."), say("Add factors = [0.3, 3].")
        )
    if weighting.distance is Distance.RAKING and weighting.factors:
        cure = say(
            'Write distance = "logit", which is raking between bounds, or take factors out; trim stands beside both.'
        )
        raise StudyError(section.where("factors"), say("raking takes no bounds."), cure)
    return weighting


def _read_margins(sections: Sequence[Section], known: Collection[str]) -> tuple[Margin, ...]:
    margins: list[Margin] = []
    for inner in sections:
        margin = Margin(by=inner.texts("by"), file=inner.text("file"))
        for name in margin.by:
            if name not in known:
                raise StudyError(
                    inner.where("by"),
                    say('"{name}" is neither "area" nor a group.', name=name),
                    say("Known: {known}.", known=", ".join(sorted(known))),
                )
        if margin.by in [earlier.by for earlier in margins]:
            raise StudyError(inner.where("by"), say("this margin stands twice."), say("Keep one of the two."))
        inner.close()
        margins.append(margin)
    return tuple(margins)


def _read_bounds(section: Section, key: str) -> tuple[float, float] | None:
    if key not in section:
        section.numbers(key, [])
        return None
    bounds = section.numbers(key)
    if len(bounds) != 2 or not 0 <= bounds[0] < 1 < bounds[1]:
        raise StudyError(
            section.where(key),
            say("{bounds} does not stand around 1.", bounds=list(bounds)),
            say("Write two multiples, such as [0.2, 5]."),
        )
    return bounds[0], bounds[1]


def _read_publication(section: Section) -> Publication:
    audience = section.choice("audience", tuple(FEWEST), "internal")
    floor = Publication(audience=audience, smallest_count=FEWEST[audience])
    rules = Publication(
        audience=audience,
        smallest_n=section.whole("smallest_n", floor.smallest_n),
        smallest_n_effective=section.whole("smallest_n_effective", floor.smallest_n_effective),
        smallest_clusters=section.whole("smallest_clusters", floor.smallest_clusters),
        smallest_count=section.whole("smallest_count", floor.smallest_count),
        widest_interval=section.number("widest_interval", floor.widest_interval),
        flag_n=section.whole("flag_n", floor.flag_n),
        flag_interval=section.number("flag_interval", floor.flag_interval),
        flag_relative=section.number("flag_relative", floor.flag_relative),
        flag_df=section.whole("flag_df", floor.flag_df),
        headline=section.texts("headline", []),
    )
    section.close()
    for key in ("smallest_n", "smallest_n_effective", "smallest_clusters", "smallest_count", "flag_n", "flag_df"):
        _check_floor(section, key, floor, is_looser=getattr(rules, key) < getattr(floor, key))
    for key in ("widest_interval", "flag_interval", "flag_relative"):
        _check_floor(section, key, floor, is_looser=getattr(rules, key) > getattr(floor, key))
    return rules


def _check_floor(section: Section, key: str, floor: Publication, *, is_looser: bool) -> None:
    if is_looser:
        raise StudyError(
            section.where(key),
            say(
                "{value:g} is looser than the floor of {floor:g}.", value=section.number(key), floor=getattr(floor, key)
            ),
            say("A threshold may be made stricter, never looser."),
        )


def _read_waves(top: Section) -> tuple[Wave, ...]:
    waves: list[Wave] = []
    for section in top.sections("wave"):
        wave = Wave(
            id=section.text("id"),
            forms=section.texts("forms"),
            start=section.day("start"),
            end=section.day("end"),
            corrections=section.text("corrections", ""),
            base=Base(section.choice("base", OF_A_WAVE, Base.EQUAL)) if "base" in section else None,
            column=section.text("column", ""),
        )
        section.close()
        _check_wave(wave, waves, section)
        waves.append(wave)
    if not waves:
        raise StudyError(top.where(), say("the study has no wave."), say("Add a [[wave]] block."))
    return tuple(waves)


def _check_wave(wave: Wave, earlier: list[Wave], section: Section) -> None:
    if not wave.id or wave.id.lower() in DEVICES or not all(letter.isalnum() or letter in "_-" for letter in wave.id):
        raise StudyError(
            section.where("id"), say('"{wave}" is not a wave id.', wave=wave.id), say("Use letters, digits, _ and -.")
        )
    if (wave.base is Base.COLUMN) != bool(wave.column):
        raise StudyError(
            section.where("column"),
            say("a base weight and its column go together."),
            say('Write base = "column" and column = "…", or neither.'),
        )
    if wave.end < wave.start:
        raise StudyError(
            section.where("end"),
            say("{end} lies before {start}.", end=wave.end, start=wave.start),
            say("Swap the two dates."),
        )
    if not wave.forms:
        raise StudyError(
            section.where("forms"), say("no form is named."), say('Write forms = ["survey_forms/….xlsx"].')
        )
    if any(other.id == wave.id for other in earlier):
        raise StudyError(
            section.where("id"), say('"{wave}" is used twice.', wave=wave.id), say("Give each wave its own id.")
        )
    if earlier and wave.start <= earlier[-1].end:
        raise StudyError(
            section.where("start"),
            say(
                "wave {wave} starts on {start}, before wave {earlier} ends on {end}.",
                wave=wave.id,
                start=wave.start,
                earlier=earlier[-1].id,
                end=earlier[-1].end,
            ),
            say("Waves stand in order of time and do not overlap."),
        )
