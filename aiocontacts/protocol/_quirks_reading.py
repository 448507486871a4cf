# SPDX-License-Identifier: Apache-2.0
"""The quirks of finding a book, of finding out what changed, and of reading it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ._quirk import Quirk

READING: Final[Mapping[str, Quirk]] = {
    # Finding the book
    "redirect-to-book": Quirk(
        "The well-known URL leads straight to an address book.",
        "The book is taken, whether it names a principal or not.",
        "trace",
        "Google: RFC 6764 redirects posted in 2021 and 2023",
    ),
    "book-hides": Quirk(
        "PROPFIND on the book, its home and its principal is answered 404; reports are served.",
        "Where the path is Google's, the book is taken all the same.",
        "open",
        "Google: vdirsyncer works around it, carddavclient does not meet it",
    ),
    "no-principal": Quirk(
        "There is no current-user-principal.",
        "The URL of the home, or of the book, leads to the books all the same.",
        "report",
        "Synology: vdirsyncer 498",
    ),
    "untyped-books": Quirk(
        "The resourcetype of an address book does not say that it is one.",
        "Discovery does not find it; named by its URL, session.address_book(url), it is as any.",
        "report",
        "Kopano: vdirsyncer 543",
    ),
    "ctag-wanted": Quirk(
        "PROPFIND on a book is answered 400 unless it asks for getctag.",
        "Every question to a book asks for it.",
        "code",
        "Yahoo: Thunderbird",
    ),
    "no-options": Quirk(
        "OPTIONS is answered 404 or 400.",
        "It is not asked.",
        "code",
        "Google, iCloud: Evolution, SyncEvolution",
    ),
    "bearer-only": Quirk(
        "Passwords are refused, and a 401 does not tell that a bearer token is wanted.",
        "Credentials are sent unasked.",
        "code",
        "Google: carddavclient",
    ),
    "home-on-another-host": Quirk(
        "The home set is an absolute URL on a host of the account's own.",
        "Followed if that host may have the credentials: trust=.",
        "code",
        "iCloud: carddavclient, Evolution, DAVx5",
    ),
    "anonymous": Quirk(
        "PROPFIND is answered without credentials, and tells less.",
        "Credentials are sent unasked.",
        "code",
        "Radicale: its issue 1016, carddavclient",
    ),
    # Finding out what changed
    "empty-token-refused": Quirk(
        "A sync-collection without a token is answered 400.",
        "The token is read as a property, then everything is listed.",
        "code",
        "Google: carddavclient; Cyrus 3: its issue 4985",
    ),
    "sync-depth-1": Quirk(
        "A sync-collection with the Depth 0 of RFC 6578 tells of the book alone.",
        "Depth 1 is sent; elsewhere an answer that names only the book is asked for again so.",
        "open",
        "Google: carddavclient and Thunderbird; DAVx5 sends 0",
    ),
    "token-refused-as-400": Quirk(
        "A token that is too old is answered with a bare 400.",
        "Taken for a refused token once in a run: everything is listed and compared.",
        "code",
        "Google: Thunderbird and its test",
    ),
    "fresh-token-refused": Quirk(
        "The sync-token of a book where nothing was ever changed is answered 415.",
        "Taken for a refused token: everything is listed and compared.",
        "report",
        "sabre/dav: Baikal 1202",
    ),
    "first-sync-fails": Quirk(
        "A sync-collection without a token is a 500 where there are many cards.",
        "Everything is listed.",
        "report",
        "Tine 2.0: its issue 5051",
    ),
    "no-sync-token": Quirk(
        "There are no sync-tokens.",
        "The CTag is asked whether anything changed; then everything is listed and compared.",
        "code",
        "Yahoo: SyncEvolution, Thunderbird",
    ),
    "token-expires": Quirk(
        "A sync-token is good for 29 days.",
        "After 27 days everything is listed and compared, without waiting for the refusal.",
        "doc",
        "Google's CardDAV page",
    ),
    "token-goes-back": Quirk(
        "A client that is up to date is given the first token of all again.",
        "The old one is kept: what is compared again is not fetched again.",
        "report",
        "rustical: its issue 251",
    ),
    "ctag-throttled": Quirk(
        "Clients that poll the CTag are throttled.",
        "It is read in a first synchronisation and after a refused token, and never polled.",
        "doc",
        "Google's CardDAV page",
    ),
    "limit-loses-changes": Quirk(
        "An answer is cut to the client's limit, with the newest token and without a word.",
        "A limit is never sent.",
        "code",
        "sabre/dav 1259, Nextcloud 50086, Xandikos",
    ),
    "unknown-deletions": Quirk(
        "Deletions of cards are told to clients that never knew them.",
        "They are no change.",
        "code",
        "Google: carddavclient; Radicale",
    ),
    "deletions-with-propstat": Quirk(
        "A deleted card has status 404 and a propstat with 418 beside it.",
        "The status of the response decides.",
        "code",
        "sabre/dav",
    ),
    "changes-with-status": Quirk(
        "A changed card has status 200 and a propstat beside it.",
        "It is a change.",
        "code",
        "SOGo: carddavclient",
    ),
    "status-before-prop": Quirk(
        "In a propstat, the status comes before the properties.",
        "Read in any order.",
        "trace",
        "Google",
    ),
    "lists-itself": Quirk(
        "The book stands among its cards, with an entity tag.",
        "Known by its href, and left out.",
        "code",
        "iCloud: pimsync; Yandex: OutlookCalDavSynchronizer",
    ),
    "duplicate-hrefs": Quirk(
        "A card is listed twice.",
        "It is fetched once.",
        "report",
        "Zimbra: vdirsyncer 88; DavMail: vdirsyncer 144",
    ),
    "unquoted-etags": Quirk(
        "Entity tags come without their quotes.",
        "Compared without them, sent back as they came.",
        "report",
        "mailbox.org, GroupOffice",
    ),
    "missing-etags": Quirk(
        "Cards have no entity tags.",
        "They are fetched, and their content is compared.",
        "report",
        "Horde: vdirsyncer 250",
    ),
    "etags-wander": Quirk(
        "An entity tag changes although the card does not.",
        "What has the same content is no change.",
        "code",
        "Google: nametag",
    ),
    # Reading
    "multiget-omits": Quirk(
        "A multiget leaves out, without a word, what it does not have.",
        "Asked for singly before it is called gone.",
        "code",
        "Google: SyncEvolution",
    ),
    "multiget-breaks-off": Quirk(
        "An answer with many cards breaks off, or is a 500.",
        "What came counts; the rest is asked for in halves.",
        "report",
        "Nextcloud 3740, Zimbra, Tine 2.0",
    ),
    "aliases": Quirk(
        "A card is found under the name it was uploaded as, and told under its real one.",
        "Asked for one and given one, we take it.",
        "code",
        "Google: Thunderbird, SyncEvolution",
    ),
    "no-query": Quirk(
        "An addressbook-query is answered 400.",
        "It raises; members and multiget do not need it.",
        "code",
        "Yahoo: Thunderbird, tsdav 2; Zimbra: vdirsyncer 83, ical4j-connector 2",
    ),
    "filter-wanted": Quirk(
        "An addressbook-query without a filter is answered 400.",
        "One is always sent, empty where all cards are wanted.",
        "report",
        "Google",
    ),
    "filters-too-wide": Quirk(
        "A query finds cards that do not match: all conditions are any, those on parameters none.",
        "Each card that comes is checked.",
        "code",
        "iCloud, SOGo, DAViCal: carddavclient; Xandikos: seen",
    ),
    "filters-too-narrow": Quirk(
        "A query with a condition finds nothing.",
        "Everything is asked for, and the filter applied here.",
        "report",
        "mailbox.org: yuvomi 529",
    ),
    "param-filters-fail": Quirk(
        "A query with a condition on a parameter is answered 500.",
        "Everything is asked for, and the filter applied here.",
        "code",
        "sabre/dav before 4.1.5: carddavclient",
    ),
    "lists-strangers": Quirk(
        "Distribution lists, which are no vCards, stand among the cards.",
        "Reported as unreadable, with the reason.",
        "report",
        "SOGo: carddav2fb 188",
    ),
}
