"""Rules about associations and their leaders: pure functions and constants, each with its source."""

import re
import unicodedata

from associations.choices import AssociationKind, Membership, PostTitle

# 负责人 = chair, vice chairs, secretary-general (民发〔2015〕166号第二条); honorary posts, advisers, directors, supervisors
# and deputy secretaries-general are not leaders. An executive chair is a vice chair who runs daily work.
LEADER_TITLES = (PostTitle.CHAIR, PostTitle.EXECUTIVE_CHAIR, PostTitle.VICE_CHAIR, PostTitle.SECRETARY_GENERAL)
SUPERVISOR_TITLES = (PostTitle.CHIEF_SUPERVISOR, PostTitle.SUPERVISOR)
PARTY_MEMBERSHIPS = (Membership.FORMAL, Membership.PROBATIONARY)

ASSOCIATION_TERM_YEARS = 5  # 民发〔2015〕166号：每届任期不超过五年
ASSOCIATION_TERMS_IN_A_ROW = 2  # 民发〔2015〕166号：连任不超过两届

USCC_LENGTH = 18  # GB 32100-2015, 4.1
# GB 32100-2015, table 1: digits and capital letters without I, O, S, V, Z.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def normal_uscc(text: str) -> str:
    """Return a credit code in its one form: half width, capital letters, without blanks or hyphens."""
    return re.sub(r"[\s\-\u2010\u2013\u2014_]+", "", unicodedata.normalize("NFKC", text)).upper()


def uscc_check_character(first17: str) -> str:
    """Return the 18th character for the first 17: weights 3^(i-1) mod 31, remainder 0 gives `0` (GB 32100-2015, 附录 A).

    Raises ValueError for a character outside the alphabet.
    """
    total = sum(USCC_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first17))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def uscc_fault(code: str) -> str | None:
    """Return what is wrong with a normalised credit code, as `length`, `character` or `check`; None when it is valid."""
    if len(code) != USCC_LENGTH:
        return "length"
    if any(character not in USCC_ALPHABET for character in code):
        return "character"
    return None if uscc_check_character(code[:-1]) == code[-1] else "check"


USCC_FAULTS = {
    "length": "统一社会信用代码应为 18 位。",
    "character": "统一社会信用代码只含数字和大写字母（不用 I、O、S、V、Z）。",
    "check": "统一社会信用代码的末位校验码不对，请核对是否抄错。",
}


def kind_of(name: str) -> AssociationKind:
    """Return the kind that a name tells: …商会 is a chamber, until someone says otherwise."""
    return AssociationKind.CHAMBER if name.strip().endswith("商会") else AssociationKind.ASSOCIATION


_TITLES: tuple[tuple[str, PostTitle], ...] = (
    (r"名誉|荣誉|终身", PostTitle.HONORARY),
    (r"顾问", PostTitle.ADVISER),
    (r"监事长|监事会主席|监事会主任|首席监事", PostTitle.CHIEF_SUPERVISOR),
    (r"监事", PostTitle.SUPERVISOR),
    (r"(副|助理)秘书长|秘书长助理", PostTitle.DEPUTY_SECRETARY_GENERAL),
    (r"秘书长", PostTitle.SECRETARY_GENERAL),
    (r"执行(会长|理事长|主席)|常务(会长|理事长)$", PostTitle.EXECUTIVE_CHAIR),
    (r"副(会长|理事长|主席|主任)|(会长|理事长)助理", PostTitle.VICE_CHAIR),
    (r"会长|理事长|主席|主任委员", PostTitle.CHAIR),
    (r"理事|委员", PostTitle.DIRECTOR),
)


def title_of(text: str) -> PostTitle:
    """Return the post that a wording names: 轮值会长 is a chair, 常务副会长 a vice chair, what is not known 其他."""
    if re.search(r"(会长|理事长)助理", text):
        return PostTitle.OTHER
    return next((title for pattern, title in _TITLES if re.search(pattern, text)), PostTitle.OTHER)


_NO_MEMBERS = re.compile(
    r"群众|民主|民[革盟建进]|农工|致公|九三|台盟|无党派|非党|非中共|团员|无$|^无|^否|^×|积极分子|发展对象"
)


def membership_of(text: str) -> Membership:
    """Return the Party membership that a wording of 政治面貌 tells: 预备 apart, every other Party's members are not members."""
    if re.search(r"预备", text):
        return Membership.PROBATIONARY
    if _NO_MEMBERS.search(text):
        return Membership.NONE
    return Membership.FORMAL if re.search(r"党员|中共|^[是√有Y]$|^党$", text) else Membership.NONE
