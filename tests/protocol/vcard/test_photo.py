# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import CardError, Photo, VCard
from tests.protocol.vcard.dialects import card

FORMS = [
    ("PHOTO;ENCODING=b;TYPE=JPEG:YWJj", Photo(b"abc", "image/jpeg")),
    ("PHOTO;ENCODING=BASE64;JPEG: YW Jj ", Photo(b"abc", "image/jpeg")),
    ("PHOTO;ENCODING=b:YWI", Photo(b"ab")),
    ("PHOTO:data:image/png;base64,YWJj", Photo(b"abc", "image/png")),
    (r"PHOTO:data:image/png\;base64\,YWJj", Photo(b"abc", "image/png")),
    ("PHOTO:data:,a%20b", Photo(b"a b")),
    ("PHOTO:http://example.org/a.jpg", Photo(uri="http://example.org/a.jpg")),
    ("PHOTO;VALUE=uri:https://ada:x@example.org/a", Photo(uri="https://ada:x@example.org/a")),
    ("PHOTO;VALUE=URL;TYPE=GIF:cid:x", Photo(b"", "image/gif", "cid:x")),
    (
        "PHOTO;MEDIATYPE=image/png:ftp://example.org/a",
        Photo(b"", "image/png", "ftp://example.org/a"),
    ),
    ("PHOTO:https://example.org\r\n /a\r\n .jpg", Photo(uri="https://example.org/a.jpg")),
    ("PHOTO:", None),
    ("PHOTO;VALUE=uri:", None),
    ("PHOTO:data:", None),
    ("PHOTO;ENCODING=b:!!!", None),
    ("PHOTO;ENCODING=b:ä", None),
]


@pytest.mark.parametrize("line, photo", FORMS)
def test_case_148_every_form_of_photo_is_read(line: str, photo: Photo | None) -> None:
    """148. Base64, data URIs and references, folded or empty, are bytes, a URI or no photo."""
    assert photo == VCard.parse(card(line)).photo


def test_a_photo_that_cannot_be_read_hides_no_other() -> None:
    """The first photo that can be read is the photo."""
    assert Photo(b"abc") == VCard.parse(card("PHOTO:", "PHOTO;ENCODING=b:YWJj")).photo


@pytest.mark.parametrize(
    "photo, old, three, four",
    [
        (
            Photo(b"abc", "image/jpeg"),
            "PHOTO;ENCODING=BASE64;TYPE=JPEG:YWJj",
            "PHOTO;ENCODING=b;TYPE=JPEG:YWJj",
            "PHOTO:data:image/jpeg;base64,YWJj",
        ),
        (
            Photo(b"", "image/png", "https://example.org/a,b"),
            "PHOTO;VALUE=URL;TYPE=PNG:https://example.org/a,b",
            "PHOTO;VALUE=uri;TYPE=PNG:https://example.org/a,b",
            "PHOTO;VALUE=uri;MEDIATYPE=image/png:https://example.org/a,b",
        ),
        (Photo(uri="a1:b"), "PHOTO;VALUE=URL:a1:b", "PHOTO;VALUE=uri:a1:b", "PHOTO;VALUE=uri:a1:b"),
        (
            Photo(b"abc"),
            "PHOTO;ENCODING=BASE64:YWJj",
            "PHOTO;ENCODING=b:YWJj",
            "PHOTO:data:;base64,YWJj",
        ),
    ],
)
def test_a_photo_is_written_as_the_version_has_it(
    photo: Photo, old: str, three: str, four: str
) -> None:
    """A photo is base64, a data URI or a reference; what was said of the old one goes with it."""
    for version, line in (("2.1", old), ("3.0", three), ("4.0", four)):
        parsed = VCard.parse(card("a.PHOTO;X-CROP=1:data:,x", "PHOTO:data:,y", version=version))
        parsed.photo = photo

        assert card(f"a.{line}", version=version) == parsed.serialize()
        assert photo == parsed.photo
        parsed.photo = None
        assert card(version=version) == parsed.serialize()


@pytest.mark.parametrize(
    "photo",
    [
        Photo(),
        Photo(b"a", uri="https://example.org"),
        Photo(b"a", "jpeg"),
        Photo(b"a", "image/x\r\ny"),
        Photo(uri="no scheme"),
        Photo(uri="data:,x"),
        Photo(uri="https://a\\b"),
        Photo(uri="https://a\r\nEMAIL:x"),
    ],
    ids=repr,
)
def test_what_is_no_photo_is_refused(photo: Photo) -> None:
    """A photo has bytes or a URI, and nothing in it can become a line."""
    parsed = VCard.parse(card())
    with pytest.raises(CardError):
        parsed.photo = photo

    assert card() == parsed.serialize()
