"""What the stand-in does as KoboToolbox does; switch one behaviour off, and a contract test must fail."""

from __future__ import annotations

BEHAVIOURS = {
    "clamp": "a page larger than the server's limit is cut without a word",
    "offset_ignored": "page, page_size and offset do not move the rows of data/",
    "unsorted": "without sort the order of rows is not promised",
    "fields": "fields= narrows the rows",
    "absent_keys": "an unanswered question has no key",
    "text_compare": "answers and times are compared as text; a number matches none of them",
    "same_again": "the same submission sent again: 202, stored once",
    "conflict": "the same instanceID with other content: 409",
    "edit_keeps_id": "an edit changes _uuid and keeps _id, _submission_time and _submitted_by",
    "edit_keeps_judgement": "an edit leaves the validation status as it was",
    "root_uuid": "a submission is also found by its rootUuid",
    "token": "a wrong token: 401 with detail",
    "bad_import": "import accepts any workbook; only deploying it fails, with 400",
    "library": "an import without library=false makes a block, which can't be deployed",
    "import_polled": "an import is first processing, then complete",
    "new_version": "importing the same bytes again makes a new version",
    "version_replaced": "the form's own version and id are replaced by the server's",
    "second_deploy": "a second POST to deployment: 405",
    "active_alone": "PATCH with active alone never redeploys",
    "stale_version": "redeploying a version that is not the current one: 500",
    "archived": "an archived form takes no submissions: 405",
    "media_once": "a second media file of one name: 400",
    "media_at_redeploy": "tablets see new media only after a redeployment",
    "bare_names": "bare names of users and permissions are refused",
    "own_only": "partial_submissions shows the rows of the named accounts only",
    "submit_needs_grant": "who may not submit is refused: 403",
    "bulk_declares": "the bulk assignment of permissions takes access from everybody left out",
}
"""Name to what it means. ``--off NAME`` of the stand-in switches it off."""
