"""Words that the search for names goes by: surnames, middle and given names, what stands before a name."""

from __future__ import annotations

from typing import Final

from danvan_study.text import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SURNAMES: Final = _words(
    """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đinh trịnh đoàn lâm mai tô tạ hà cao
    trương châu lưu phùng tăng thái quách kiều la nghiêm thạch vương triệu chu lương nông bế ma hứa hoàng đàm lục lăng
    mạc khổng lại thân tống từ văn vi viên bạch bồ cù doãn giang giáp hình khúc khuất kim lã lạc liễu lò lộc lữ mã nhâm
    nhan ninh ông phí phó quan quản sầm thi thiều tiêu tôn tôn_thất trà trang ứng uông âu dư hạ hàn hầu
    quàng cà lường tòng bạc cầm lèo vì điêu giàng sùng thào vừ vàng hạng lầu cứ mùa sồng tráng thền chang ly
    bàn đặng triệu phàn tẩn lỳ chảo phùng tằng niê siu ksor rmah kpă rơ ayun êban kbuôr mlô hđơk nay rcom kdăm
    điểu thị lơmu cil liêng đinh hồ brôl bnướch zơrâm ploong pơloong alăng
    """
)
"""Surnames as they are written, small letters (Kinh, Hoa, Tày, Nùng, Thái, Mông, Dao, Mường, Khmer, Tây Nguyên)."""

ALSO_WORDS: Final = _words(
    "từ vì lại cứ thị quan viên hình phí mùa ông văn bàn quản trang dư giang hầu la vàng tô cao mai đào do hồ vi chang"
)
"""Surnames that are everyday words as well: at the start of a sentence their capital proves nothing."""

COMMON_SURNAMES: Final = _words("nguyen tran pham hoang huynh phan bui trinh dinh doan vu dang")
"""Surnames that stay names without accents; le (lễ, lẻ), do (do, đó), ho (hộ, họ) or duong (đường) do not."""

MIDDLE: Final = _words(
    """
    văn thị hữu đức xuân đình quang minh kim thanh ngọc hồng công bá thế trọng mạnh quốc gia phước phúc tiến viết doãn
    thu anh bích thuý thúy diệu hoài khánh tuấn việt duy trung mỹ hải đăng nhật tấn vĩnh a mí seo
    """
)
SURE_MIDDLE: Final = _words("văn thị van thi")
SECOND_OF_TWO: Final = _words("kim minh thanh ngọc hồng thu thuý thúy bích phương quỳnh hoài mỹ kiều diệu tuyết bảo")
"""Given names that often have a second one behind them: Minh Khai, Kim Oanh."""

GIVEN: Final = _words(
    """
    tuấn dũng hùng cường thắng tùng sơn hạnh hằng huệ loan nga thuỷ thủy trang yến vân hương lan hoa huyền linh ngân
    oanh phượng quyên thảo thơm tuyết xuyến hiếu hoàng hưng huy khánh khoa kiên lâm long luân mạnh nghĩa nhân phong
    phú quân quang quý sang tài tâm thái thành thịnh thuận toàn trí trung trường tú vinh vũ vương an bình chi đạt đông
    đức giang hà hải hiền hoà hòa liên liễu mai nam ngọc phương phúc tiến thu tình trâm trinh đào cúc dung duyên
    gấm hường kiều lệ lụa luyến lý mận mơ na ngà nguyệt nhàn nhung nụ tơ thoa thêu thìn thuý thúy thương tuyến vui xuân
    bắc biên bốn chiến chính chung công điệp định doanh đoàn đồng du hậu học kha khải khang khôi kỳ lộc lợi lực mùi năng
    ngạn nhật ninh phát quyền quyết tân thạch thắm thế thiện thiệu thông tiệp tính tỉnh toán tráng triều trọng trực tuân
    tuệ văn viên việt vượng hảo bé út hồng hoan hợp hân hiển
    """
)
PLAIN_GIVEN: Final = _words(
    """
    tuấn dũng hùng cường thắng tùng hằng huệ loan nga thuỷ thủy trang yến vân huyền linh ngân oanh phượng quyên tuyết
    hưng huy khoa luân quân toàn vinh vũ trâm trinh duyên hường nguyệt nhung thuý thúy tuân thiệu hiếu long phong đạt
    đức giang hải lan hoa hương mai cúc dung sơn tâm thảo ngọc hiển tư sáu bảy tám chín út
    """
)
"""Given names that are hardly anything else behind ông, bà, anh, chị."""

