"""Texts that break the rules of a brief, and texts that nearly do; written before the rules."""

from __future__ import annotations

SHARE = "61,2 % (57,0–65,3)"
CHANGE = "+6,0 điểm % (2,0–10,0)"
FALL = "−6,0 điểm % (−10,0 đến −2,0)"

PARTY = """TỈNH ỦY THÁI NGUYÊN
BAN TUYÊN GIÁO VÀ DÂN VẬN
ĐẢNG CỘNG SẢN VIỆT NAM
{number}
BÁO CÁO
kết quả khảo sát dư luận xã hội quý III/2026
{end}
Nơi nhận:
{recipients}
"""
STATE = """ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
{number}
BÁO CÁO
kết quả khảo sát dư luận xã hội quý III/2026
{end}
Nơi nhận:
{recipients}
"""
TABLE = """Bảng 1. Tỷ lệ hài lòng{period}

| Câu hỏi | Tỷ lệ |{head}
|---|---|{rule}
| Đường sá | 61,2 % (57,0–65,3) |{cell}
| Trường học | 55,0 % (51,0–59,0) |{cell}

{notes}
"""
WHOLE_TABLE = {
    "period": ", quý III/2026",
    "head": " n |",
    "rule": "---|",
    "cell": " 1.180 |",
    "notes": "Tỷ lệ có trọng số. Nguồn: khảo sát ý kiến người dân.",
}


def party(number: str = "Số      -BC/BTGDVTU", end: str = "Hết.", recipients: str = "- Thường trực Tỉnh ủy;") -> str:
    return PARTY.format(number=number, end=end, recipients=recipients)


def state(number: str = "Số:      /BC-UBND", end: str = "Hết./.", recipients: str = "- Lưu: VT;") -> str:
    return STATE.format(number=number, end=end, recipients=recipients)


def with_table(**changed: str) -> str:
    return TABLE.format(**(WHOLE_TABLE | changed))


