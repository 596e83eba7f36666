"""The styles, fonts, settings and page numbers of every document: GB/T 9704-2012 as Word wants to be told."""

from portal.core.docx.markup import paragraph, run
from portal.core.docx.page import (
    BIAO,
    BOTTOM,
    CHARACTER_4,
    FANG,
    FOOTER,
    HEI,
    INDENT,
    KAI,
    LATIN,
    LEFT,
    LINE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RED,
    RIGHT,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SIZE_5,
    SONG,
    SUBSTITUTES,
    TIGHTER,
    TOP,
)

_EXACT = f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/>'
_INDENTED = f'<w:ind w:firstLineChars="200" w:firstLine="{INDENT}"/>'
_FREE = '<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{line}" w:lineRule="{rule}"/>'


def _font(name: str, latin: str = LATIN) -> str:
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{name}" w:cs="{latin}"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _style(ident: str, name: str, paragraph: str = "", text: str = "", based_on: str = "Normal") -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{ident}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based_on}"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{text}</w:rPr></w:style>'
    )


def _heading(level: int, font: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        '<w:basedOn w:val="Normal"/><w:next w:val="Body"/><w:qFormat/>'
        f'<w:pPr><w:keepNext/>{_INDENTED}<w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr>{_font(font)}</w:rPr></w:style>'
    )


# Everything hangs on Normal: 3号仿宋, 28.95 pt lines, no space between Chinese and digits, no widow control,
# which would leave a page with 21 lines.
STYLES = (
    f"<w:docDefaults><w:rPrDefault><w:rPr>{_font(FANG)}{_size(SIZE_3)}"
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
    '<w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    f'<w:adjustRightInd w:val="0"/>{_EXACT}<w:jc w:val="both"/></w:pPr>'
    f'<w:rPr>{_font(FANG)}<w:spacing w:val="{TIGHTER}"/><w:kern w:val="0"/>{_size(SIZE_3)}</w:rPr></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
    "<w:semiHidden/></w:style>"
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:semiHidden/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    + _style("Body", "公文正文", _INDENTED)
    + "".join(_heading(level, font) for level, font in ((1, HEI), (2, KAI), (3, FANG), (4, FANG)))
    + _style(
        "RedHead",
        "发文机关标志",
        '<w:snapToGrid w:val="0"/><w:jc w:val="center"/>',
        f'{_font(BIAO)}<w:color w:val="{RED}"/><w:spacing w:val="0"/>',
    )
    + _style("Number", "发文字号", '<w:jc w:val="center"/>')
    + _style(
        "DocumentTitle",
        "公文标题",
        '<w:keepNext/><w:snapToGrid w:val="0"/><w:jc w:val="center"/>',
        f'{_font(BIAO)}<w:spacing w:val="0"/>{_size(SIZE_2)}',
    )
    + _style("DraftMark", "稿件说明", '<w:jc w:val="center"/>', _font(KAI))
    + _style("Urgency", "密级和紧急程度", '<w:jc w:val="left"/>', _font(HEI))
    + _style("Addressees", "主送机关", '<w:jc w:val="left"/>')
    + _style("Attachment", "附件说明")
    + _style("Signature", "署名和日期", '<w:keepNext/><w:jc w:val="right"/>')
    + _style("Note", "附注", f"<w:keepNext/>{_INDENTED}")
    + _style("Imprint", "版记", '<w:keepNext/><w:jc w:val="left"/>', f'<w:spacing w:val="0"/>{_size(SIZE_4)}')
    + _style(
        "Caption",
        "图表标题",
        '<w:keepNext/><w:jc w:val="center"/>',
        f'{_font(HEI)}<w:spacing w:val="0"/>{_size(SIZE_4)}',
    )
    + _style(
        "TableText",
        "表格文字",
        _FREE.format(line=300, rule="atLeast") + '<w:ind w:firstLine="0"/>',
        f'<w:spacing w:val="0"/>{_size(SIZE_5)}',
    )
    + _style("TableHead", "表头文字", '<w:keepNext/><w:jc w:val="center"/>', _font(HEI), based_on="TableText")
    + _style("TableNote", "表注", '<w:jc w:val="left"/>', based_on="TableText")
    + _style("PictureLine", "图片", _FREE.format(line=240, rule="auto") + '<w:jc w:val="center"/>')
    + _style("Anchor", "版记位置", _FREE.format(line=20, rule="exact"), _size(2))
    + '<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:basedOn w:val="Normal"/>'
    f'<w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{CHARACTER_4}" w:lineRule="exact"/></w:pPr>'
    f'<w:rPr>{_font(SONG, SONG)}<w:spacing w:val="0"/>{_size(SIZE_4)}</w:rPr></w:style>'
)

SECTION = (
    f'<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
    f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="851" w:footer="{FOOTER}" w:gutter="0"/>'
    f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/>'
)


def page_number(side: str) -> str:
    """Return the footer `— 1 —`, one character in from `side`: right on odd pages, left on even ones."""
    field = f'<w:fldSimple w:instr=" PAGE ">{run("1")}</w:fldSimple>'
    place = f'<w:ind w:{side}="{CHARACTER_4}"/><w:jc w:val="{side}"/>'
    return paragraph("Footer", run("— ") + field + run(" —"), place)


SETTINGS = (
    '<w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
    '<w:drawingGridVerticalSpacing w:val="579"/><w:characterSpacingControl w:val="compressPunctuation"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
)

FONT_TABLE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:panose1 w:val="{panose}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
        for name, (others, panose, family, pitch) in SUBSTITUTES.items()
    )
    + f'<w:font w:name="{LATIN}"><w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/>'
    '<w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)
