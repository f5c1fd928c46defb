"""The dossier of a wave: the impact assessment filled in from the data map, and an index that says what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from danvan_study.field.retention import ANSWER_WORKING_DAYS, ERASE_DAYS, KINDS, STOP_DAYS, due_day
from danvan_study.messages import told
from danvan_study.publish import words
from danvan_study.publish.as_docx import set_docx
from danvan_study.publish.blocks import Block, Bullets, Document, Facts, Heading, Paragraph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from danvan_study.codebook import Codebook
    from danvan_study.messages import Words
    from danvan_study.study import Study, Wave

TO_FILL = "[cơ quan điền]"
ABOUT_IMPACT = (
    "Bản nháp điền sẵn từ khai báo của cuộc khảo sát; cơ quan kiểm tra, điền tiếp và chuyển sang mẫu số 10 của Nghị "
    "định 356/2025/NĐ-CP."
)
IMPACT_FIELDS = {
    "controller_address": "Địa chỉ, người đại diện của bên kiểm soát",
    "protection_officer": "Người, bộ phận phụ trách bảo vệ dữ liệu và cách liên hệ",
    "legal_basis": "Văn bản giao nhiệm vụ khảo sát",
    "processors": "Bên xử lý dữ liệu khác (máy chủ, đơn vị thuê), hợp đồng",
    "residual_risk": "Đánh giá của cơ quan về rủi ro còn lại",
    "approved_by": "Người duyệt và ngày duyệt",
}
"""What only the office knows: keys of ``data/field/<wave>/impact.toml``."""
PROTECTION = (
    "Không ghi họ tên, số điện thoại, địa chỉ, vị trí, âm thanh; phiếu chỉ mang mã ngẫu nhiên.",
    "Số liệu gốc mã hoá (age, X25519) ngay khi nhận; khoá để ngoài thư mục khảo sát.",
    "Liên lạc của người đồng ý cho gọi lại: tệp riêng, thư mục riêng, khoá khác; mỗi lần mở có ghi sổ.",
    "Mã trên mảnh giấy tách khỏi phiếu, huỷ khi khoá sổ; sau đó không ai nối lại được.",
    "Chỉ công bố số tổng hợp qua ngưỡng; không có điểm số hay danh sách cá nhân, thôn, cán bộ.",
    "Mọi thay đổi số liệu, mọi lần rút, mọi lần huỷ đều có dòng ghi, dòng sau mang mã băm của dòng trước.",
)
RISKS = (
    ("Nhận ra người trả lời từ nhóm nhỏ", "Ngưỡng công bố theo số người và số thôn; gộp mức trả lời hiếm."),
    ("Lộ phiếu khi mất máy", "Phiếu mã hoá; máy chủ chỉ nhận, không cho điều tra viên xem phiếu người khác."),
    ("Người dân ngại từ chối", "Đồng ý riêng từng mục đích, không chọn sẵn; từ chối không mất gì; ghi tỷ lệ từ chối."),
    ("Chuyển dữ liệu ra nước ngoài", "Cảnh báo khi máy chủ không nằm trong danh sách được phép."),
    ("Dùng ý kiến để xử lý cá nhân", "Không có chức năng nối phiếu với người; cấm nhận dạng lại."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the dossier."""

    title: str
    """In Vietnamese."""
    files: tuple[str, ...]
    """Inside the dossier's folder."""
    missing: tuple[Words, ...] = ()
    """What is still to be brought, and how."""


def impact_assessment(
    study: Study, wave: Wave, *, codebook: Codebook, told: Mapping[str, str], simulated: bool
) -> bytes:
    """Return the assessment of the impact on personal data as DOCX, seven parts, in Vietnamese.

    After article 21 of law 91/2025/QH15 and article 19 of decree 356/2025/NĐ-CP: to be filed within 60 days of the
    first processing, on form no. 10 of the decree. What only the office knows stands as :data:`TO_FILL`; a lawyer
    confirms the rest.

    Parameters
    ----------
    told
        By key of :data:`IMPACT_FIELDS`.
    """
    said = {key: told.get(key, "").strip() or TO_FILL for key in IMPACT_FIELDS}
    blocks: list[Block] = [
        Paragraph(text=ABOUT_IMPACT, style="note"),
        Heading(text="1. Bên kiểm soát và bên xử lý"),
        Facts(rows=_controllers(study, said)),
        Heading(text="2. Mục đích và căn cứ"),
        Facts(rows=_purposes(study, wave, said)),
        Heading(text="3. Người và loại dữ liệu"),
        Facts(rows=(
            ("Người", study.population),
            ("Câu hỏi", f"{_asked(codebook)} câu, phiếu {codebook.form_id} bản {codebook.version}"),
            ("Dữ liệu nhạy cảm", "Ý kiến về việc chung được coi là quan điểm chính trị, thuộc loại nhạy cảm."),
        )),
        *_data_map(study, wave),
        Heading(text="6. Biện pháp bảo vệ"),
        Bullets(items=PROTECTION),
        Heading(text="7. Rủi ro và mức còn lại"),
        Facts(rows=RISKS),
        Facts(rows=tuple((IMPACT_FIELDS[key], said[key]) for key in ("residual_risk", "approved_by"))),
    ]  # fmt: skip
    return _set("Đánh giá tác động xử lý dữ liệu cá nhân", study, wave, blocks=blocks, simulated=simulated)


