"""Read a document form from its data file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.publish.forms.form import Body, Enclosure, End, Form, Head, Line, Margins
from danvan_study.study.toml import Section, parse

if TYPE_CHECKING:
    from danvan_study.study import Office

NEUTRAL: Final = "neutral"
_PACKAGE: Final = "danvan_study.publish.forms"


def form_names() -> list[str]:
    """Return the forms that an office can choose from."""
    names = [file.name.removesuffix(".toml") for file in files(_PACKAGE).iterdir() if file.name.endswith(".toml")]
    return sorted(name for name in names if name != NEUTRAL)


def form_of(office: Office | None, language: str) -> Form | None:
    """Return the form of an office's documents: None without an office, and for a translation, which is no document."""
    return read_form(office.form) if office and language == "vi" else None


@cache
def read_form(name: str) -> Form:
    """Return the form called ``name``.

    Raises
    ------
    StudyError
        There is no such form.
    """
    if name not in {*form_names(), NEUTRAL}:
        raise StudyError(
            "study.toml, [office] form",
            say('"{word}" is not known.', word=name),
            say("Write one of {known}.", known=", ".join(form_names())),
        )
    return parse_form(files(_PACKAGE).joinpath(f"{name}.toml").read_text(encoding="utf-8"), f"{name}.toml")


def parse_form(text: str, file: str) -> Form:
    """Read the text of a form; ``party_2026.toml`` has every key.

    Raises
    ------
    StudyError
        A key is unknown, missing or of the wrong kind.
    """
    top = parse(text, file)
    form = Form(
        title=top.text("title"),
        font=top.text("font"),
        margins=_margins(top),
        page_number=top.choice("page_number", ("top", "bottom")),
        page_number_size=top.number("page_number_size"),
        accent=top.text("accent", "000000"),
        body=_body(top.section("body")),
        headings=tuple(_line(section) for section in top.sections("heading")),
        head=_head(top.section("head")) if "head" in top else None,
        end=_end(top.section("end")) if "end" in top else None,
        enclosure=_enclosure(top.section("enclosure")) if "enclosure" in top else None,
    )
    if not form.headings:
        raise StudyError(top.where("heading"), say("there is none."), say("Write a [[heading]] block for each level."))
    top.close()
    return form


def _margins(top: Section) -> Margins:
    numbers = top.numbers("margins")
    if len(numbers) != 4:
        raise StudyError(
            top.where("margins"),
            say("{count} numbers stand here.", count=len(numbers)),
            say("Write top, bottom, left, right."),
        )
    return Margins(top=numbers[0], bottom=numbers[1], left=numbers[2], right=numbers[3])


def _body(section: Section) -> Body:
    body = Body(
        size=section.number("size"),
        line=section.number("line"),
        first_line=section.number("first_line"),
        after=section.number("after"),
        bullet=str(section.value("bullet", str)),
    )
    section.close()
    return body


def _line(section: Section) -> Line:
    line = Line(
        text=section.text("text", ""),
        size=section.number("size"),
        color=section.text("color", "000000"),
        before=section.number("before", 0),
        after=section.number("after", 0),
        **{
            key: bool(section.value(key, bool, default=False))
            for key in ("bold", "italic", "underline", "caps", "line_below")
        },
    )
    section.close()
    return line


def _head(section: Section) -> Head:
    head = Head(
        columns=section.numbers("columns"),
        right=tuple(_line(line) for line in section.sections("right")),
        under_body=section.choice("under_body", ("*", "line")),
        under_subject=section.text("under_subject"),
        **{key: _line(section.section(key)) for key in ("superior", "body", "number", "date", "kind", "subject")},
    )
    if len(head.columns) != 2:
        raise StudyError(section.where("columns"), say("two heads stand beside each other."), say("Write two widths."))
    section.close()
    return head


def _end(section: Section) -> End:
    end = End(
        mark=section.text("mark"),
        blank_lines=section.whole("blank_lines"),
        **{key: _line(section.section(key)) for key in ("authority", "post", "name", "recipients", "recipient")},
    )
    section.close()
    return end


def _enclosure(section: Section) -> Enclosure:
    enclosure = Enclosure(label=_line(section.section("label")), text=_line(section.section("text")))
    section.close()
    return enclosure
