"""The network edge: a thin client of KoboToolbox, built on how the server behaves and not on how it is described."""

from danvan_study.kobo.connection import Connection, Patience, connect
from danvan_study.kobo.forms import Asset, Forms, md5
from danvan_study.kobo.people import Grant, People
from danvan_study.kobo.submissions import SWEPT, Received, Record, Submissions
from danvan_study.kobo.token import Token

__all__ = [
    "SWEPT",
    "Asset",
    "Connection",
    "Forms",
    "Grant",
    "Patience",
    "People",
    "Received",
    "Record",
    "Submissions",
    "Token",
    "connect",
    "md5",
]
