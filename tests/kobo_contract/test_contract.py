"""What the kit relies on a KoboToolbox server to do. Runs on the stand-in and on a real server alike."""

from __future__ import annotations

import json
import secrets

import pytest

from danvan_study.errors import StudyError
from danvan_study.kobo import SWEPT, Connection, People, Token, md5
from tests.kobo_contract.fixtures import workbook

behaviour = pytest.mark.behaviour
ABSENT = "0" * 40


def sent(fielded, count: int) -> list[int]:
    for number in range(count):
        assert fielded.send(people=number + 1) == 201
    return [int(row["_id"]) for page in fielded.submissions.pages(fields=["_id"]) for row in page]


# Data


@behaviour(name="clamp")
def test_a_page_is_cut_without_a_word_and_keyset_paging_reads_past_it(fielded):
    ids = sent(fielded, 9)
    assert len(ids) == len(set(ids)) == 9
    answer = fielded.server.owner.get(f"{fielded.path}data/", limit=100_000, sort='{"_id":1}').json()
    assert answer["count"] == 9
    small = [row["_id"] for page in fielded.submissions.pages(limit=4, fields=["_id"]) for row in page]
    assert small == ids
    if fielded.server.is_standin:  # a real one cuts at 1,000, more than this test sends
        assert len(answer["results"]) == 7


@behaviour(name="offset_ignored")
def test_offsets_do_not_move_the_rows(fielded):
    sent(fielded, 3)
    first = fielded.data(sort='{"_id":1}', limit=1)
    for asked in ({"offset": 1}, {"page": 2, "page_size": 1}):
        assert fielded.data(sort='{"_id":1}', limit=1, **asked) == first
    assert fielded.data(sort='{"_id":1}', limit=1, start=1) != first


@behaviour(name="unsorted")
def test_only_a_sorted_answer_can_be_paged_by_key(fielded, kobo_server):
    ids = sent(fielded, 3)
    assert [row["_id"] for row in fielded.data(sort='{"_id":1}')] == ids
    assert [row["_id"] for row in fielded.data(sort='{"_id":-1}')] == ids[::-1]
    if kobo_server.is_standin:  # a real server promises nothing: it may happen to be in order
        assert [row["_id"] for row in fielded.data()] != ids


@behaviour(name="fields")
def test_a_sweep_is_light(fielded):
    sent(fielded, 1)
    assert set(fielded.data(fields=json.dumps(SWEPT))[0]) == set(SWEPT)


@behaviour(name="absent_keys")
def test_an_unanswered_question_has_no_key_and_a_repeat_is_a_list_of_full_paths(fielded):
    fielded.send(worry="")
    (row,) = fielded.data()
    assert "worry" not in row
    assert row["home/people"] == "3"
    assert row["visit"] == [{"visit/result": "gặp"}, {"visit/result": "vắng"}]


@behaviour(name="text_compare")
def test_answers_and_times_are_compared_as_text(fielded):
    fielded.send(people=3)
    assert fielded.data(query='{"home/people":{"$gt":1}}') == []
    assert len(fielded.data(query='{"home/people":"3"}')) == 1
    assert len(fielded.data(query='{"_submission_time":{"$gt":"2000-01-01T00:00:00"}}')) == 1
    assert "+" not in fielded.data()[0]["_submission_time"]


def test_chosen_submissions_are_fetched_and_those_that_are_gone_left_out(fielded):
    ids = sent(fielded, 10)
    assert list(fielded.submissions.fetch([*ids, ids[-1] + 1000])) == ids
    assert fielded.submissions.count() == 10
    assert fielded.submissions.count(after=ids[6]) == 3


def test_a_range_of_ids_can_be_swept(fielded):
    ids = sent(fielded, 9)
    swept = [row["_id"] for page in fielded.submissions.pages(after=ids[0], until=ids[7], fields=SWEPT) for row in page]
    assert swept == ids[1:8]


# OpenRosa


@behaviour(name="same_again")
def test_the_same_submission_sent_twice_is_stored_once(fielded):
    xml = fielded.xml(uuid=secrets.token_hex(16))
    assert [fielded.server.owner.submit(xml) for _ in range(2)] == [201, 202]
    assert len(fielded.data()) == 1


@behaviour(name="conflict")
def test_the_same_instance_with_other_content_is_a_conflict(fielded):
    uuid = secrets.token_hex(16)
    assert fielded.send(uuid=uuid) == 201
    assert fielded.send(uuid=uuid, worry="đường sá") == 409


@behaviour(name="edit_keeps_id")
def test_an_edit_changes_the_uuid_and_keeps_id_time_and_author(fielded):
    first, second = secrets.token_hex(16), secrets.token_hex(16)
    fielded.send(uuid=first)
    (before,) = fielded.data()
    assert fielded.send(uuid=second, replaces=first, worry="đường sá") == 201
    (after,) = fielded.data()
    assert (before["_uuid"], after["_uuid"], after["worry"]) == (first, second, "đường sá")
    assert after["meta/rootUuid"] == before["meta/rootUuid"] == f"uuid:{first}"
    for key in ("_id", "_submission_time", "_submitted_by"):
        assert after[key] == before[key]


