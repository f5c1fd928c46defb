"""Put the frozen form of a wave into the field, exactly; doing it twice changes nothing."""

from __future__ import annotations

import hashlib
import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from danvan_study.errors import StudyError
from danvan_study.field import differences, media_names, read_outline, server_outline
from danvan_study.form import read_form
from danvan_study.kobo import md5
from danvan_study.messages import Words, say
from danvan_study.pipeline.deployments import Deployment, record_deployment
from danvan_study.pipeline.fieldwork.desk import Desk, field_desk, now
from danvan_study.pipeline.forms import refuse_unsound
from danvan_study.store import read_frozen, refuse_changed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from danvan_study.kobo import Asset, Patience

MOST_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The form of a wave with the files that travel with it, as they lie in the study."""

    name: str
    version: str
    workbook: bytes
    media: Mapping[str, bytes]

    @property
    def content(self) -> str:
        """SHA-256 of the workbook. The server's own hashes change although nothing else does."""
        return hashlib.sha256(self.workbook).hexdigest()

    def deployment(self, server: str, asset: str) -> Deployment:
        """Return the row of the record for this form; its version is the server's to give."""
        return Deployment(
            at=now(),
            server=server,
            asset=asset,
            version="",
            form=self.name,
            form_version=self.version,
            content=self.content,
        )


def deploy_wave(
    root: Path,
    wave_id: str,
    *,
    tell: Callable[[Words], None],
    dry_run: bool = False,
    patience: Patience | None = None,
) -> int:
    """Import, compare and deploy the last form of a wave, with its media.

    Parameters
    ----------
    tell
        Called with each step, in words.
    dry_run
        Tell the steps and take none.

    Returns
    -------
    int
        Number of steps taken, or to take.

    Raises
    ------
    StudyError
        The form or a file it needs is missing or wrong, or the server has made another form of it; then nothing was
        deployed.
    """
    with field_desk(root, wave_id, tell=tell, patience=patience) as desk:
        frozen = freeze_form(desk, desk.wave.forms[-1])
        steps = _Steps(tell=tell, dry_run=dry_run)
        asset = desk.forms.read(desk.asset) if desk.asset else None
        if asset is None or not (_was_deployed(asset, frozen, desk.deployments) and _holds(asset, frozen)):
            asset = _upload(desk, frozen, asset, steps=steps)
        _replace_media(desk, frozen, asset, steps=steps)
        if steps.count or not _is_in_field(asset):
            _deploy(desk, frozen, asset, steps=steps)
        if not steps.count:
            tell(say("{wave}: the form {form} is in the field, nothing has changed", wave=wave_id, form=frozen.name))
        return steps.count


@dataclass(slots=True, kw_only=True)
class _Steps:
    """Tells each step; whether it is also taken depends."""

    tell: Callable[[Words], None]
    dry_run: bool
    count: int = 0

    def take(self, what: Words) -> bool:
        self.count += 1
        self.tell(say("would {what}", what=what) if self.dry_run else say("now: {what}", what=what))
        return not self.dry_run


def freeze_form(desk: Desk, name: str) -> Frozen:
    """Read a form of the wave and the media it names, which lie beside it.

    A form that breaks a rule, or was changed after it had been frozen, is refused.
    """
    workbook = desk.folder.read(name, needed_by=say("study.toml, wave {wave} forms", wave=desk.wave.id))
    refuse_changed(name, workbook, read_frozen(desk.folder))
    refuse_unsound(workbook, source=name)
    codebook = read_form(workbook, source=name, missing=desk.study.missing)
    slip = desk.study.kobo.slip
    if slip and slip not in {question.name for question in codebook.questions}:
        raise StudyError(
            "study.toml, [kobo] slip",
            say('the form {form} has no question "{question}".', form=name, question=slip),
            say("Mend the name, or the form."),
        )
    beside = posixpath.dirname(name)
    media = {
        file: desk.folder.read(posixpath.join(beside, file), needed_by=name)
        for file in media_names(workbook, source=name)
    }
    return Frozen(name=name, version=codebook.version, workbook=workbook, media=media)


def _was_deployed(asset: Asset, frozen: Frozen, deployments: list[Deployment]) -> bool:
    return any(each.version == asset.version and each.content == frozen.content for each in deployments)


def _holds(asset: Asset, frozen: Frozen) -> bool:
    return not differences(read_outline(frozen.workbook, source=frozen.name), server_outline(asset.content))


def _upload(desk: Desk, frozen: Frozen, asset: Asset | None, *, steps: _Steps) -> Asset | None:
    upload = (
        say("put {form} on the server, in place of {uid}", form=frozen.name, uid=asset.uid)
        if asset
        else say("put {form} on the server, as a new form", form=frozen.name)
    )
    if not steps.take(upload):
        return asset
    title = f"{desk.study.name['vi']} – {desk.wave.id}"
    file = posixpath.basename(frozen.name)
    uid = desk.forms.upload(title, frozen.workbook, file=file, replaces=asset.uid if asset else "")
    if asset is None:
        # Written at once: a kill from here on must not lead to a second form.
        _record(desk, frozen.deployment(desk.connection.host, uid))
    there = desk.forms.read(uid)
    found = differences(read_outline(frozen.workbook, source=frozen.name), server_outline(there.content))
    if found:
        raise desk.connection.failed(
            f"it has made another form of {frozen.name}: {'; '.join(found[:MOST_TOLD])}.",
            "Nothing was deployed. Write the form so that the server keeps it, then deploy again.",
        )
    return there


def _replace_media(desk: Desk, frozen: Frozen, asset: Asset | None, *, steps: _Steps) -> None:
    there = desk.forms.media(asset.uid) if asset else {}
    for name, content in frozen.media.items():
        file, digest = there.get(name, ("", ""))
        if digest == md5(content):
            continue
        step = say("replace the file {name}", name=name) if file else say("send the file {name}", name=name)
        if not steps.take(step) or asset is None:
            continue
        if file:
            desk.forms.remove_media(asset.uid, file)
        desk.forms.add_media(asset.uid, name, content)
    for name in sorted(set(there) - set(frozen.media)):
        steps.tell(say("Note: the server has a file that the form does not use: {name}", name=name))


def _is_in_field(asset: Asset | None) -> bool:
    return asset is not None and asset.is_collecting and asset.deployed_version == asset.version


def _deploy(desk: Desk, frozen: Frozen, asset: Asset | None, *, steps: _Steps) -> None:
    if not steps.take(say("put the form into the field")) or asset is None:
        return
    desk.forms.deploy(asset.uid)
    there = desk.forms.read(asset.uid)
    if not (there.is_collecting and there.deployed_version == there.version and _holds(there, frozen)):
        raise desk.connection.failed(
            say("it has not put this form into the field."), say("Look at the form there, deploy again.")
        )
    _record(desk, replace(frozen.deployment(desk.connection.host, there.uid), version=there.deployed_version))


def _record(desk: Desk, deployment: Deployment) -> None:
    record_deployment(desk.folder, desk.wave.id, deployment)
    desk.deployments.append(deployment)
