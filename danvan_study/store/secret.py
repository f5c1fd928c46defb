"""Keys and tokens: files outside the study that their owner alone can read, named by the environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from danvan_study.errors import StudyError
from danvan_study.messages import say
from danvan_study.store.output import cannot_write
from danvan_study.vault import Vault, new_key

KEY_FILE = "DANVAN_KEY_FILE"
"""Environment variable that names the key file."""
TOKEN = "DANVAN_KOBO_TOKEN"  # noqa: S105 -- the name of a variable, not a token
TOKEN_FILE = "DANVAN_KOBO_TOKEN_FILE"  # noqa: S105 -- the same
CONTACT_KEY_FILE = "DANVAN_CONTACT_KEY_FILE"
"""Environment variable that names the key of the contact sheets: another one, in other hands."""
OTHERS = 0o077
PRIVATE = 0o600


def read_vault(root: Path, named_by: str = KEY_FILE) -> Vault:
    """Read the key that the environment names.

    Parameters
    ----------
    root
        The study's folder; a key inside it would travel with what it protects.
    named_by
        The environment variable.

    Raises
    ------
    StudyError
        No key is named, or it lies in the study, can be read by others, or is none.
    """
    name = os.environ.get(named_by, "")
    if not name:
        raise StudyError(
            named_by,
            say("what tells of real people is encrypted, and no key is named."),
            say(
                "Make one once (danvan key FILE), keep a copy apart, and set {named_by} to its path.", named_by=named_by
            ),
        )
    path = Path(name)
    _refuse_inside(path, root)
    return Vault(_read_private(path, named_by), str(path))


def read_contact_vault(root: Path) -> Vault:
    """Read the key of the contact sheets.

    Raises
    ------
    StudyError
        As :func:`read_vault`; or it is the key of the answers: who has both could put names to them.
    """
    vault = read_vault(root, CONTACT_KEY_FILE)
    if os.environ.get(KEY_FILE) and read_vault(root).recipient == vault.recipient:
        raise StudyError(
            CONTACT_KEY_FILE,
            say("this is the key of the answers."),
            say("Make another one for the contact sheets: danvan key."),
        )
    return vault


def write_key(path: Path, root: Path) -> None:
    """Make a new key in a file of its own that its owner alone can read.

    Raises
    ------
    StudyError
        The file is there already, lies in the study, or can't be written.
    """
    _refuse_inside(path, root)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w", encoding="utf-8") as stream:
            stream.write(new_key())
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        raise StudyError(
            str(path), say("there is a file already."), say("A key is never overwritten: name another.")
        ) from None
    except OSError as error:
        raise cannot_write(path, error) from error


def read_token() -> str:
    """Return the server token from the environment, or from the file that it names.

    Raises
    ------
    StudyError
        Neither is set, or others can read the file.
    """
    if token := os.environ.get(TOKEN, ""):
        return token
    if name := os.environ.get(TOKEN_FILE, ""):
        return _read_private(Path(name), TOKEN_FILE)
    raise StudyError(
        TOKEN,
        say("no token of the server is named."),
        say("Set {token}, or {token_file} to a file that only you can read.", token=TOKEN, token_file=TOKEN_FILE),
    )


def _read_private(path: Path, named_by: str) -> str:
    try:
        if sys.platform != "win32" and path.stat().st_mode & OTHERS:
            raise StudyError(
                str(path), say("others can read this file."), say("Make it yours alone: chmod 600 {path}", path=path)
            )
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(
            named_by,
            say('it names "{path}", which can\'t be read.', path=path),
            say("Check the path; put the medium that holds it in."),
        ) from error


def _refuse_inside(path: Path, root: Path) -> None:
    if path.resolve().is_relative_to(root.resolve()):
        raise StudyError(
            str(path),
            say("the key lies inside the study's folder."),
            say("Move it out: whoever copies the folder would have both."),
        )
