# SPDX-License-Identifier: Apache-2.0
"""The rules, one for each property that is an object of its own in JSContact.

RFC 9555 section 2: each row is a property, the member of the card that it belongs to, and what it
is there.  Names, and what a card has one of, have no rule.
"""

from __future__ import annotations

from typing import Final

from ._jscontact_address import WORDS, read_address, write_address
from ._jscontact_members import (
    Said,
    among,
    anniversary,
    apple_profile,
    note,
    number,
    numeral,
    online_service,
    only_text,
    organization,
    social_profile,
    text,
)
from ._jscontact_parts import Object
from ._jscontact_rules import CONTEXTS, Rule, Words

_FEATURES: Final[Words] = {
    **CONTEXTS,
    "cell": ("features", "mobile"),
    **{
        word: ("features", word)
        for word in ("fax", "main-number", "pager", "text", "textphone", "video", "voice")
    },
}
_LISTED: Final[Said] = {"index": ("listAs", number, numeral)}
_EXPERT: Final[Said] = {
    **_LISTED,
    "level": ("level", *among({"beginner": "low", "average": "medium", "expert": "high"})),
}
_KEEN: Final[Said] = {
    **_LISTED,
    "level": ("level", *among({word: word for word in ("low", "medium", "high")})),
}
_SERVICE: Final[Said] = {
    "service-type": ("service", str, only_text),
    "username": ("user", str, only_text),
}
_APPLE: Final[Said] = {"x-user": ("user", str, only_text)}
_MEDIA: Final[Said] = {"mediatype": ("mediaType", str, only_text)}
_DIRECTORY: Final[Said] = {**_MEDIA, **_LISTED}
_SORTED: Final[Said] = {"sort-as": ("sortAs", str, only_text)}

# The property, the member that it belongs to, and its kind there.
_RESOURCES: Final = (
    ("caluri", "calendars", "calendar"),
    ("fburl", "calendars", "freeBusy"),
    ("key", "cryptoKeys", ""),
    ("source", "directories", "entry"),
    ("org-directory", "directories", "directory"),
    ("contact-uri", "links", "contact"),
    ("url", "links", ""),
    ("photo", "media", "photo"),
    ("logo", "media", "logo"),
    ("sound", "media", "sound"),
)
_MESSENGERS: Final = {
    "x-aim": "AIM",
    "x-gadugadu": "GaduGadu",
    "x-google-talk": "GoogleTalk",
    "x-groupwise": "GroupWise",
    "x-icq": "ICQ",
    "x-jabber": "Jabber",
    "x-msn": "MSN",
    "x-qq": "QQ",
    "x-skype": "Skype",
    "x-skype-username": "Skype",
    "x-yahoo": "Yahoo",
}

RULES: Final = (
    Rule(
        "nickname",
        "nicknames",
        *text("nickname", "name"),
        words=CONTEXTS,
        preference=True,
    ),
    Rule("org", "organizations", *organization(_SORTED), words=CONTEXTS),
    *(
        Rule(kind, "titles", *text(kind, "name"), fixed={"kind": kind})
        for kind in ("title", "role")
    ),
    Rule(
        "pronouns",
        "speakToAs/pronouns",
        *text("pronouns", "pronouns"),
        words=CONTEXTS,
        preference=True,
    ),
    Rule(
        "email",
        "emails",
        *text("email", "address"),
        words=CONTEXTS,
        preference=True,
        label=True,
    ),
    Rule("tel", "phones", *text("tel", "number"), words=_FEATURES, preference=True, label=True),
    *(
        Rule(
            name,
            "onlineServices",
            *pair,
            fixed={"vCardName": name} if name != "socialprofile" else {},
            words=CONTEXTS,
            preference=True,
            label=True,
        )
        for name, pair in (
            ("impp", text("impp", "uri", _SERVICE)),
            ("x-socialprofile", apple_profile("x-socialprofile", _APPLE)),
            *((name, online_service(name, service)) for name, service in _MESSENGERS.items()),
            ("socialprofile", social_profile("socialprofile", _SERVICE)),
        )
    ),
    Rule("lang", "preferredLanguages", *text("lang", "language"), words=CONTEXTS, preference=True),
    *(
        Rule(
            name,
            where,
            *text(name, "uri", _DIRECTORY if where == "directories" else _MEDIA),
            fixed={"kind": kind} if kind else {},
            words=CONTEXTS,
            preference=True,
            label=True,
        )
        for name, where, kind in _RESOURCES
    ),
    Rule(
        "caladruri",
        "schedulingAddresses",
        *text("caladruri", "uri"),
        words=CONTEXTS,
        preference=True,
        label=True,
    ),
    Rule("adr", "addresses", read_address, write_address, words=WORDS, preference=True),
    *(
        Rule(name, "anniversaries", *anniversary(), fixed={"kind": kind})
        for name, kind in (("bday", "birth"), ("anniversary", "wedding"), ("deathdate", "death"))
    ),
    *(
        Rule(kind, "personalInfo", *text(kind, "value", said), fixed={"kind": kind}, label=True)
        for kind, said in (("expertise", _EXPERT), ("hobby", _KEEN), ("interest", _KEEN))
    ),
    Rule("note", "notes", *note()),
)
BY_NAME: Final = {rule.name: rule for rule in RULES}
"""The rule of each property."""


PLACES: Final = tuple(dict.fromkeys(rule.where for rule in RULES))
"""The members of a card that have objects, in the order in which they are written."""
_BY_PLACE: Final = {where: [rule for rule in RULES if rule.where == where] for where in PLACES}
_USUAL: Final = {"titles": {"kind": "title"}}


def rule_for(where: str, entry: Object) -> Rule | None:
    """The rule for an object in a member of the card; None if there is none for its kind."""
    said = {**_USUAL.get(where, {}), **entry}
    return next((rule for rule in _BY_PLACE[where] if rule.fits(said)), None)
