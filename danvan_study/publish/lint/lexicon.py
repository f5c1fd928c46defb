"""Words that the rules look for, in both languages; a rule that finds none of them has nothing to say."""

from __future__ import annotations

import re
from typing import Final

_PEOPLE: Final = r"(?:số )?(?:người|ý kiến|nhân dân|dân|bà con|cử tri|hộ|quần chúng|đồng bào|phiếu|những người)"
_NOT_PEOPLE: Final = (
    r"(?! (?:số |các )*(?:xã|phường|huyện|thôn|bản|xóm|tổ dân phố|địa bàn|đơn vị"
    r"|câu|chênh lệch|năm|quý|tuyến|diện tích))"
)
_PERSONS: Final = r"(?:(?:of )?(?:the |all )?(?:people|respondents|residents|persons|households|opinions|those asked))"


def _compiled(patterns: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {key: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) for key, pattern in patterns.items()}


QUANTIFIERS: Final = {
    "vi": _compiled(
        {
            "overwhelming_majority": rf"(?:tuyệt đại đa số|đại đa số){_NOT_PEOPLE}|đại bộ phận {_PEOPLE}"
            rf"|(?:hầu hết|hầu như tất cả|gần như tất cả) {_PEOPLE}",
            "majority": rf"(?<!đại )đa số{_NOT_PEOPLE}"
            rf"|(?:phần lớn|phần đông|quá nửa|hơn (?:một )?nửa|trên (?:một )?nửa) {_PEOPLE}",
            "about_half": rf"(?:(?:khoảng|gần|chừng) (?:một )?|một )nửa{_NOT_PEOPLE}",
            "many": r"nhiều (?:ý kiến|người|hộ|bà con|cử tri)",
            "some": r"một số (?:ý kiến|người|hộ|bà con|cử tri)|vài ý kiến",
        }
    ),
    "en": _compiled(
        {
            "overwhelming_majority": rf"(?:an? )?(?:overwhelming|vast|great) majority|(?:almost|nearly) all {_PERSONS}",
            "majority": rf"(?<!overwhelming )(?<!vast )(?<!great )majority|most {_PERSONS}|(?:more than|over) half",
            "about_half": r"(?:about|around|roughly|nearly|almost) half|half of",
            "many": rf"many {_PERSONS}",
            "some": rf"some {_PERSONS}|a few {_PERSONS}|several {_PERSONS}",
        }
    ),
}
"""Phrases by the rule of :func:`danvan_study.publish.words.quantifier` that they fall under."""