@behaviour(name="edit_keeps_judgement")
def test_an_approved_submission_that_is_edited_still_reads_approved(fielded):
    first = secrets.token_hex(16)
    fielded.send(uuid=first)
    (row,) = fielded.data()
    fielded.submissions.judge([row["_id"]], "validation_status_approved")
    (approved,) = fielded.data()
    assert approved["_validation_status"]["uid"] == "validation_status_approved"
    fielded.send(uuid=secrets.token_hex(16), replaces=first, people=9)
    (edited,) = fielded.data()
    assert edited["_validation_status"] == approved["_validation_status"]


@behaviour(name="root_uuid")
def test_a_submission_is_found_and_deleted_by_its_root_uuid(fielded):
    uuid = secrets.token_hex(16)
    fielded.send(uuid=uuid)
    assert fielded.server.owner.get(f"{fielded.path}data/{uuid}/").json()["_uuid"] == uuid
    (row,) = fielded.data()
    fielded.submissions.delete(row["_id"])
    fielded.submissions.delete(row["_id"])
    assert fielded.data() == []


@behaviour(name="archived")
def test_an_archived_form_takes_nothing_and_keeps_what_it_has(fielded):
    xml = fielded.xml()
    fielded.send()
    fielded.forms.archive(fielded.uid)
    assert fielded.server.owner.submit(xml) == 405
    assert len(fielded.data()) == 1
    assert not fielded.forms.read(fielded.uid).is_collecting
    fielded.forms.deploy(fielded.uid)
    assert fielded.server.owner.submit(xml) == 201


# Forms


@behaviour(name="bad_import")
def test_import_takes_a_form_that_only_deployment_refuses(draft):
    bad = workbook(survey=[["type", "name", "label"], ["select_one nowhere", "a", "A"]])
    uid = draft.forms.upload("bad", bad, file="bad.xlsx")
    try:
        answer = draft.server.owner.call("POST", f"/api/v2/assets/{uid}/deployment/", {"active": True})
        assert answer.status_code == 400
        with pytest.raises(StudyError, match="does not deploy"):
            draft.forms.deploy(uid)
    finally:
        draft.server.owner.call("DELETE", f"/api/v2/assets/{uid}/", None)


@behaviour(name="library")
def test_an_import_without_library_false_can_not_be_deployed(draft):
    with draft.server.owner.plain() as client:
        job = client.post("/api/v2/imports/", data={"name": "block"}, files={"file": ("form.xlsx", workbook())}).json()
    for _ in range(100):
        job = draft.server.owner.get(f"/api/v2/imports/{job['uid']}/").json()
        if job["status"] == "complete":
            break
        draft.server.owner.patience.sleep(0.1)
    uid = job["messages"]["created"][0]["uid"]
    answer = draft.server.owner.call("POST", f"/api/v2/assets/{uid}/deployment/", {"active": True})
    draft.server.owner.call("DELETE", f"/api/v2/assets/{uid}/", None)
    assert answer.is_error


@behaviour(name="import_polled")
def test_an_import_is_complete_only_later(draft):
    with draft.server.owner.plain() as client:
        fields = {"name": "later", "library": "false"}
        job = client.post("/api/v2/imports/", data=fields, files={"file": ("form.xlsx", workbook())}).json()
    assert job["status"] == "processing"
    uid = draft.forms.upload("later", workbook(), file="form.xlsx")
    assert draft.forms.read(uid).content["survey"]
    draft.server.owner.call("DELETE", f"/api/v2/assets/{uid}/", None)


@behaviour(name="new_version")
def test_the_same_bytes_imported_again_are_a_new_version(draft):
    before = draft.forms.read(draft.uid).version
    assert draft.forms.upload("", workbook(), file="form.xlsx", replaces=draft.uid) == draft.uid
    assert draft.forms.read(draft.uid).version != before


@behaviour(name="version_replaced")
def test_the_servers_version_takes_the_place_of_the_forms_own(fielded):
    assert fielded.send() == 201
    (row,) = fielded.data()
    assert row["__version__"] == fielded.forms.read(fielded.uid).deployed_version != "2"
    assert json.loads(fielded.forms.read_version(fielded.uid, row["__version__"]))["content"]["survey"]


@behaviour(name="second_deploy")
def test_a_form_is_deployed_once_and_then_redeployed(fielded):
    answer = fielded.server.owner.call("POST", f"{fielded.path}deployment/", {"active": True})
    assert answer.status_code == 405
    fielded.forms.deploy(fielded.uid)
    assert fielded.forms.read(fielded.uid).is_collecting


