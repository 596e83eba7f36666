from django.db.models import TextChoices


class ReportStatus(TextChoices):
    BUILDING = "building", "正在生成"
    DRAFT = "draft", "起草中"
    SUBMITTED = "submitted", "待签发"
    SIGNED = "signed", "已签发，待印发"
    ISSUED = "issued", "已印发"
    WITHDRAWN = "withdrawn", "已撤回"
    DISCARDED = "discarded", "已作废"


# Status -> kind of badge (portal.core.templatetags.portal).
STATUS_BADGES = {
    ReportStatus.BUILDING: "soon",
    ReportStatus.DRAFT: "none",
    ReportStatus.SUBMITTED: "soon",
    ReportStatus.SIGNED: "soon",
    ReportStatus.ISSUED: "good",
    ReportStatus.WITHDRAWN: "bad",
    ReportStatus.DISCARDED: "none",
}


class DocumentKind(TextChoices):
    TEXT = "text", "正文"
    ANNEX = "annex", "附件"


class SupervisionJobKind(TextChoices):
    BUILD_REPORT = "build_report", "生成督查报告"
