"""Words that carry a feeling, for the sake of polarity and act; written for this kit."""

from __future__ import annotations

from typing import Final

POSITIVE: Final = (
    "tốt", "hài lòng", "đẹp", "nhiệt tình", "nhanh", "cảm ơn", "ủng hộ", "thuận tiện", "dễ", "yên tâm", "sạch sẽ",
    "công bằng", "quan tâm", "tận tình", "chu đáo", "vui", "ổn", "đoàn kết", "an toàn", "tiến bộ", "khá hơn",
    "kịp thời",
    "phấn khởi", "đồng thuận", "tin tưởng", "hiệu quả", "rõ ràng", "minh bạch", "đầy đủ", "giảm bớt", "đỡ hơn",
)  # fmt: skip
NEGATIVE: Final = (
    "xấu", "kém", "thiếu", "chậm", "khó", "khổ", "lo", "bức xúc", "hỏng", "ngập", "bẩn", "ô nhiễm", "đắt", "thấp",
    "mất",
    "thất vọng", "vất vả", "phiền", "cáu gắt", "không công bằng", "lầy lội", "xuống cấp", "yếu", "nhũng nhiễu",
    "vòi vĩnh",
    "sách nhiễu", "quá tải", "sợ", "nợ", "thất nghiệp", "trộm", "nghiện", "lừa đảo", "bỏ hoang", "hẹn đi hẹn lại",
    "xa quá",
    "không có", "chưa có", "không ai", "chưa được", "quá hạn", "tồi", "tệ", "chán", "hư", "lỗi",
)  # fmt: skip
REQUEST: Final = (
    "đề nghị", "mong", "kiến nghị", "cần", "nên", "xin", "yêu cầu", "phải có", "muốn", "bao giờ", "hãy", "giúp",
)  # fmt: skip