BROKEN = [
    # rule, text, what the finding says
    ("quantifier-figures", "Đa số người dân hài lòng với việc làm giấy tờ.", "đa số"),
    ("quantifier-figures", "Đa số người trả lời hài lòng: 61,2 % (57,0–65,3).", "n"),
    ("quantifier-figures", "Đa số người trả lời hài lòng: 61,2 %; n = 1.180.", "khoảng tin cậy"),
    ("quantifier-figures", "Nhiều ý kiến lo về giá cả. " + SHARE + "; n = 1.180.", "nhiều ý kiến"),
    ("quantifier-figures", "Một số ý kiến đề nghị sửa đường.", "một số ý kiến"),
    ("quantifier-figures", "Khoảng một nửa số người được hỏi biết việc này.", "khoảng một nửa"),
    ("quantifier-figures", "Tuyệt đại đa số Nhân dân đồng tình.", "tuyệt đại đa số"),
    ("quantifier-figures", "Hầu hết người dân tin tưởng vào chính quyền xã.", "hầu hết"),
    ("quantifier-figures", "Phần lớn ý kiến cho rằng đường đã tốt hơn.", "phần lớn"),
    (
        "quantifier-figures",
        "| Nội dung | Số liệu |\n|---|---|\n| Đa số người dân hài lòng | 61,2 % |",
        "khoảng tin cậy",
    ),
    ("quantifier-figures", "A majority of respondents are satisfied with local services.", "majority"),
    ("quantifier-figures", "Most people said that the road is bad.", "most"),
    ("quantifier-fits", "Đa số người trả lời hài lòng: 51,2 % (47,0–55,3); n = 1.180.", "đa số"),
    ("quantifier-fits", "Tuyệt đại đa số người trả lời hài lòng: 86,0 % (84,0–88,0); n = 1.180.", "85"),
    ("quantifier-fits", "Khoảng một nửa số người trả lời biết: 50 % (40–60); n = 90.", "12"),
    ("quantifier-fits", "Nhiều ý kiến nêu giá cả: 45,0 % (35,0–55,0); n = 1.180.", "nhiều ý kiến"),
    ("quantifier-fits", "Một số ý kiến nêu trộm cắp: 22,0 % (18,0–26,0); n = 1.180.", "một số ý kiến"),
    ("quantifier-fits", "A majority of respondents agreed: 51.2% (47.0–55.3); n = 1,180.", "majority"),
    ("vague-quantifier", "Không ít người dân còn băn khoăn về giá đất.", "không ít"),
    ("vague-quantifier", "Một bộ phận người dân chưa đồng tình.", "một bộ phận"),
    ("change-figures", "Tỷ lệ hài lòng tăng so với quý trước.", "tăng"),
    ("change-figures", "So với quý II/2026, tỷ lệ hài lòng tăng 6,0 điểm %.", "khoảng tin cậy"),
    ("change-figures", "Mức độ tin tưởng giảm mạnh so với cùng kỳ.", "giảm"),
    ("change-figures", "Tỷ lệ hài lòng tăng 6,0 (2,0–10,0).", "điểm %"),
    ("change-figures", "The share of satisfied people rose compared with the previous quarter.", "rose"),
    ("change-figures", "Tỷ lệ hài lòng cao hơn quý trước.", "cao hơn"),
    ("change-figures", "Niềm tin thấp hơn hẳn so với cùng kỳ năm trước.", "thấp hơn"),
    ("change-figures", "Mức độ hài lòng đã được cải thiện.", "cải thiện"),
    ("change-figures", "Chỉ số đi xuống.", "đi xuống"),
    ("change-fits", "So với quý II/2026: tỷ lệ hài lòng tăng, +3,0 điểm % (−1,0 đến 7,0).", "0"),
    ("change-fits", "So với quý II/2026: tỷ lệ hài lòng tăng, " + FALL + ".", "tăng"),
    ("change-fits", "So với quý II/2026: tỷ lệ hài lòng giảm, " + CHANGE + ".", "giảm"),
    ("never-stable", "Tỷ lệ hài lòng ổn định so với quý trước.", "ổn định"),
    ("never-stable", "So với quý II/2026, kết quả giữ nguyên.", "giữ nguyên"),
    ("never-stable", "Dư luận xã hội trong tỉnh cơ bản ổn định.", "ổn định"),
    ("never-stable", "Satisfaction remained stable at 61.2%.", "stable"),
    ("person-name", "Ông Nguyễn Văn Hùng cho rằng đường xấu.", "Nguyễn Văn Hùng"),
    ("person-name", "Bà Lan ở tổ 5 phản ánh việc này.", "Lan"),
    ("person-name", "Đồng chí Trần Thị Hạnh đã trả lời dân.", "Trần Thị Hạnh"),
    ("phone", "Gọi cho bà con theo số 0912 345 678.", "0912"),
    ("phone", "Số máy +84 912.345.678.", "+84"),
    ("phone", "Điện thoại bàn: 0208 3855 123.", "0208"),
    ("identity-number", "Căn cước 019200001234.", "019200001234"),
    ("identity-number", "Căn cước 019 200 001 234.", "019 200 001 234"),
    ("identity-number", "Chứng minh nhân dân 090123456.", "090123456"),
    ("e-mail", "Gửi về nguyen.van.a@example.vn.", "nguyen.van.a@example.vn"),
    ("quotation", "Một người dân nói: “Đường vào bản lầy lội cả năm không ai sửa”.", "Đường vào bản"),
    ("quotation", "Có ý kiến cho rằng “xã hứa mãi mà chưa thấy làm gì cho dân”.", "xã hứa mãi"),
    ("quotation", "One respondent said: “Nobody has mended the road in ten years”.", "Nobody"),
    ("district-body", "Đề nghị UBND huyện Định Hóa xem xét.", "UBND huyện"),
    ("district-body", "Huyện ủy Đại Từ đã chỉ đạo.", "Huyện ủy"),
    ("district-body", "Công an huyện Phú Bình đã vào cuộc.", "Công an huyện"),
    ("district-body", "Kiến nghị Uỷ ban nhân dân thành phố Sông Công sửa đường.", "thành phố Sông Công"),
    ("district-body", "Chủ tịch huyện trả lời dân trong tháng.", "Chủ tịch huyện"),
    ("decimal-sign", "Tỷ lệ là 61.2 % số người được hỏi.", "61.2"),
    ("decimal-sign", "Tỷ lệ là 61,2 % (57.0–65.3).", "57.0"),
    ("decimal-sign", "61,2% of the respondents were satisfied with it.", "61,2"),
    ("thousands-sign", "Đã hỏi 1,180 người trong quý.", "1,180"),
    ("thousands-sign", "Kết quả từ n = 1180 người.", "1180"),
    ("thousands-sign", "The survey reached 1.180 people in all villages.", "1.180"),
    ("percentage-points", "Tỷ lệ hài lòng tăng 6,0 % (2,0–10,0) so với quý trước.", "điểm %"),
    ("percentage-points", "Tỷ lệ ở thành thị cao hơn nông thôn 8,0 %.", "8,0 %"),
    ("percentage-points", "Mức chênh lệch là 4 % giữa hai nhóm.", "4 %"),
    ("percentage-points", "Satisfaction was 8.0% higher in towns.", "8.0%"),
    ("one-decimal", "Tỷ lệ hài lòng là 61,23 %.", "61,23"),
    ("one-decimal", "Tỷ lệ hài lòng là 61,2 % (57,01–65,33).", "57,01"),
    ("one-decimal", "Chênh lệch là 4,25 điểm %.", "4,25"),
    ("nfc", "Tỷ lệ ha\u0300i lo\u0300ng.", "hài"),
    ("number-line", party(number="Số: 12-BC/BTGDVTU"), "Số: 12"),
    ("number-line", party(number="Số 12/BC-BTGDVTU"), "Số 12/BC"),
    ("number-line", party(number=""), "Số"),
    ("number-line", state(number="Số 15/BC-UBND"), "Số 15"),
    ("number-line", state(number="Số: 15-BC/UBND"), "Số: 15"),
    ("head-of-form", party() + "\nĐộc lập - Tự do - Hạnh phúc", "Quốc hiệu"),
    ("head-of-form", state() + "\nĐẢNG CỘNG SẢN VIỆT NAM", "tiêu đề Đảng"),
    ("recipients", party(recipients=""), "Nơi nhận"),
    ("recipients", state(recipients="- …"), "Nơi nhận"),
    ("recipients", party().replace("Nơi nhận:", ""), "Nơi nhận"),
    ("end-mark", party(end="Hết./."), "./."),
    ("end-mark", state(end="Hết."), "./."),
    ("secrecy-mark", "MẬT\n\nBáo cáo kết quả.", "MẬT"),
    ("secrecy-mark", "Độ mật: TỐI MẬT", "TỐI MẬT"),
    ("secrecy-mark", "TUYỆT MẬT", "TUYỆT MẬT"),
    ("table-base", with_table(head="", rule="", cell=""), "n"),
    ("table-weighted", with_table(notes="Nguồn: khảo sát ý kiến người dân."), "trọng số"),
    ("table-period", with_table(period=""), "kỳ"),
    ("table-source", with_table(notes="Tỷ lệ có trọng số."), "nguồn"),
    ("table-base", "| Câu | Tỷ lệ |\n|---|---|\n| Đường | 61,2 % |\n| Trường | 55,0 % |", "n"),
    ("cause", "Nhờ mô hình “Dân vận khéo”, 61,2 % số người được hỏi hài lòng.", "Nhờ"),
    ("cause", "Tỷ lệ hài lòng là 61,2 % do xã làm tốt.", "do"),
    ("cause", "Việc này đã tác động làm tỷ lệ lên 61,2 %.", "tác động"),
    ("cause", "61.2% were satisfied because of the new road.", "because of"),
    ("official-statistics", "Theo số liệu thống kê từ khảo sát, 61,2 % hài lòng.", "số liệu thống kê"),
    ("official-statistics", "Đây là thống kê chính thức về ý kiến người dân.", "thống kê chính thức"),
    ("official-statistics", "These are official statistics on opinion.", "official statistics"),
    ("ranking", "Huyện Định Hóa đứng đầu, huyện Đại Từ đứng cuối về tỷ lệ hài lòng.", "đứng đầu"),
    ("ranking", "Xếp hạng các địa bàn theo tỷ lệ hài lòng.", "Xếp hạng"),
    ("left-blank", "[Đơn vị soạn thảo bổ sung]", "bổ sung"),
]

