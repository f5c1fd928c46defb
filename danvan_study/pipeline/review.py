"""Reviews that ``study.toml`` declares: two long spans against each other, a pilot against other areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.estimate import estimate_review
from danvan_study.estimate.reviews import comparisons_of
from danvan_study.messages import say
from danvan_study.pipeline.sources import load_study
from danvan_study.pipeline.workshop import Workshop
from danvan_study.publish import (
    Provenance,
    ReviewContext,
    publish_estimates,
    publish_pilot,
    publish_trends,
    write_review,
)
from danvan_study.store import Folder, check_raw, read_commit, read_versions
from danvan_study.trend import find_trends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from danvan_study.areas import Areas
    from danvan_study.study import Review


def review_study(root: Path, ids: Sequence[str] = ()) -> list[Path]:
    """Write the named reviews, each into ``data/processed/review-ID``; without names all of them.

    Raises
    ------
    StudyError
        A review is unknown, names an area that is not there, or needs a wave without data.
    """
    folder = Folder(root)
    study, areas = load_study(folder)
    reviews = {review.id: review for review in study.reports.reviews}
    for name in ids:
        if name not in reviews:
            known = ", ".join(reviews) or "–"
            raise StudyError(
                "study.toml", say('there is no review "{name}".', name=name), say("Reviews: {known}.", known=known)
            )
    if not reviews:
        raise StudyError("study.toml", say("the study declares no review."), say("Add a [[review]] block."))
    there = check_raw(folder)
    workshop = Workshop(root, study=study, areas=areas, there=there)
    written = []
    with folder.locked():
        for name in ids or reviews:
            context = review_context(reviews[name], workshop, areas=areas)
            written.append(folder.write_processed(f"review-{name}", write_review(context)))
    return written


def review_context(review: Review, workshop: Workshop, *, areas: Areas | None) -> ReviewContext:
    """Estimate a review and pass it through the gates."""
    study, where = workshop.study, f"study.toml, [[review]] {review.id}"
    there = {wave.id for wave in workshop.calendar.waves}
    if absent := [wave for wave in review.waves if wave not in there]:
        raise StudyError(
            where,
            say("no data for {waves}.", waves=", ".join(absent)),
            say("Bring them in, or take them out of the spans."),
        )
    known = {area.key for area in areas.reporting} if areas else set()
    if strange := [key for key in review.pilot if key not in known]:
        raise StudyError(
            where,
            say("no area is called {areas}.", areas=", ".join(strange)),
            say("Name areas by vintage:code, as the areas table does."),
        )
    if review.pilot and set(review.pilot) == known:
        raise StudyError(where, say("every area is in the pilot."), say("Without other areas nothing can be compared."))
    waves = [workshop.wave(wave) for wave in review.waves]
    codebook = waves[-1].source.latest_codebook
    reviewed = estimate_review(review, [wave.sample for wave in waves], study=study)
    figures = publish_estimates(
        reviewed.estimates,
        rules=study.publication,
        codebook=codebook,
        simulated=any(wave.source.raw.manifest.is_simulated for wave in waves),
        closed=workshop.closing.of_review(review, reviewed.estimates),
    )
    changes = publish_trends(find_trends(reviewed.changes), figures=figures)
    return ReviewContext(
        study=study,
        review=review,
        codebook=codebook,
        calendar=workshop.calendar,
        comparisons=comparisons_of(review),
        figures=figures,
        changes=changes,
        pilot=publish_pilot(reviewed.contrasts, changes=changes) if review.pilot else None,
        areas=areas,
        provenance=Provenance(
            simulated=figures.simulated,
            manifest_sha256=waves[-1].source.raw.manifest.seal,
            commit=read_commit(),
            version=read_versions()["danvan_study"],
            form_sha256=codebook.sha256,
        ),
    )
