# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from aiocontacts import VCard
from aiocontacts.protocol.vcard._inline import INLINE, as_binary, as_data
from tests.protocol.vcard.dialects import card

# In vCard 4.0, and the same in 3.0.
PAIRS = [
    ("PHOTO:data:image/jpeg;base64,AAEC", "PHOTO;ENCODING=b;TYPE=JPEG:AAEC"),
    ("PHOTO:data:;base64,AAEC", "PHOTO;ENCODING=b:AAEC"),
    ("LOGO;TYPE=work:data:image/svg+xml;base64,AAEC", "LOGO;ENCODING=b;TYPE=SVG+XML,work:AAEC"),
    ("PHOTO:data:video/mp4;base64,AAEC", "PHOTO;ENCODING=b;TYPE=video/mp4:AAEC"),
    ("PHOTO:data:image/home;base64,AAEC", "PHOTO;ENCODING=b;TYPE=image/home:AAEC"),
    ("SOUND:data:audio/ogg;base64,AAEC", "SOUND;ENCODING=b;TYPE=OGG:AAEC"),
    ("KEY:data:application/pgp-keys;base64,AAEC", "KEY;ENCODING=b;TYPE=PGP:AAEC"),
    ("KEY:data:application/pkix-cert;base64,AAEC", "KEY;ENCODING=b;TYPE=X509:AAEC"),
    ("KEY:data:application/pgp;base64,AAEC", "KEY;ENCODING=b;TYPE=application/pgp:AAEC"),
    ("KEY;VALUE=text:pgp", "KEY;VALUE=text:pgp"),
    ("KEY;VALUE=text:a:b", "KEY;VALUE=text:a:b"),
    ("PHOTO;MEDIATYPE=image/png:https://a/b", "PHOTO;VALUE=uri;TYPE=PNG:https://a/b"),
    ("PHOTO:https://a/b", "PHOTO;VALUE=uri:https://a/b"),
    ("a.PHOTO;ALTID=1:cid:x", "a.PHOTO;VALUE=uri;ALTID=1:cid:x"),
]


def single(raw: str, version: str) -> tuple[VCard, str]:
    parsed = VCard.parse(card(raw, version=version))
    (line,) = parsed.all(*INLINE)
    made = as_binary(parsed, line) if version == "4.0" else as_data(parsed, line)
    return parsed, made.content


@pytest.mark.parametrize("four, three", PAIRS)
def test_case_117_data_is_written_as_either_version_has_it(four: str, three: str) -> None:
    """117. A photo, a logo, a sound and a key have two forms that say the same."""
    assert three == single(four, "4.0")[1]
    assert four == single(three, "3.0")[1]


@pytest.mark.parametrize(
    "raw, made",
    [
        ("PHOTO:data:image/png,%00%01%02", "PHOTO;ENCODING=b;TYPE=PNG:AAEC"),
        ("PHOTO:data:,%00%01%02", "PHOTO;ENCODING=b:AAEC"),
        ("PHOTO;VALUE=URI:data:image/png\\;base64\\,AAEC", "PHOTO;ENCODING=b;TYPE=PNG:AAEC"),
        ("PHOTO;TYPE=jpeg:data:image/jpeg;base64,AAEC", "PHOTO;ENCODING=b;TYPE=jpeg:AAEC"),
        ("PHOTO:data:image/png;base64,@", "PHOTO;VALUE=uri:data:image/png;base64,@"),
        ("PHOTO;ENCODING=b:AAEC", "PHOTO;ENCODING=b:AAEC"),
        ("PHOTO;TYPE=PNG;VALUE=uri:http://a", "PHOTO;TYPE=PNG;VALUE=uri:http://a"),
        ("PHOTO:", "PHOTO:"),
    ],
)
def test_what_is_spelt_oddly_is_understood(raw: str, made: str) -> None:
    """Escaped, percent-encoded and broken URIs are read; what is right already is left alone."""
    assert made == single(raw, "4.0")[1]


@pytest.mark.parametrize(
    "raw, made",
    [
        ("PHOTO;ENCODING=BASE64;TYPE=JPEG: AA EC", "PHOTO:data:image/jpeg;base64,AAEC"),
        ("PHOTO;VALUE=binary;ENCODING=b;TYPE=png:AAEC", "PHOTO:data:image/png;base64,AAEC"),
        ("PHOTO;ENCODING=b:@", "PHOTO;ENCODING=b:@"),
        ("PHOTO;ENCODING=b:", "PHOTO;ENCODING=b:"),
        ("PHOTO;VALUE=uri;TYPE=home:http://a", "PHOTO;TYPE=home:http://a"),
        ("PHOTO:http://a", "PHOTO:http://a"),
        ("KEY:-----BEGIN", "KEY;VALUE=text:-----BEGIN"),
        ("KEY:http://a", "KEY:http://a"),
    ],
)
def test_what_was_written_before_is_understood(raw: str, made: str) -> None:
    """Forms of other programs become a URI where they hold data, and stay where they hold none."""
    assert made == single(raw, "3.0")[1]
