# SPDX-License-Identifier: Apache-2.0
"""Which server has which quirks, and how to know it.

A server is known by its host, or by the sync-tokens it gives; what is wrong or missing here can be
put right by whoever makes the session.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final, Self, final
from urllib.parse import urlsplit

from aiocontacts.errors import UsageError

from ._quirks import QUIRKS

_DAY: Final = 86_400.0


@final
@dataclass(frozen=True, slots=True)
class ServerProfile:
    """A kind of server: how to know it, and what it does differently.

    ``name in profile`` tells whether it has a quirk; `having` and `lacking` make another profile.
    """

    name: str
    hosts: tuple[str, ...] = ()
    """Patterns of hosts where it is met, ``*.googleapis.com``."""
    tokens: tuple[str, ...] = ()
    """How its sync-tokens begin."""
    quirks: frozenset[str] = frozenset()

    def __contains__(self, quirk: str) -> bool:
        return _known(quirk) <= self.quirks

    @classmethod
    def given(cls, profile: object) -> Self | None:
        """What a caller has given, if anything; raises UsageError for what is no profile."""
        if profile is None or isinstance(profile, cls):
            return profile
        # The name of one would pass for a profile without quirks: ``in`` knows texts too.
        raise UsageError(
            "a profile is a ServerProfile", hint="Such as aiocontacts.protocol.NEXTCLOUD."
        )

    def having(self, *quirks: str) -> Self:
        """The same with these quirks too; raises UsageError for a name that is not in `QUIRKS`."""
        return replace(self, quirks=self.quirks | _known(*quirks))

    def lacking(self, *quirks: str) -> Self:
        """The same without these; raises UsageError for a name that is not in `QUIRKS`."""
        return replace(self, quirks=self.quirks - _known(*quirks))


def _known(*names: str) -> frozenset[str]:
    unknown = [name for name in names if name not in QUIRKS]
    if unknown:
        raise UsageError(
            f"there is no quirk {unknown[0]!r}", hint=f"There are: {', '.join(QUIRKS)}"
        )
    return frozenset(names)


STANDARD: Final = ServerProfile("standard")
"""A server of which nothing is known but the standards."""

TOKEN_LIFETIME: Final = 29 * _DAY
"""Seconds that a sync-token is good for where it expires at all ("token-expires")."""

GOOGLE: Final = ServerProfile(
    "google",
    hosts=("*.googleapis.com", "*.googleusercontent.com"),
    quirks=_known(
        "add-by-post",
        "aliases",
        "bearer-only",
        "cards-rewritten",
        "conflict-as-400",
        "ctag-throttled",
        "empty-token-refused",
        "etags-wander",
        "extensions-dropped",
        "filter-wanted",
        "if-match-ignored",
        "json-errors",
        "multiget-omits",
        "name-wanted",
        "names-itself",
        "no-mkcol",
        "no-options",
        "no-proppatch",
        "quota-as-403",
        "redirect-to-book",
        "status-before-prop",
        "sync-depth-1",
        "token-expires",
        "token-refused-as-400",
        "types-refused",
        "uid-replaced",
        "unknown-deletions",
        "vcard-3-only",
    ),
)
ICLOUD: Final = ServerProfile(
    "icloud",
    hosts=("*.icloud.com", "*.icloud.com.cn"),
    quirks=_known(
        "cards-forbidden",
        "cards-rewritten",
        "filters-too-wide",
        "home-on-another-host",
        "lists-itself",
        "no-options",
    ),
)
SABREDAV: Final = ServerProfile(
    "sabre/dav",
    tokens=("http://sabre.io/ns/sync/", "http://sabredav.org/ns/sync/"),
    quirks=_known(
        "deletions-with-propstat",
        "fresh-token-refused",
        "limit-loses-changes",
        "no-etag-after-put",
    ),
)
NEXTCLOUD: Final = ServerProfile(
    "nextcloud",
    quirks=SABREDAV.quirks | _known("etag-aside", "multiget-breaks-off"),
)
RADICALE: Final = ServerProfile(
    "radicale",
    tokens=("http://radicale.org/ns/sync/",),
    quirks=_known("anonymous", "cards-rewritten", "commas-cut", "unknown-deletions"),
)
XANDIKOS: Final = ServerProfile(
    "xandikos", quirks=_known("filters-too-wide", "limit-loses-changes", "put-answers-207")
)
DAVICAL: Final = ServerProfile("davical", quirks=_known("filters-too-wide"))
SOGO: Final = ServerProfile(
    "sogo", quirks=_known("changes-with-status", "filters-too-wide", "lists-strangers")
)
CYRUS: Final = ServerProfile("cyrus", quirks=_known("empty-token-refused"))
YAHOO: Final = ServerProfile(
    "yahoo",
    hosts=("*.yahoo.com",),
    quirks=_known(
        "ctag-wanted", "dashed-birthdays", "empty-extensions-refused", "no-query", "no-sync-token"
    ),
)
ZOHO: Final = ServerProfile("zoho", hosts=("*.zoho.com", "*.zoho.eu"), quirks=_known("html-errors"))
YANDEX: Final = ServerProfile(
    "yandex", hosts=("*.yandex.ru", "*.yandex.com"), quirks=_known("lists-itself")
)
ZIMBRA: Final = ServerProfile(
    "zimbra", quirks=_known("duplicate-hrefs", "multiget-breaks-off", "no-query")
)
DAVMAIL: Final = ServerProfile("davmail", quirks=_known("duplicate-hrefs"))
SYNOLOGY: Final = ServerProfile("synology", quirks=_known("no-principal"))
KOPANO: Final = ServerProfile("kopano", quirks=_known("untyped-books"))
TINE: Final = ServerProfile("tine", quirks=_known("first-sync-fails", "multiget-breaks-off"))
OPEN_XCHANGE: Final = ServerProfile(
    "open-xchange",
    hosts=("dav.mailbox.org",),
    quirks=_known("filters-too-narrow", "unquoted-etags"),
)
HORDE: Final = ServerProfile("horde", quirks=_known("missing-etags"))
RUSTICAL: Final = ServerProfile("rustical", quirks=_known("token-goes-back"))

PROFILES: Final = (
    GOOGLE,
    ICLOUD,
    SABREDAV,
    NEXTCLOUD,
    RADICALE,
    XANDIKOS,
    DAVICAL,
    SOGO,
    CYRUS,
    YAHOO,
    ZOHO,
    YANDEX,
    ZIMBRA,
    DAVMAIL,
    SYNOLOGY,
    KOPANO,
    TINE,
    OPEN_XCHANGE,
    HORDE,
    RUSTICAL,
)
"""Every server we know something of; the first that fits is the one."""


def profile_of(url: str, sync_token: str | None = None) -> ServerProfile:
    """The profile of the server behind a URL, by its host or its sync-token; else STANDARD."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    fitting = (one for one in PROFILES if _fits(one, host, sync_token or ""))
    return next(fitting, STANDARD)


def _fits(profile: ServerProfile, host: str, token: str) -> bool:
    return token.startswith(profile.tokens) or any(fnmatchcase(host, p) for p in profile.hosts)