FINE = [
    # rule, text that nearly breaks it
    ("quantifier-figures", "Đa số người trả lời hài lòng: 61,2 % (57,0–65,3); n = 1.180."),
    ("quantifier-figures", "61,2 % (khoảng tin cậy 95 %: 57,0 đến 65,3) trong số 1.180 người, tức đa số, hài lòng."),
    ("quantifier-figures", "Các chữ “đa số” và “nhiều ý kiến” chỉ dùng khi khoảng tin cậy cho phép."),
    ("quantifier-figures", "Đa số các xã, phường đã tổ chức đối thoại."),
    ("quantifier-figures", "Khoảng một nửa số thôn nằm ở vùng cao."),
    ("quantifier-figures", "Đồng bào dân tộc thiểu số được hỏi bằng tiếng của mình."),
    ("quantifier-figures", "Phần lớn chênh lệch giữa các địa bàn nằm trong khoảng tin cậy."),
    (
        "quantifier-figures",
        "| Nội dung | Tỷ lệ | n |\n|---|---|---|\n| Đa số người dân hài lòng | 61,2 % (57,0–65,3) | 1.180 |",
    ),
    ("quantifier-figures", "A majority of respondents are satisfied: 61.2% (57.0–65.3); n = 1,180."),
    ("quantifier-figures", "The most recent round took place in August."),
    ("quantifier-fits", "Đa số người trả lời hài lòng: 54,5 % (50,1–59,0); n = 1.180."),
    ("quantifier-fits", "Tuyệt đại đa số người trả lời biết: 87,0 % (85,0–89,0); n = 1.180."),
    ("quantifier-fits", "Khoảng một nửa số người trả lời biết: 50 % (44–56); n = 400."),
    ("quantifier-fits", "Nhiều ý kiến nêu giá cả: 45,0 % (40,0–50,0); n = 1.180."),
    ("quantifier-fits", "Một số ý kiến nêu trộm cắp: 14,0 % (5,0–24,9); n = 1.180."),
    (
        "quantifier-fits",
        "Đa số người trả lời hài lòng: 61,2 % (57,0–65,3); một số ý kiến chưa: 12,0 % (9,0–15,0); n = 1.180.",
    ),
    ("vague-quantifier", "Một bộ phận của bảng hỏi do người dân tự điền."),
    ("change-figures", "So với quý II/2026, tỷ lệ hài lòng tăng 6,0 điểm % (2,0–10,0)."),
    ("change-figures", "So với quý II/2026: tăng, +6,0 (2,0–10,0) điểm %."),
    ("change-figures", "Đề nghị tăng cường đối thoại với dân."),
    ("change-figures", "Đề nghị cải thiện đường sá; ý kiến này được chuyển cho xã."),
    ("change-figures", "Tỷ lệ ở thành thị cao hơn nông thôn 8,0 điểm %."),
    ("change-figures", "Tổng sản phẩm trên địa bàn (GRDP) tăng 7,8 % so với cùng kỳ."),
    ("change-figures", "Chương trình giảm nghèo được hỏi ở câu 12."),
    ("change-figures", "Đề nghị các xã tiếp tục giảm tỷ lệ phiếu để trống so với đợt này."),
    ("change-figures", "So với quý II/2026: chưa thấy thay đổi rõ, −1,0 điểm % (−5,0 đến 3,0)."),
    (
        "change-figures",
        "Bảng 2. Thay đổi (điểm %)\n\n| Câu | So với quý II/2026 |\n|---|---|\n| Đường | tăng +6,0 (2,0–10,0) |",
    ),
    ("change-fits", "So với quý II/2026: tỷ lệ hài lòng tăng, " + CHANGE + "."),
    ("change-fits", "So với quý II/2026: tỷ lệ hài lòng giảm, " + FALL + "."),
    ("change-fits", "So với quý II/2026: tỷ lệ hài lòng tăng, +3 điểm % (0–6)."),
    ("never-stable", "Đời sống của bà con sau tái định cư dần đi vào ổn định."),
    ("never-stable", "Chỗ ở tại địa điểm tái định cư nay đã ổn định."),
    ("never-stable", "Câu hỏi giữ nguyên cách hỏi trong mọi đợt."),
    ("person-name", "Ông/bà hài lòng đến mức nào với việc này?"),
    ("person-name", "Bà con các xã đề nghị sửa đường."),
    ("person-name", "Figures for a briefing: Ba Bể District."),
    ("person-name", "Đồng chí Bí thư Tỉnh ủy đã đối thoại với dân."),
    ("person-name", "Đường Nguyễn Văn Cừ đã sửa xong."),
    ("person-name", "Theo gương Chủ tịch Hồ Chí Minh, khảo sát lắng nghe dân."),
    ("phone", "Tổng đài quốc gia bảo vệ trẻ em: 111."),
    ("phone", "Từ ngày 05/7/2026 đến ngày 20/8/2026, n = 1.180."),
    ("phone", "Mã băm 0912345678abcdef0912345678abcdef0912345678abcdef0912345678abcdef."),
    ("identity-number", "Dự án có vốn 120.000.000.000 đồng."),
    ("identity-number", "Dân số năm 2019: 1.286.751 người."),
    ("e-mail", "Ghi ký hiệu @ trước mã phiếu."),
    ("quotation", "Câu “Ông/bà hài lòng đến mức nào với cuộc sống hiện nay?” được hỏi mọi người."),
    ("quotation", "Đa số chọn “Hài lòng” hoặc “Rất hài lòng”."),
    ("district-body", "UBND huyện Định Hóa (cũ) đã trả lời."),
    ("district-body", "Trước đây, UBND huyện Định Hóa đã trả lời."),
    ("district-body", "Tỷ lệ ở địa bàn huyện Định Hóa là 61,2 % (57,0–65,3)."),
    ("district-body", "Đề nghị UBND xã Định Hóa xem xét."),
    ("district-body", "Học tập cách làm của UBND thành phố Hà Nội."),
    ("district-body", "Báo cáo quý I/2025. Đề nghị UBND huyện Định Hóa xem xét."),
    ("decimal-sign", "Tỷ lệ là 61,2 % (57,0–65,3); n = 1.180."),
    ("decimal-sign", "danvan_study 0.1.0, mục 2.1 và ngày 05.7.2026"),
    ("decimal-sign", "2.1. Đời sống, giá cả"),
    ("decimal-sign", "61.2% of the respondents were satisfied with it."),
    ("thousands-sign", "Đã hỏi 1.180 người năm 2026."),
    ("thousands-sign", "The survey reached 1,180 people in 2026."),
    ("percentage-points", "Tỷ lệ hài lòng tăng 6,0 điểm % (2,0–10,0)."),
    ("percentage-points", "Tỷ lệ tăng từ 55,2 % lên 61,2 %."),
    ("percentage-points", "Giá xăng tăng 5 % trong quý."),
    ("percentage-points", "Satisfaction was 8.0 percentage points higher in towns."),
    ("one-decimal", "Tỷ lệ hài lòng là 61,2 %; hệ số thiết kế 1,43; p = 0,004."),
    ("nfc", "Tỷ lệ hài lòng."),
    ("number-line", party()),
    ("number-line", party(number="Số 12-BC/BTGDVTU")),
    ("number-line", state()),
    ("number-line", state(number="Số: 15/BC-UBND")),
    ("number-line", "Số người trả lời là 1.180."),
    ("head-of-form", party()),
    ("head-of-form", state()),
    ("recipients", party()),
    ("recipients", state()),
    ("end-mark", party()),
    ("end-mark", state()),
    ("secrecy-mark", "Câu trả lời của từng người được giữ bí mật."),
    ("secrecy-mark", "CÂU TRẢ LỜI ĐƯỢC GIỮ BÍ MẬT"),
    ("table-base", with_table()),
    ("table-weighted", with_table()),
    ("table-period", with_table()),
    ("table-source", with_table()),
    (
        "table-base",
        "| Việc | Đơn vị | Hạn |\n|---|---|---|\n| Sửa đường | Xã A | 12/2026 |\n| Cấp nước | Xã B | 01/2027 |",
    ),
    ("cause", "Tỷ lệ tự do nêu ý kiến là 61,2 %; lý do thì không hỏi."),
    ("cause", "Bảng này không cho biết việc nào tác động đến tỷ lệ 61,2 %."),
    ("cause", "Khảo sát do đơn vị độc lập thực hiện."),
    ("official-statistics", "Kết quả khảo sát dư luận, không phải số liệu thống kê nhà nước."),
    ("official-statistics", "Theo số liệu thống kê của Cục Thống kê, giá tiêu dùng tăng 3 %."),
    ("official-statistics", "Survey results, not official statistics."),
    ("ranking", "Không dùng số liệu này để xếp hạng địa bàn."),
    ("ranking", "Vấn đề đứng đầu danh sách là giá cả."),
    ("left-blank", "Trong ngoặc là khoảng tin cậy 95 %."),
]
