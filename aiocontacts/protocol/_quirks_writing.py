# SPDX-License-Identifier: Apache-2.0
"""The quirks of writing, and of what a server says when it does not do what it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ._quirk import Quirk

WRITING: Final[Mapping[str, Quirk]] = {
    # Writing
    "add-by-post": Quirk(
        "A new card is posted to the book, whether it tells of add-member (RFC 5995) or not.",
        "Posted there.",
        "doc",
        "Google's CardDAV page",
    ),
    "names-itself": Quirk(
        "A card that is put under a name of ours is stored under another, which Location tells.",
        "Location is followed.",
        "trace",
        "Google: vdirsyncer 1223",
    ),
    "uid-replaced": Quirk(
        "A new card gets another UID.",
        "The stored card is read back; a lost answer is looked for by content, not by UID.",
        "code",
        "Google: carddavclient",
    ),
    "cards-rewritten": Quirk(
        "The stored card is not the one that was sent, though a strong entity tag comes back.",
        "What was written is read back.",
        "code",
        "Google: carddavclient; iCloud: nametag; Radicale sorts the lines",
    ),
    "no-etag-after-put": Quirk(
        "A PUT is answered without an entity tag.",
        "What was written is read back.",
        "doc",
        "sabre/dav, where it changed the card",
    ),
    "etag-aside": Quirk(
        "A proxy takes ETag from the answers, which have OC-ETag too.",
        "OC-ETag counts where a card comes with it; what was written is read back.",
        "report",
        "Nextcloud 6657 and 14103",
    ),
    "if-match-ignored": Quirk(
        "If-Match is not checked: the last writer wins.",
        "The entity tag is compared just before the write.",
        "code",
        "Google: carddavclient",
    ),
    "conflict-as-400": Quirk(
        "A stale entity tag, a card that is gone and one that is refused are all a bare 400.",
        "The card is read to find out which.",
        "code",
        "Google: nametag",
    ),
    "name-wanted": Quirk(
        "A card without N is answered 400.",
        "An empty one is sent, and a card without FN gets one made of what else it has.",
        "code",
        "Google: Thunderbird",
    ),
    "vcard-3-only": Quirk(
        "Cards of vCard 4.0 are refused, or lose what 3.0 writes in another way (photos).",
        "They are written as 3.0, whatever the book says of itself.",
        "code",
        "Google: Thunderbird",
    ),
    "types-refused": Quirk(
        "An unknown TYPE of EMAIL, TEL or ADR is answered 400; of several, one is kept.",
        "One that it knows is sent; what the others say becomes the label (X-ABLabel).",
        "code",
        "Google: nametag, its pull request 232",
    ),
    "extensions-dropped": Quirk(
        "Properties and parameters that it does not know are dropped.",
        "What it has another name for is sent under that; a day without a year as --MMDD.",
        "code",
        "Google: SyncEvolution, Evolution, carddavclient",
    ),
    "empty-extensions-refused": Quirk(
        "An extension (X-...) without a value is answered 500.",
        "It is left out.",
        "code",
        "Yahoo, X-GENDER: SyncEvolution",
    ),
    "dashed-birthdays": Quirk(
        "A BDAY without dashes, 18151210, is dropped.",
        "It is sent with them.",
        "code",
        "Yahoo: SyncEvolution",
    ),
    "cards-forbidden": Quirk(
        "A card with what another program has put into it may be a bare 403.",
        "PermissionDenied for that card alone, whose hint says that it may be the card.",
        "report",
        "iCloud: vdirsyncer 931, DAVx5 2533",
    ),
    "commas-cut": Quirk(
        "A text ends at its first bare comma, and needless backslashes are text.",
        "All commas are sent with backslashes, needless ones without; each nickname has a line.",
        "trace",
        "Radicale 3.9, which reads cards with vobject",
    ),
    "put-answers-207": Quirk(
        "A PUT is answered 207, with the status inside.",
        "The status inside decides.",
        "code",
        "Xandikos: vdirsyncer",
    ),
    "no-mkcol": Quirk(
        "Address books cannot be made or deleted.",
        "UsageError, without asking.",
        "doc",
        "Google's CardDAV page",
    ),
    "no-proppatch": Quirk(
        "Properties cannot be set.",
        "UsageError, without asking.",
        "doc",
        "Google's CardDAV page",
    ),
    # Limits and failures
    "quota-as-403": Quirk(
        "A quota is told as 403, 429 or 503, in JSON, XML, text or HTML.",
        "RateLimited: waited for if it is a matter of minutes, raised if it is one of a day.",
        "trace",
        "Google",
    ),
    "json-errors": Quirk(
        "What is refused is told in JSON, without a condition.",
        "The status decides, and what the message says of a quota.",
        "trace",
        "Google: TbSync 451",
    ),
    "html-errors": Quirk(
        "Pages for people, some with status 200, where XML is due.",
        "ProtocolError; nothing is taken for an empty answer.",
        "report",
        "Zoho: vdirsyncer 534; captive portals",
    ),
}
