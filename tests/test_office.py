"""[office] of study.toml: in whose name documents go out, and what no program may set."""

from __future__ import annotations

import pytest

from danvan_study.errors import StudyError
from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder
from danvan_study.study import Office, read_study
from tests.small_study import write_small_study
from tests.test_study import OFFICE, STUDY


def office(text: str = OFFICE) -> Office | None:
    return read_study(STUDY + text).office


def test_the_office_is_read_and_spelt_in_one_way():
    assert office() == Office(
        form="party_2026",
        superior="Tỉnh ủy Thái Nguyên",
        body="Ban Tuyên giáo và Dân vận",
        place="Thái Nguyên",
        symbol="BTGDVTU",
        recipients=("Thường trực Tỉnh ủy", "Lưu Ban Tuyên giáo và Dân vận"),
    )
    other = office(OFFICE + 'tone_style = "uỷ"\n')
    assert other is not None
    assert (other.superior, other.recipients[0]) == ("Tỉnh uỷ Thái Nguyên", "Thường trực Tỉnh uỷ")


def test_a_study_may_have_no_office():
    assert office("") is None


@pytest.mark.parametrize("key", ["number", "signature", "signed_by", "signer", "post", "date", "secrecy", "urgency"])
def test_what_only_a_person_may_set_is_refused_by_name(key):
    with pytest.raises(StudyError, match=rf"\[office\] {key}: .* Delete the key"):
        office(OFFICE + f'{key} = "…"\n')


@pytest.mark.parametrize("mark", ["MẬT", "Tối mật", "TUYỆT MẬT", "Thường trực (mật)"])
def test_a_secrecy_mark_is_refused_wherever_it_hides(mark):
    with pytest.raises(StudyError, match="secrecy mark"):
        office(OFFICE.replace("Thường trực Tỉnh ủy", mark))
    with pytest.raises(StudyError, match="secrecy mark"):
        office(OFFICE.replace('superior = "Tỉnh uỷ', f'superior = "{mark}'))


def test_a_body_that_guards_secrets_is_no_secrecy_mark():
    assert office(OFFICE.replace("Thường trực Tỉnh ủy", "Ban Chỉ đạo bảo vệ bí mật nhà nước"))


@pytest.mark.parametrize("symbol", ["127-BC/BTGDVTU", "127", "BC/BTGDVTU", "Số BTGDVTU", ""])
def test_a_symbol_with_a_number_is_refused(symbol):
    with pytest.raises(StudyError, match="short name of a body alone"):
        office(OFFICE.replace('"BTGDVTU"', f'"{symbol}"'))


def test_somebody_receives_the_document():
    with pytest.raises(StudyError, match="recipients: there is none"):
        office(OFFICE.partition("recipients")[0] + "recipients = []\n")


def test_a_form_that_is_not_there_is_told_before_anything_is_computed(tmp_path):
    root = write_small_study(tmp_path)
    page = root / "study.toml"
    page.write_text(page.read_text(encoding="utf-8") + OFFICE.replace("party_2026", "party_1997"), encoding="utf-8")
    with pytest.raises(StudyError, match=r'"party_1997" is not known. Write one of party_2018, party_2026, state_nd30'):
        load_study(Folder(root))
