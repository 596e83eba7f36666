"""Data from phones: photos with a place in them, entries, signatures; rows without services where a test wants them."""

import datetime
import io
import json
import uuid
from typing import Any

from django.core.files.base import ContentFile
from PIL import ExifTags, Image

from portal.core.models import User
from reviews.checks.models.visits import Visit, VisitPhoto
from reviews.checks.rules.batches import Batch, SentEntry, SentSignature
from tests import recipes

MOMENT = datetime.datetime(2024, 9, 2, 2, 30, tzinfo=datetime.UTC)
DEVICE = uuid.UUID(int=7)
TAKEN = "2024:09:02 10:30:00"
STROKES = [[[100, 200], [300, 120], [500, 260]]]


def jpeg(size: tuple[int, int] = (2400, 1800), *, colour: str = "teal", with_place: bool = True) -> bytes:
    """Return a photo as a phone takes it: with time, place and maker in it."""
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    if with_place:
        exif[ExifTags.Base.Make] = "TestPhone"
        exif[ExifTags.Base.Orientation] = 6
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = TAKEN
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N",
                ExifTags.GPS.GPSLatitude: (32.0, 3.0, 36.0),
                ExifTags.GPS.GPSLongitudeRef: "E",
                ExifTags.GPS.GPSLongitude: (118.0, 46.0, 48.0),
            }
        )
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, comment=b"32.06N 118.78E")
    return buffer.getvalue()


def photo_of(visit: Visit) -> VisitPhoto:
    photo = VisitPhoto(visit=visit, client_id=uuid.uuid4(), item="built", sha256="0" * 64, taken_by=recipes.user.make())
    photo.original.save("photo.jpg", ContentFile(b"sealed"), save=False)
    photo.shown.save("photo.jpg", ContentFile(b"shown"), save=False)
    photo.save()
    return photo


def entry(sequence: int, item: str = "built", *, value: Any = True, **more: Any) -> SentEntry:
    fields = {
        "client_id": uuid.uuid4(),
        "device": DEVICE,
        "note": "",
        "bases": (),
        "entered_at": MOMENT,
        **more,
    }
    return SentEntry(sequence=sequence, item=item, value=value, **fields)


def signature(**more: Any) -> SentSignature:
    fields = {
        "client_id": uuid.uuid4(),
        "name": "王建国",
        "post": "秘书长",
        "strokes": (((100, 200), (300, 120)),),
        "refusal": "",
        **more,
    }
    return SentSignature(**fields)


def batch(user: User, *entries: SentEntry, signatures: tuple[SentSignature, ...] = ()) -> Batch:
    return Batch(user=user.pk, entries=entries, signatures=signatures)


def sent(user: User, *entries: SentEntry, signatures: tuple[SentSignature, ...] = ()) -> dict[str, str]:
    """Return what the phone page posts for these entries and signatures."""
    batch_data = {
        "user": user.pk,
        "entries": [
            {
                "client_id": str(each.client_id),
                "device": str(each.device),
                "sequence": each.sequence,
                "item": each.item,
                "value": each.value,
                "note": each.note,
                "bases": list(each.bases),
                "entered_at": each.entered_at.isoformat(),
            }
            for each in entries
        ],
        "signatures": [
            {
                "client_id": str(each.client_id),
                "name": each.name,
                "post": each.post,
                "strokes": [[list(point) for point in stroke] for stroke in each.strokes],
                "refusal": each.refusal,
            }
            for each in signatures
        ],
    }
    return {"batch": json.dumps(batch_data, ensure_ascii=False)}