VAGUE: Final = {
    "vi": re.compile(
        rf"(?<!\w)(?:không ít|khá đông|đông đảo|một bộ phận|không nhiều|rất nhiều) {_PEOPLE}(?! nhất)(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(rf"(?<!\w)(?:a number of|quite a few|few|a portion of) {_PERSONS}(?!\w)", re.IGNORECASE),
}

_BEFORE: Final = r"(?: hẳn| nhiều| rõ rệt)?(?: so với)?(?= (?:quý|kỳ|đợt|năm|cùng kỳ|lần) )"
RISE: Final = {
    "vi": re.compile(
        r"(?<!\w)(?:(?<!gia )tăng(?! (?:cường|tốc|ca|gia|giá|lương|trưởng|ít hơn|nhiều hơn))|gia tăng"
        rf"|cao hơn{_BEFORE}|đi lên|(?:được|đã) cải thiện)(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?<!\w)(?:rose|risen|increased?|grew|grown|improved|went up|gone up|rise|rising|up(?=[,;:\n]|$| \|))(?!\w)",
        re.IGNORECASE,
    ),
}
FALL: Final = {
    "vi": re.compile(
        rf"(?<!\w)(?:giảm(?! (?:nghèo|thiểu|tải|nhẹ|bớt|trừ|giá|dần))|thấp hơn{_BEFORE}|đi xuống)(?!\w)", re.IGNORECASE
    ),
    "en": re.compile(
        r"(?<!\w)(?:fell|fallen|decreased?|declined?|dropped|worsened|went down|gone down|down(?=[,;:\n]|$| \|))(?!\w)",
        re.IGNORECASE,
    ),
}
MEASURE: Final = {
    "vi": re.compile(
        r"so với|tỷ lệ|tỉ lệ|chỉ số|(?<!địa )(?<!thời )(?<!quan )(?<!đặc )điểm|%"
        r"|hài lòng|tin tưởng|niềm tin|ủng hộ|đồng tình|(?<!\w)mức|số người|ý kiến",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"compared (?:with|to)|against|share|percent|%|points?|index|satisf|trust|support|number of|opinion",
        re.IGNORECASE,
    ),
}
"""What makes a sentence one about figures."""
NOT_OPINION: Final = {
    "vi": re.compile(
        r"(?:giá|lương|chi phí|thu nhập|cpi|gr?dp|vốn|sản lượng|dân số|số vụ|tội phạm|đơn thư|tiêu dùng|tổng sản phẩm"
        r"|kim ngạch|ngân sách|hộ nghèo|tăng trưởng|sản xuất|xuất khẩu|du khách)[^,.;:]{0,40}$",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?:prices?|wages?|costs?|cpi|gr?dp|income|population|output|exports|budget)[^,.;:]{0,40}$", re.IGNORECASE
    ),
}
"""What rises and falls without being asked of people; stands before the word."""
WISH: Final = {
    "vi": re.compile(
        r"(?<!\w)(?:đề nghị|kiến nghị|đề xuất|cần|phải|nhằm|để|góp phần|tiếp tục|nên|mong|muốn|mục tiêu"
        r"|phấn đấu|sẽ|hãy)(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(r"(?<!\w)(?:should|must|propose|ask|wish|aim|will|in order to|need)(?!\w)", re.IGNORECASE),
}
"""What makes a sentence a wish, and no claim."""
STABLE: Final = {
    "vi": re.compile(r"(?<!\w)(?:ổn định|giữ nguyên|không (?:thay )?đổi|giữ vững|đi ngang)(?!\w)", re.IGNORECASE),
    "en": re.compile(r"(?<!\w)(?:stable|unchanged|steady|did not change|no change)(?!\w)", re.IGNORECASE),
}
NEGATED: Final = {
    "vi": re.compile(r"(?:không|chưa|chẳng|đừng|không được|không phải)(?: \w+){0,6} ?$", re.IGNORECASE),
    "en": re.compile(r"(?:not|no|never|nor|cannot)(?: \w+){0,6} ?$", re.IGNORECASE),
}
"""What takes back the word behind it."""
CAUSE: Final = {
    "vi": re.compile(
        r"(?<!\w)(?:nhờ(?! có trọng số)|tác động|làm (?:tăng|giảm|cho)|dẫn đến|dẫn tới|khiến"
        r"|(?<!tự )(?<!lý )(?<!lí )do"
        r"(?! đó| vậy| ai| máy| người dân| cơ quan| đơn vị| điều tra viên| từ chối| hiểu| nhớ)"
        r"|bởi vì|vì(?! vậy| thế| việc| có| dưới))(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?<!\w)(?:because of|thanks to|due to|caused by|led to|as a result of|owing to)(?!\w)", re.IGNORECASE
    ),
}
OFFICIAL: Final = {
    "vi": re.compile(r"số liệu thống kê|thống kê (?:chính thức|nhà nước|quốc gia)|chỉ tiêu thống kê", re.IGNORECASE),
    "en": re.compile(r"official statistics?|statistical data of the state", re.IGNORECASE),
}
OFFICE_OF_STATISTICS: Final = re.compile(
    r"(?:tổng )?cục thống kê|chi cục thống kê|niên giám|tổng điều tra|statistics office|census", re.IGNORECASE
)
OPINION: Final = {
    "vi": re.compile(r"khảo sát|ý kiến|dư luận|người trả lời|hài lòng|tin tưởng|được hỏi", re.IGNORECASE),
    "en": re.compile(r"survey|opinion|respondent|satisf|trust|asked", re.IGNORECASE),
}
RANK: Final = {
    "vi": re.compile(
        r"(?<!\w)(?:đứng (?:đầu|cuối|thứ|nhất|chót)|xếp (?:thứ|hạng|nhất)|dẫn đầu|đội sổ|bảng xếp hạng)(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?<!\w)(?:ranks? (?:first|last|second)|ranking|top of the table|league table)(?!\w)", re.IGNORECASE
    ),
}
AREA: Final = {
    "vi": re.compile(
        r"(?<!\w)(?:huyện|xã|phường|thị xã|địa bàn|thành phố|thôn|bản|xóm|tổ dân phố|cán bộ|chủ tịch)(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(r"(?<!\w)(?:districts?|communes?|wards?|towns?|villages?|areas?|officials?)(?!\w)", re.IGNORECASE),
}
SAID: Final = re.compile(
    r"(?<!\w)(?:nói|cho biết|cho rằng|chia sẻ|bày tỏ|phản ánh|kể|trả lời|bức xúc|than|tâm sự|lời|nêu rõ|viết|khẳng định"
    r"|said|says|told|wrote|answered|complained|stated|in the words)(?:\s+(?:rằng|là|us|that))?\s*[:,]?\s*$",
    re.IGNORECASE,
)
"""What comes before somebody's own words."""