KIN: Final = _words(
    "ông bà anh chị cô chú bác cậu mợ dì thím dượng em cháu con thằng thầy mẹ bố cụ o mệ ong chi chu ba bac thay"
)
"""What people call one another; a capital behind it begins a name."""

STRICT_KIN: Final = _words("ông bà anh chị cô chú bác mợ thím dượng thằng thầy cụ")
BARE_KIN: Final = _words("ong anh thang thay")
"""Kin terms that are hardly another word when accents are missing (ba, co, chi are)."""
BARE_GIVEN: Final = frozenset(fold(name) for name in PLAIN_GIVEN) - _words(
    "hai hoa huong lan mai long phong dat duc giang tam thao son vu quan cuc dung hieu tu sau bay chin ut hien ngoc"
)

TITLES: Final = tuple(
    sorted(
        (tuple(title.split()) for title in (
            "chủ tịch", "phó chủ tịch", "bí thư", "phó bí thư", "chi bộ", "trưởng thôn", "trưởng xóm", "trưởng bản",
            "trưởng ấp", "trưởng buôn", "trưởng khu", "tổ trưởng", "già làng", "công an", "công an viên", "cán bộ",
            "kế toán", "cô giáo", "thầy giáo", "bác sĩ", "y tá", "hiệu trưởng", "giám đốc", "đồng chí", "trưởng phòng",
            "tôi tên", "tên", "tên là", "tôi là", "mình là", "em là", "họ tên", "vợ chồng", "facebook", "fb", "zalo",
            "gặp", "nhà", "hộ", "tên tôi là", "địa chính", "văn thư", "chủ hộ", "chu tich", "can bo", "toi la",
            "toi ten", "truong thon", "cong an",
        )),
        key=len,
        reverse=True,
    )
)  # fmt: skip
"""Offices and phrases that a name follows."""

PLACE_BEFORE: Final = _words(
    """
    đường phố trường chợ xã phường huyện tỉnh thôn bản ấp buôn viện cầu hồ sông suối khu nghiệp thị_trấn trấn quận ngõ
    đền chùa tốc núi thpt thcs tiểu học hội làng xóm thành cảng biển đảo đèo hang động lễ miếu tượng công_ty ty
    hãng thương siêu vùng miền nước duong pho truong cho xa phuong huyen tinh thon
    """
)
"""A run of capitals behind one of these is a place."""

PLACES: Final = frozenset(
    {
        "hà nội", "hà giang", "hà nam", "hà tĩnh", "hà đông", "thái nguyên", "thái bình", "phan thiết", "phan rang",
        "lâm đồng", "cao bằng", "hồ chí minh", "bác hồ", "lý sơn", "mai châu", "lai châu", "hồ tây", "hà tiên",
        "châu phi", "châu á", "châu âu", "châu mỹ", "thái lan", "mạc tư khoa", "cao lãnh", "trà vinh", "trà my",
        "đinh hợi", "kim bôi", "kim sơn", "ninh bình", "ninh thuận", "bạc liêu", "vĩnh phúc", "đào tạo", "trung quốc",
        "tết nguyên đán", "vàng sjc", "thạch thất", "lục nam", "lục ngạn", "lạng sơn", "tô hiệu", "hình sự",
        "ba na", "ê đê",
    }
)  # fmt: skip
"""Capitals that begin like a name and are none; the study's own areas are added."""

NO_NAMES: Final = _words(
    """
    nhà nước đảng ubnd hđnd mttq mặt trận việt nam kinh tày nùng dao mông thái mường hoa khmer sán chay dìu
    xã thôn phường huyện tỉnh bản xóm tổ hồ kbc cccd cmnd bhyt bhxh vneid zalo facebook tivi internet wifi covid đoàn
    hội chính phủ quốc trung ương trạm trường chợ bệnh viện công an sở phòng ban bí thư chủ tịch hộ tết là và không có
    được phải đi làm hay rất thì mà ở chưa ngoài trong trên dưới mới cũ một của cho với từ nhưng nếu khi đề nghị mong
    ông bà anh chị cô chú bác em cháu con tôi chúng ai nào nào này kia đó đây ấy già trẻ lớn nhỏ ơi ạ nội ngoại
    mầm tiểu trung phổ
    """
)
"""Words that are not a name behind a title, also when they carry a capital."""