def _controllers(study: Study, said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return (
        ("Bên kiểm soát", study.sponsor),
        ("Bên thực hiện", study.conducted_by),
        ("Liên hệ", study.contact),
        *((IMPACT_FIELDS[key], said[key]) for key in ("controller_address", "protection_officer", "processors")),
        ("Máy chủ", study.kobo.server or "không dùng máy chủ"),
    )


def _purposes(study: Study, wave: Wave, said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    consent = ", ".join(item.question for item in study.design.consent)
    return (
        ("Mục đích", "Biết ý kiến của người dân để báo cáo chung; không dùng cho việc với từng người."),
        ("Căn cứ", f"Sự đồng ý của từng người, ghi trước mọi câu hỏi khác: {consent}."),
        (IMPACT_FIELDS["legal_basis"], said["legal_basis"]),
        ("Thời gian thu thập", f"{wave.start:%d/%m/%Y} đến {wave.end:%d/%m/%Y}"),
    )


def _data_map(study: Study, wave: Wave) -> list[Block]:
    """Return parts 4 and 5: what is held, who may see it, until when."""
    held = tuple(
        (words.capital(kind.title.told("vi")), f"{words.capital(kind.holds)}. Được xem: {kind.who}.") for kind in KINDS
    )
    until = tuple((words.capital(kind.title.told("vi")), _until(due_day(kind.name, wave))) for kind in KINDS)
    days = (
        f"Yêu cầu rút lại: trả lời trong {ANSWER_WORKING_DAYS} ngày làm việc, ngừng dùng trong {STOP_DAYS} ngày, "
        f"xoá trong {ERASE_DAYS} ngày. Bản sao: {', '.join(study.backups) or 'không có'}."
    )
    return [
        Heading(text="4. Hoạt động xử lý và người được xem"),
        Facts(rows=held),
        Heading(text="5. Thời hạn lưu giữ và huỷ"),
        Facts(rows=until),
        Paragraph(text=days),
    ]


def left_to_fill(told: Mapping[str, str]) -> list[str]:
    """Return what of the impact assessment the office has still to say."""
    return [text for key, text in IMPACT_FIELDS.items() if not told.get(key, "").strip()]


def dossier_index(study: Study, wave: Wave, *, parts: Sequence[Part], simulated: bool) -> bytes:
    """Return the index of the dossier as DOCX: every part with its files, and what is missing."""
    rows = tuple(
        (f"{number:02}. {part.title}", f"{'Thiếu' if part.missing else 'Đủ'}. {', '.join(part.files)}".strip())
        for number, part in enumerate(parts, 1)
    )
    missing = [f"{part.title}: {told(what, 'vi')}" for part in parts for what in part.missing]
    blocks: list[Block] = [
        Heading(text="Các phần"),
        Facts(rows=rows),
        Heading(text="Còn thiếu"),
        Bullets(items=tuple(missing)) if missing else Paragraph(text="Không thiếu phần nào."),
    ]
    return _set("Hồ sơ đợt khảo sát", study, wave, blocks=blocks, simulated=simulated)


def _set(kicker: str, study: Study, wave: Wave, *, blocks: Sequence[Block], simulated: bool) -> bytes:
    texts = words.phrases("vi")
    document = Document(
        language="vi",
        kicker=kicker,
        title=study.name["vi"],
        period=f"Đợt {wave.id}",
        disclaimer="Tài liệu nội bộ",
        simulated=texts["simulated"] if simulated else "",
        simulated_note=texts["simulated_note"] if simulated else "",
        blocks=tuple(blocks),
    )
    return set_docx(document, dated=wave.end)


def _asked(codebook: Codebook) -> int:
    return sum(question.is_asked for question in codebook.questions)


def _until(day: date) -> str:
    return "Giữ lâu dài (không có dữ liệu cá nhân)" if day == date.max else f"Đến hết ngày {day:%d/%m/%Y}"
