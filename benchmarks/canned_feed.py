# SPDX-License-Identifier: Apache-2.0
"""A domain's feed whose every entry is rendered before anyone asks, for `canned_server`.

It serves one question: a page by ``start-index`` and ``max-results``, of entries that never change
and stand in the order of their last changes.  Its fingerprint adds up the keys and the digests of
the entries' own bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final
from urllib.parse import parse_qs, urlsplit

from benchmarks.fingerprint import digest_of, fingerprint_of

FEED = "/m8/feeds/contacts/example.com/full"

_DECLARED = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:batch="http://schemas.google.com/gdata/batch"'
    ' xmlns:gContact="http://schemas.google.com/contact/2008"'
    ' xmlns:gd="http://schemas.google.com/g/2005"'
    ' xmlns:openSearch="http://a9.com/-/spec/opensearch/1.1/"'
)
_REL = "http://schemas.google.com/g/2005#"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<feed gd:etag="W/&quot;canned.&quot;" {declared}>
<id>example.com</id><updated>2026-03-02T09:15:07.412Z</updated><title>example.com's Contacts</title>
<link rel="{rel}feed" type="application/atom+xml" href="{feed}"/>
<link rel="{rel}batch" type="application/atom+xml" href="{feed}/batch"/>{following}
<openSearch:totalResults>{total}</openSearch:totalResults>
<openSearch:startIndex>{start}</openSearch:startIndex>
<openSearch:itemsPerPage>{count}</openSearch:itemsPerPage>
"""
_ENTRY = """<entry gd:etag="&quot;RngzeDVSLyt7I2A9WhRb{key}.&quot;">
<id>http://www.google.com/m8/feeds/contacts/example.com/base/{key}</id>
<updated>{updated}</updated>
<app:edited xmlns:app="http://www.w3.org/2007/app">{updated}</app:edited>
<category scheme="{rel}kind" term="http://schemas.google.com/contact/2008#contact"/>
<title>{given} Łucja {number}</title><content>Met at the trade fair &amp; prefers e-mail.</content>
<link rel="http://schemas.google.com/contacts/2008/rel#photo" type="image/*"\
 href="/m8/feeds/photos/media/example.com/{key}"/>
<link rel="self" type="application/atom+xml" href="{feed}/{key}"/>
<link rel="edit" type="application/atom+xml" href="{feed}/{key}"/>
<gd:name><gd:fullName>{given} Łucja {number}</gd:fullName><gd:givenName>{given}</gd:givenName>\
<gd:familyName>{number}</gd:familyName></gd:name>
<gd:organization rel="{rel}work"><gd:orgName>Analytical Engines</gd:orgName>\
<gd:orgTitle>Engineer</gd:orgTitle></gd:organization>
<gd:email rel="{rel}work" address="{key}@partner.example" primary="true"/>
<gd:email rel="{rel}home" address="{key}@home.example"/>
<gd:phoneNumber rel="{rel}mobile" uri="tel:+44-20-7946-{number}">\
+44 20 7946 {number}</gd:phoneNumber>
<gd:structuredPostalAddress rel="{rel}work"><gd:formattedAddress>12 Harbour Street
{number} London</gd:formattedAddress><gd:street>12 Harbour Street</gd:street>\
<gd:city>London</gd:city><gd:postcode>{number}</gd:postcode></gd:structuredPostalAddress>
<gContact:website href="https://partner.example/{key}" rel="work"/>
<gd:extendedProperty name="crm-id" value="crm-{number}-{key}"/>
</entry>
"""
_GIVEN = ("Ada", "Grace", "Zoë", "Mary", "Alan", "Søren")


def _updated(number: int) -> str:
    seconds, milliseconds = divmod(number * 7, 1000)
    minutes, second = divmod(seconds, 60)
    return f"2026-02-27T{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}.{milliseconds:03d}Z"


@final
@dataclass(slots=True)
class CannedFeed:
    """So many entries, ready to be sent; their links have no host."""

    size: int
    fingerprint: str = field(init=False)
    _entries: list[bytes] = field(init=False)

    def __post_init__(self) -> None:
        keys = [f"{0x6B22B370 + number:x}" for number in range(self.size)]
        texts = [_text(key, number) for number, key in enumerate(keys)]
        self._entries = [f"{text}\n".encode() for text in texts]
        self.fingerprint = fingerprint_of(zip(keys, map(digest_of, texts), strict=True))

    def page(self, target: str) -> list[bytes]:
        """The page that a URL asks for."""
        query = parse_qs(urlsplit(target).query)
        start = int(query.get("start-index", ["1"])[0])
        count = int(query.get("max-results", ["25"])[0])
        stop = start - 1 + count
        following = ""
        if stop < self.size:
            address = f"{FEED}?max-results={count}&amp;start-index={stop + 1}"
            following = f'\n<link rel="next" type="application/atom+xml" href="{address}"/>'
        head = _HEAD.format(
            declared=_DECLARED,
            rel=_REL,
            feed=FEED,
            following=following,
            total=self.size,
            start=start,
            count=count,
        )
        return [head.encode(), *self._entries[start - 1 : stop], b"</feed>\n"]


def _text(key: str, number: int) -> str:
    return _ENTRY.format(
        key=key,
        rel=_REL,
        feed=FEED,
        number=1000 + number,
        given=_GIVEN[number % len(_GIVEN)],
        updated=_updated(number),
    ).strip()
