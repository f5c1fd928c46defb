"""What is printed for enumerators: how to set up the tablet, with QR codes, and slips with withdrawal codes."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from danvan_study.field.slips import show_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.field.roster import Enumerator
    from danvan_study.study import Study, Wave

QR_SCALE = 4
LANGUAGE = "vi"


def enumerator_page(
    enumerator: Enumerator, *, study: Study, wave: Wave, form_title: str, links: Mapping[str, str]
) -> bytes:
    """Return a printable page (HTML, Vietnamese, self-contained) for one enumerator.

    Parameters
    ----------
    form_title
        Name of the form as the tablet lists it.
    links
        What the server says: ``offline_url`` or ``url`` opens the form in a browser.
    """
    web = links.get("offline_url") or links.get("url") or ""
    return _render(
        "enumerator.html.j2",
        enumerator=enumerator,
        study=study,
        wave=wave,
        form_title=form_title,
        collect_server=study.kobo.collect_server,
        settings_qr=_qr(collect_settings(enumerator.account, study=study)),
        web=web,
        web_qr=_qr(web) if web else "",
    )


def slips_page(codes: Mapping[str, Sequence[str]], *, study: Study, wave: Wave) -> bytes:
    """Return the printable slips of every account, to be cut apart and handed to respondents."""
    shown = {account: [show_code(code) for code in theirs] for account, theirs in codes.items()}
    return _render("slips.html.j2", codes=shown, study=study, wave=wave)


def collect_settings(account: str, *, study: Study) -> str:
    """Return what KoboCollect's settings QR code holds: server and account, and never a password.

    The form is ODK Collect's own: JSON, compressed with zlib, in base64.
    """
    settings = {
        "general": {
            "server_url": study.kobo.collect_server,
            "username": account,
            "app_language": LANGUAGE,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
            "delete_send": True,
        },
        "admin": {},
        "project": {"name": study.name["vi"]},
    }
    packed = json.dumps(settings, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(packed, 9)).decode()


def _qr(text: str) -> str:
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=QR_SCALE, border=2))


def _render(template: str, **words: object) -> bytes:
    environment = Environment(
        loader=PackageLoader("danvan_study.field"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**words).encode()
