"""Numbers, dates and sentences as the brief says them. A quantifier is a claim, so it is bound to its interval."""

from __future__ import annotations

import math
import pkgutil
import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Final

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.publish.sealed import require_told
from danvan_study.text import format_number, format_quarter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from danvan_study.publish.results import Reading
    from danvan_study.study import Period

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
DASH: Final = "\u2013"

LANGUAGES: Final = ("vi", "en")
_QUARTER_ID: Final = re.compile(r"(\d{4})q([1-4])")


@cache
def phrases(language: str) -> Mapping[str, str]:
    """Return the fixed texts of the brief in ``language``, by key.

    Raises
    ------
    StudyError
        There are no texts in that language.
    """
    if language not in LANGUAGES:
        raise StudyError(
            "study.toml, [study] languages",
            say('the brief cannot be written in "{language}".', language=language),
            say("Name one of {known} first.", known=", ".join(LANGUAGES)),
        )
    content = pkgutil.get_data("danvan_study.publish", f"templates/{language}.toml") or b""
    unbroken = content.decode().replace(" %", f"{NBSP}%").replace("n = {", f"n{NBSP}={NBSP}{{")
    return dict(tomllib.loads(unbroken))


def number(value: float, language: str, decimals: int = 0) -> str:
    """Write a number with the language's decimal and thousands signs; no minus before zero."""
    text = format_number(value, decimals)
    if language != "vi":
        text = text.translate({ord(","): ".", ord("."): ","})
    return text.replace("-", MINUS)


def percent(value: float, language: str, decimals: int = 1) -> str:
    """Write a share: ``61,2 %`` in Vietnamese, ``61.2%`` in English."""
    return number(value, language, decimals) + (f"{NBSP}%" if language == "vi" else "%")


def difference(value: float, language: str) -> str:
    """Write a difference of two shares, signed, in percentage points: ``+4,0 điểm %``."""
    sign = "+" if round(value, 1) > 0 else ""
    return f"{sign}{number(value, language, 1)}{NBSP}{phrases(language)['percentage_points']}"


def signed(value: float, language: str) -> str:
    """Write a difference with its sign: ``+4,0``."""
    return ("+" if round(value, 1) > 0 else "") + number(value, language, 1)


def span(low: float, high: float, *, language: str, decimals: int = 1) -> str:
    """Write an interval without its brackets: ``57,0–65,3``; with ``đến`` where a bound is negative."""
    joint = f" {phrases(language)['to']} " if low < 0 else DASH
    return number(low, language, decimals) + joint + number(high, language, decimals)


def p_value(value: float, language: str) -> str:
    """Write a p behind its sign: ``= 0,03``, ``< 0,001``."""
    return (
        f"= {number(value, language, 3 if value < 0.01 else 2)}"
        if value >= 0.001
        else f"< {number(0.001, language, 3)}"
    )


def plain_number(value: float, language: str) -> str:
    """Write an average with three significant digits, and no more decimals than two."""
    if value == 0 or not math.isfinite(value):
        return "0"
    decimals = min(2, max(0, 2 - math.floor(math.log10(abs(value)))))
    return number(value, language, decimals)


def base(n: int, language: str) -> str:
    """Write the number of answers behind a figure: ``n = 1.180``."""
    return f"n{NBSP}={NBSP}{number(n, language)}"


def shortest(value: float, language: str) -> str:
    """Write a number with no more decimals than it has, two at most."""
    decimals = next(places for places in (0, 1, 2) if places == 2 or value == round(value, places))
    return number(value, language, decimals)


def bound(reason: str, language: str) -> str:
    """Write the bound that the gate put in the place of a share: ``below_5`` is ``< 5 %``; else an empty text."""
    side, _, value = reason.partition("_")
    signs = {"below": "<", "above": ">"}
    if side not in signs or not value.isdigit():
        return ""
    return f"{signs[side]}{NBSP}{percent(float(value), language, 0)}"


def day(value: date, language: str) -> str:
    """Write a date: ``05/7/2026`` (Vietnamese clerical form: a zero before days, and before months 1 and 2)."""
    if language == "vi":
        month = f"{value.month:02d}" if value.month <= 2 else str(value.month)
        return f"{value.day:02d}/{month}/{value.year}"
    return f"{value.day} {value:%B} {value.year}"


def wave_name(wave: str, language: str) -> str:
    """Write a wave: ``2026q3`` is ``quý III/2026``; any other id stands for itself."""
    match = _QUARTER_ID.fullmatch(wave)
    if not match:
        return wave
    year, quarter = match.groups()
    return format_quarter(int(year), int(quarter)) if language == "vi" else f"Q{quarter} {year}"


def wave_label(wave: str, language: str) -> str:
    """Write a wave as short as an axis wants it: ``2026q3`` is ``III/26``."""
    match = _QUARTER_ID.fullmatch(wave)
    if not match:
        return wave
    year, quarter = match.groups()
    short = ("I", "II", "III", "IV")[int(quarter) - 1] if language == "vi" else f"Q{quarter}"
    return f"{short}/{year[2:]}" if language == "vi" else f"{short} {year[2:]}"


def period_name(period: Period, language: str) -> str:
    """Write a period: its wave, the year so far, or the first and the last of the waves that are pooled."""
    if not period.is_pooled:
        return wave_name(period.waves[0], language)
    if year_so_far := phrases(language).get(f"period_{period.span}"):
        return year_so_far.format(year=period.id.partition("-")[0])
    first, last = wave_name(period.waves[0], language), wave_name(period.waves[-1], language)
    return phrases(language)["pooled_period"].format(count=len(period.waves), first=first, last=last)


def quantifiers(low: float, high: float) -> list[str]:
    """Return the keys of all phrases that a share's 95 % interval allows, the strongest first.

    The order of the trade (tuyệt đại đa số, đa số, khoảng một nửa, nhiều ý kiến, một số ý kiến), bound to intervals.
    """
    allowed = {
        "overwhelming_majority": low >= 85,
        "majority": low > 50,
        "about_half": low <= 50 <= high and high - low <= 12,
        "many": low >= 20 and high <= 50,
        "some": low >= 5 and high < 25,
    }
    return [key for key, is_allowed in allowed.items() if is_allowed]


def quantifier(low: float, high: float) -> str:
    """Return the key of the strongest phrase that a share's 95 % interval allows, or an empty text."""
    return next(iter(quantifiers(low, high)), "")


def capital(text: str) -> str:
    """Return ``text`` with a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(items: list[str], language: str) -> str:
    """Join quoted answers with the language's "or"."""
    quoted = [f"“{item}”" for item in items]
    joint = f" {phrases(language)['or']} "
    return joint.join(quoted) if len(quoted) < 3 else ", ".join(quoted[:-1]) + joint + quoted[-1]


def answer_sentence(answers: list[str], reading: Reading, language: str) -> str:
    """Write who gave these answers, as strongly as the interval allows and never more.

    Parameters
    ----------
    answers
        Labels of the answers that are counted together.
    reading
        Their weighted share.
    language
        ``vi`` or ``en``.

    Raises
    ------
    TypeError
        ``reading`` was not read from published rows.
    """
    require_told(reading)
    texts = phrases(language)
    filled = {
        "answers": listed(answers, language),
        "figures": reading.text(language),
        "n": number(reading.n, language),
    }
    key = quantifier(reading.low, reading.high)
    if not key:
        return texts["sentence_plain"].format(**filled)
    return texts["sentence_quantified"].format(who=capital(texts[key]), **filled)
