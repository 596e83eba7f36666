"""What two phones come to, what keeps a visit from its end, and what is taken for a photo."""

import io

import pytest
from PIL import Image

from reviews.checks.rules.filling import NOT_APPLICABLE, SIGNATURE, gaps_of
from reviews.checks.rules.merging import ItemEntry, standings_of, was_in_conflict
from reviews.checks.rules.photos import MAX_BYTES, SHOWN_SIDE, PhotoFault, read_photo
from reviews.checks.rules.preset import CHECK_LIST
from tests.reviews.checks.visits import TAKEN, jpeg

YES, NO = True, False


def said(key, value, *bases, note=""):
    return ItemEntry(key, "built", value, note, frozenset(bases))


def standing(*entries):
    return standings_of(entries)["built"]


# --- merging ---


def test_an_entry_takes_the_place_of_what_it_is_based_upon():
    assert (standing(said("a", YES), said("b", NO, "a")).value, len(standing(said("a", YES)).heads)) == (False, 1)


def test_two_who_did_not_know_of_each_other_and_said_different_things_are_in_conflict():
    found = standing(said("a", YES), said("b", NO))
    assert (found.is_conflict, found.value, [head.key for head in found.heads]) == (True, None, ["a", "b"])


def test_two_who_said_the_same_are_not():
    assert standing(said("a", YES), said("b", YES)).value is True


def test_words_beside_no_words_stand_and_different_words_are_a_conflict():
    assert standing(said("a", NO, note="缺记录"), said("b", NO)).note == "缺记录"
    assert standing(said("a", NO, note="缺记录"), said("b", NO, note="有记录")).is_conflict


def test_an_entry_upon_both_settles():
    found = standing(said("a", YES), said("b", NO), said("c", NO, "a", "b"))
    assert (found.is_conflict, found.value) == (NO, False)


def test_a_conflict_upon_one_base_is_one_whatever_each_said_before():
    found = standing(said("a", YES), said("b", NO, "a"), said("c", None, "a"), said("d", YES, "c"))
    assert [head.key for head in found.heads] == ["b", "d"]


def test_a_settled_conflict_is_remembered_and_agreement_is_none():
    settled = (said("a", YES), said("b", NO), said("c", NO, "a", "b"))
    assert (was_in_conflict(settled), was_in_conflict(settled[:1])) == (True, False)
    assert was_in_conflict((said("a", YES), said("b", YES), said("c", NO, "a", "b"))) is False


def test_of_two_that_name_each_other_the_later_one_stands():
    found = standing(said("a", YES, "b"), said("b", NO, "a"))
    assert [head.key for head in found.heads] == ["b"]
    assert [head.key for head in standing(said("a", YES, "a")).heads] == ["a"]


# --- the end of a visit ---


def filled(**changed):
    told = {item.code: (YES, "") for item in CHECK_LIST.items if item.required} | changed
    return standings_of(ItemEntry(code, code, value, note) for code, (value, note) in told.items())


def gaps(standings, *, is_signed=True):
    return [(gap.item, gap.sentence) for gap in gaps_of(CHECK_LIST, standings, photographed=(), is_signed=is_signed)]


def test_a_filled_list_that_is_signed_has_no_gaps():
    assert gaps(filled()) == []


def test_what_is_not_answered_is_named_and_so_is_the_missing_signature():
    left = {code: found for code, found in filled().items() if code != "meetings"}
    assert gaps(left, is_signed=False) == [
        ("meetings", "请填写。"),
        (SIGNATURE, "请在场人员签字，或者写明未签字的原因。"),
    ]


def test_no_and_not_applicable_are_explained():
    assert gaps(filled(meetings=(NO, ""), dues=(NOT_APPLICABLE, ""))) == [
        ("meetings", "请写明具体情况。"),
        ("dues", "请写明具体情况。"),
    ]
    assert gaps(filled(meetings=(NO, "第三季度没有召开"), dues=(NOT_APPLICABLE, "没有党员"))) == []


def test_a_conflict_comes_first():
    both = standings_of([ItemEntry("a", "term", value=True), ItemEntry("b", "term", value=False)])
    assert gaps({**filled(), **both}) == [("term", "两人的记录不一致，请先确认采用哪一个。")]


# --- photos ---


def test_the_shown_copy_is_upright_small_and_tells_neither_place_nor_time_nor_maker():
    photo = read_photo(jpeg((2400, 1800)))
    shown = Image.open(io.BytesIO(photo.shown))
    assert (shown.size, dict(shown.getexif()), shown.info.get("comment")) == ((1200, 1600), {}, None)
    assert b"GPS" not in photo.shown
    assert b"TestPhone" not in photo.shown


def test_time_and_place_are_read_out_for_the_record():
    photo = read_photo(jpeg())
    assert (photo.kind, photo.taken_at) == ("JPEG", TAKEN)
    assert (round(photo.latitude or 0, 4), round(photo.longitude or 0, 4)) == (32.06, 118.78)


def test_a_photo_without_time_and_place_is_a_photo():
    photo = read_photo(jpeg(with_place=False))
    assert (photo.taken_at, photo.latitude, photo.longitude) == ("", None, None)


@pytest.mark.parametrize("kind", ("PNG", "WEBP"))
def test_other_kinds_are_shown_as_jpeg(kind):
    told = io.BytesIO()
    Image.new("RGBA", (3000, 200), (10, 20, 30, 0)).save(told, kind)
    shown = Image.open(io.BytesIO(read_photo(told.getvalue()).shown))
    assert (shown.format, shown.size, shown.getpixel((5, 5))) == ("JPEG", (SHOWN_SIDE, 107), (255, 255, 255))


def png_head(width, height):
    """Return a PNG that claims a size and has no pixels: whoever unpacked it before looking would find out."""
    told = io.BytesIO()
    Image.new("1", (width, height)).save(told, "PNG")
    return told.getvalue()[:100]


@pytest.mark.parametrize(
    ("data", "sentence"),
    (
        (b"", "照片是空的，请重新拍摄。"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "只接收 JPG、PNG、WebP 格式的照片。"),
        (b"GIF89a" + bytes(100), "只接收 JPG、PNG、WebP 格式的照片。"),
        (
            bytes(4) + b"ftypheic" + bytes(100),
            "不接收 HEIC 格式的照片。请在相机设置中把格式改为 JPEG（“兼容性最佳”），重新拍摄。",
        ),
        (png_head(8000, 6251), "照片超过 5000 万像素，请调低相机的分辨率后重新拍摄。"),
        (png_head(13000, 13000), "照片超过 5000 万像素，请调低相机的分辨率后重新拍摄。"),
        (png_head(20000, 20000), "照片超过 5000 万像素，请调低相机的分辨率后重新拍摄。"),
        (jpeg()[:3000], "照片不完整或者已损坏，请重新拍摄。"),
        (b"\xff\xd8\xff" + bytes(MAX_BYTES), "照片超过 20 MB，请调低相机的分辨率后重新拍摄。"),
    ),
    ids=("empty", "svg", "gif", "heic", "pixels", "warned", "bomb", "cut", "bytes"),
)
def test_what_is_not_a_photo_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(PhotoFault) as refusal:
        read_photo(data)
    assert str(refusal.value) == sentence
