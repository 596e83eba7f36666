"""GB/T 9704-2012 党政机关公文格式 as constants, and the unit in which official layout counts: one Han character.

Lengths are twips (1/20 pt, 1/1440 inch) unless the name says otherwise, because that is what the file holds.
"""

import unicodedata


def twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


# 5.1, 5.2.1: A4, 天头 37 mm, 订口 28 mm, 版心 156 mm × 225 mm.
PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
TOP, LEFT = twips(37), twips(28)
BOTTOM, RIGHT = twips(35), twips(26)
TYPE_WIDTH = PAGE_WIDTH - LEFT - RIGHT
TYPE_WIDTH_MM = 156

# Sizes in half-points, as a file holds them.
SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4, SIZE_5 = 44, 32, 28, 24, 21

# 5.2.3: 22 lines of 28 characters. 28 × 16 pt is wider than 156 mm, so each character gives up a quarter point;
# a pitch of 580 already gives 21 lines.
LINE = 579
TIGHTER = -5
CHARACTER = SIZE_3 * 10 + TIGHTER
INDENT = 2 * CHARACTER
CHARACTER_4 = SIZE_4 * 10

# 7.2.4: the upper edge of the mark stands 35 mm below that of the type area; 7.2.7: the rule 4 mm below the number.
MARK_DROP = twips(35)
MARK_WIDEST, MARK_SMALLEST, MARK_NARROWEST = 88, 68, 66  # half-points; then letters grow narrower, to 66 %
RED = "FF0000"
RULE_RED, RULE_RED_SPACE = 12, 6  # eighths of a point; points below the line of the number, which itself ends under it
# 7.4.1: first and last rule of 版记 0.35 mm, those between 0.25 mm.
RULE_THICK, RULE_THIN = 8, 6

# 7.5: dash 7 mm below the type area. Distance of the footer's lower edge from the paper's, found by measuring.
FOOTER = twips(25.4)

SONG, FANG, KAI, HEI, BIAO = "宋体", "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"
LATIN = "Times New Roman"
# What a machine without the first name is told to look for, and the form of the letters (panose) to judge the rest by.
SUBSTITUTES = {
    FANG: ("仿宋,FangSong,华文仿宋,STFangsong,FandolFang R", "02010609030101010101", "modern", "fixed"),
    KAI: ("楷体,KaiTi,华文楷体,STKaiti,LXGW WenKai", "02010609030101010101", "modern", "fixed"),
    HEI: ("SimHei,微软雅黑,Microsoft YaHei,Noto Sans CJK SC", "02010609060101010101", "modern", "fixed"),
    BIAO: ("小标宋体,华文中宋,STZhongsong,Noto Serif CJK SC,宋体", "02010601030101010101", "auto", "variable"),
    SONG: ("SimSun,Noto Serif CJK SC", "02010600030101010101", "auto", "variable"),
}


def characters(text: str) -> float:
    """Return how many Han characters wide `text` is: a digit or Latin letter is half of one."""
    return sum(1 if unicodedata.east_asian_width(letter) in "WFA" else 0.5 for letter in text)