@behaviour(name="active_alone")
def test_a_new_version_reaches_the_field_only_with_its_id(fielded):
    old = fielded.forms.read(fielded.uid).deployed_version
    fielded.forms.upload("", workbook(), file="form.xlsx", replaces=fielded.uid)
    fielded.server.owner.call("PATCH", f"{fielded.path}deployment/", {"active": True})
    assert fielded.forms.read(fielded.uid).deployed_version == old
    fielded.forms.deploy(fielded.uid)
    asset = fielded.forms.read(fielded.uid)
    assert asset.deployed_version == asset.version != old


@behaviour(name="stale_version")
def test_redeploying_a_stale_version_breaks_the_server(fielded):
    old = fielded.forms.read(fielded.uid).version
    fielded.forms.upload("", workbook(), file="form.xlsx", replaces=fielded.uid)
    body = {"active": True, "version_id": old}
    assert fielded.server.owner.call("PATCH", f"{fielded.path}deployment/", body).status_code == 500


# Media


@behaviour(name="media_once")
def test_a_media_file_is_replaced_by_removing_it_first(fielded):
    fielded.forms.add_media(fielded.uid, "areas.csv", b"name,label\n1,A\n")
    with pytest.raises(StudyError, match="400"):
        fielded.forms.add_media(fielded.uid, "areas.csv", b"name,label\n1,B\n")
    ((uid, digest),) = fielded.forms.media(fielded.uid).values()
    assert digest == md5(b"name,label\n1,A\n")
    fielded.forms.remove_media(fielded.uid, uid)
    fielded.forms.remove_media(fielded.uid, uid)
    fielded.forms.add_media(fielded.uid, "areas.csv", b"name,label\n1,B\n")
    assert list(fielded.forms.media(fielded.uid)) == ["areas.csv"]


@behaviour(name="media_at_redeploy")
def test_tablets_see_new_media_only_after_a_redeployment(fielded):
    manifest = f"/xformsManifest/{fielded.uid}"
    fielded.forms.add_media(fielded.uid, "areas.csv", b"name,label\n1,A\n")
    with fielded.server.owner.plain(fielded.server.owner.collect_url) as client:
        assert "areas.csv" not in client.get(manifest).text
        fielded.forms.deploy(fielded.uid)
        assert "areas.csv" in client.get(manifest).text


# People


@behaviour(name="token")
def test_a_wrong_token_is_refused(kobo_server):
    assert kobo_server.owner.get("/me/").json()["username"] == kobo_server.owner.name
    wrong = Connection(kobo_server.owner.url, Token(ABSENT, "test"), patience=kobo_server.owner.patience)
    with pytest.raises(StudyError, match="token is not accepted") as caught:
        wrong.read("/me/")
    assert ABSENT not in str(caught.value)


@behaviour(name="bare_names")
def test_permissions_want_addresses_and_no_bare_names(fielded):
    body = {"user": fielded.server.enumerator.name, "permission": "add_submissions"}
    answer = fielded.server.owner.call("POST", f"{fielded.path}permission-assignments/", body)
    assert answer.status_code == 400
    people = People(fielded.forms._connection, fielded.uid)
    people.allow_submitting(fielded.server.enumerator.name)
    held = {grant.permission for grant in people.grants() if grant.account == fielded.server.enumerator.name}
    assert "add_submissions" in held


@behaviour(name="submit_needs_grant")
def test_an_account_submits_only_while_it_is_allowed_to(fielded):
    enumerator = fielded.server.enumerator
    people = People(fielded.forms._connection, fielded.uid)
    assert enumerator.submit(fielded.xml()) in (403, 404)
    people.allow_submitting(enumerator.name)
    assert enumerator.submit(fielded.xml()) == 201
    for grant in people.grants():
        if grant.account == enumerator.name:
            people.take(grant)
            people.take(grant)
    assert enumerator.submit(fielded.xml()) in (403, 404)


@behaviour(name="own_only")
def test_an_enumerator_sees_what_is_their_own(fielded):
    enumerator = fielded.server.enumerator
    people = People(fielded.forms._connection, fielded.uid)
    people.allow_submitting(enumerator.name)
    people.show_own(enumerator.name)
    fielded.send()
    assert enumerator.submit(fielded.xml()) == 201
    rows = enumerator.get(f"{fielded.path}data/").json()["results"]
    assert [row["_submitted_by"] for row in rows] == [enumerator.name]
    (partial,) = [grant for grant in people.grants() if grant.permission == "partial_submissions"]
    assert partial.filters == (enumerator.name,)


@behaviour(name="bulk_declares")
def test_assigning_in_bulk_takes_access_away_from_everybody_left_out(fielded):
    people = People(fielded.forms._connection, fielded.uid)
    people.allow_submitting(fielded.server.enumerator.name)
    fielded.server.owner.call("POST", f"{fielded.path}permission-assignments/bulk/", [])
    assert fielded.server.enumerator.name not in {grant.account for grant in people.grants()}
