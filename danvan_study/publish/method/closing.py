"""What the figures cannot tell, whom to ask, and from which data they stem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from danvan_study.publish import words
from danvan_study.publish.blocks import Block, Bullets, Facts, Heading, Paragraph

if TYPE_CHECKING:
    from danvan_study.publish.context import BriefContext


def limit_blocks(context: BriefContext) -> list[Block]:
    """Return what the figures cannot tell."""
    texts = words.phrases(context.language)
    return [Heading(text=texts["limits_title"]), Bullets(items=limits(context))]


def limits(context: BriefContext) -> tuple[str, ...]:
    """Say each limit of the figures."""
    texts = words.phrases(context.language)
    keys = ["limit_sponsor", "limit_sampling", "limit_change"]
    if context.areas is not None:
        keys += ["limit_areas", "limit_quarter" if context.rolling else "limit_quarter_single"]
    return tuple(texts[key] for key in keys)


def contact_blocks(context: BriefContext) -> list[Block]:
    """Return whom to ask, and how an answer is withdrawn."""
    texts = words.phrases(context.language)
    return [
        Heading(text=texts["contact_title"]),
        Paragraph(text=texts["contact_text"].format(contact=context.study.contact.rstrip("."))),
        Paragraph(text=texts["contact_withdraw"]),
    ]


def origin_blocks(context: BriefContext) -> list[Block]:
    """Return from which data and code the figures stem."""
    texts, origin = words.phrases(context.language), context.provenance
    facts = [
        (texts["provenance_manifest"], origin.manifest_sha256),
        (texts["provenance_form"], origin.form_sha256),
        (texts["provenance_commit"], origin.commit),
        (texts["provenance_version"], f"danvan_study {origin.version}"),
    ]
    return [
        Heading(text=texts["provenance_title"]),
        Facts(rows=tuple((term, text) for term, text in facts if text)),
    ]
