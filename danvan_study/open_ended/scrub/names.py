"""Names of people: by surname, by middle name, by the word that people put before a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from danvan_study.open_ended.scrub.name_words import (
    ALSO_WORDS,
    BARE_GIVEN,
    BARE_KIN,
    COMMON_SURNAMES,
    GIVEN,
    KIN,
    MIDDLE,
    NO_NAMES,
    PLACE_BEFORE,
    PLACES,
    PLAIN_GIVEN,
    SECOND_OF_TWO,
    STRICT_KIN,
    SURE_MIDDLE,
    SURNAMES,
    TITLES,
)
from danvan_study.open_ended.scrub.shadow import Shadowed, Span
from danvan_study.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from danvan_study.open_ended.scrub.shadow import Word

_LONGEST: Final = 5
_BARE_SURNAMES: Final = frozenset(map(fold, SURNAMES))
_BARE_MIDDLE: Final = frozenset(map(fold, MIDDLE))
_BARE_GIVEN_ALL: Final = frozenset(map(fold, GIVEN))
_BARE_TITLES: Final = tuple(tuple(map(fold, title)) for title in TITLES)


_BARE_TERMS: Final = frozenset({"ba", "bac", "chi", "chu", "ong", "thay"})
"""Terms of kinship without their accents; an office writes accents, and "Ba Bể" is a place."""


def find_names(seen: Shadowed, places: Collection[str] = ()) -> Iterator[Span]:
    """Find names of people in ``seen``; ``places`` (small letters) are names of places in the study."""
    known = PLACES | set(places)
    position = 0
    while position < len(seen.words):
        length = _name_at(seen, position, known)
        if length > 0:
            words = seen.words[position : position + length]
            yield Span(words[0].start, words[-1].end, "NAME")
        position += max(abs(length), 1)


def called_names(text: str, places: Collection[str] = ()) -> Iterator[str]:
    """Yield the names in capitals that a title or a word of kinship announces: "ông Hùng", "đồng chí Trần Thị Hạnh".

    In a text that an office wrote, other runs of capitals are places and offices.
    """
    seen, known = Shadowed.of(text), PLACES | set(places)
    for position, word in enumerate(seen.words):
        before = _line(seen.words[max(0, position - 4) : position], word)
        is_bare = bool(before) and before[-1].lower in _BARE_TERMS
        if seen.has_case and word.is_capital and not is_bare and _is_called(before, seen):
            words = seen.words[position : position + _LONGEST]
            if length := _capitals_at(seen, words, called=True, places=known):
                yield seen.text[words[0].start : words[length - 1].end]


def _name_at(seen: Shadowed, position: int, places: Collection[str]) -> int:
    """Return how many words from ``position`` on are a name, 0 for none, below 0 for so many words of a place."""
    words = seen.words[position : position + _LONGEST]
    before = _line(seen.words[max(0, position - 4) : position], words[0])
    called = _is_called(before, seen)
    if before and before[-1].lower in PLACE_BEFORE and not called:
        return -len(_run(words)) if words[0].is_capital and seen.has_case else 0
    if seen.has_case and words[0].is_capital:
        return _capitals_at(seen, words, called=called, places=places)
    if seen.has_case and seen.has_accents and not called:
        return _small_at(words, seen, called=False)
    return _small_at(words, seen, called=called) or _nickname_at(words, before, seen)


def _line(before: Sequence[Word], first: Word) -> list[Word]:
    """Return the words that stand before ``first`` without a stop between."""
    kept: list[Word] = []
    last = first
    for word in reversed(before):
        if last.after.strip(" :"):
            break
        kept.insert(0, word)
        last = word
    return kept


def _is_called(before: Sequence[Word], seen: Shadowed) -> bool:
    """Whether a kin term or a title stands right before."""
    if not before:
        return False
    plain = not seen.has_accents
    if before[-1].lower in KIN or (plain and before[-1].bare in KIN):
        return len(before) < 2 or before[-2].lower not in PLACE_BEFORE
    said = tuple(word.bare if plain else word.lower for word in before)
    return any(said[-len(title) :] == title for title in (_BARE_TITLES if plain else TITLES))


def _capitals_at(seen: Shadowed, words: Sequence[Word], *, called: bool, places: Collection[str]) -> int:
    """Return the length of a name in capitals: a run that a surname begins, or any run that a title announces."""
    run = _run(words)
    said = [word.lower for word in run]
    length = len(run)
    if any(" ".join(said[:end]) in places for end in range(2, length + 1)):
        return 0
    if length >= 2 and _is_surname(run[0], seen) and said[-1] not in SURE_MIDDLE:
        proves_nothing = said[0] in ALSO_WORDS and _begins_sentence(seen, run[0]) and said[1] not in MIDDLE
        return 0 if proves_nothing else length
    if length >= 3 and said[1] in SURE_MIDDLE:
        return length
    if "'" in run[0].text or "’" in run[0].text or (said[0] == "y" and length >= 2):
        return length
    if not called or said[0] in NO_NAMES or (run[0].text.isupper() and len(run[0].text) > 1):
        return 0
    return length


def _begins_sentence(seen: Shadowed, word: Word) -> bool:
    return word is seen.words[0] or any(stop in word.after for stop in ".!?\n")


def _run(words: Sequence[Word]) -> list[Word]:
    run = [words[0]]
    for word in words[1:]:
        is_initial = len(run[-1].text) == 1 and word.after == ". "
        if not word.is_capital or (word.after.strip(" ") and not is_initial):
            break
        run.append(word)
    return run


def _is_surname(word: Word, seen: Shadowed) -> bool:
    if word.lower in SURNAMES:
        return True
    return word.lower.isascii() and word.lower in (COMMON_SURNAMES if seen.has_accents else _BARE_SURNAMES)


def _small_at(words: Sequence[Word], seen: Shadowed, *, called: bool) -> int:
    """Return the length of a full name without capitals, or among nothing but capitals."""
    if len(words) < 3 or any(word.after.strip(" ") for word in words[1:3]):
        return 0
    first, middle, given = words[0], words[1], words[2]
    plain = not seen.has_accents
    if plain:
        is_surname = first.bare in (_BARE_SURNAMES if called else COMMON_SURNAMES)
        is_middle, is_given = middle.bare in _BARE_MIDDLE, given.bare in _BARE_GIVEN_ALL
    else:
        is_surname = first.lower in SURNAMES and (called or first.lower not in ALSO_WORDS)
        is_middle, is_given = middle.lower in MIDDLE, given.lower in GIVEN
    is_sure = middle.lower in SURE_MIDDLE and (called or fold(first.lower) in COMMON_SURNAMES or is_given)
    if not is_surname or not is_middle or not (is_sure or is_given) or middle.lower == first.lower:
        return 0
    has_second = given.lower in SECOND_OF_TWO and len(words) > 3 and words[3].lower in GIVEN
    return 4 if has_second and not words[3].after.strip(" ") else 3


def _nickname_at(words: Sequence[Word], before: Sequence[Word], seen: Shadowed) -> int:
    """Return 1 for a given name alone, without a capital, behind ông, bà, anh, chị."""
    if not before or words[0].after.strip(" "):
        return 0
    if seen.has_accents:
        return int(before[-1].lower in STRICT_KIN and words[0].lower in PLAIN_GIVEN)
    return int(before[-1].bare in BARE_KIN and words[0].bare in BARE_GIVEN)
