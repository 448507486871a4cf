# SPDX-License-Identifier: Apache-2.0
"""Entries as the server writes them, made up after the forms that are documented; and odd ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from aiocontacts import (
    Address,
    CustomField,
    Email,
    Event,
    Im,
    Name,
    Organization,
    PartialDate,
    Phone,
    Relation,
    Url,
)
from aiocontacts.protocol.gdata import ATOM, CONTACT, GD, ExternalId, Jot, Markup
from tests.protocol.texts import CHARACTERS

REL = f"{GD}#"
HOME = "https://www.google.com/m8/feeds"

FULL = f"""<?xml version="1.0" encoding="UTF-8"?>
<entry gd:etag="&quot;QX47fjVSLyt7I2A9.&quot;" xmlns="{ATOM}" xmlns:gContact="{CONTACT}" xmlns:gd="{GD}">
 <id>http://www.google.com/m8/feeds/contacts/example.com/base/2f0c1815</id>
 <updated>2026-03-01T12:05:30.006Z</updated>
 <app:edited xmlns:app="http://www.w3.org/2007/app">2026-03-01T12:05:30.006Z</app:edited>
 <category scheme="{REL}kind" term="{CONTACT}#contact"/>
 <title>Countess Ada Augusta Lovelace FRS</title>
 <content>Wrote the first program.
Likes birds.</content>
 <link rel="http://schemas.google.com/contacts/2008/rel#photo" type="image/*" href="{HOME}/photos/media/example.com/2f0c1815" gd:etag="&quot;Tn8.&quot;"/>
 <link rel="self" type="application/atom+xml" href="{HOME}/contacts/example.com/full/2f0c1815"/>
 <link rel="edit" type="application/atom+xml" href="{HOME}/contacts/example.com/full/2f0c1815"/>
 <gd:name>
  <gd:fullName>Countess Ada Augusta Lovelace FRS</gd:fullName>
  <gd:namePrefix>Countess</gd:namePrefix>
  <gd:givenName yomi="AY-duh">Ada</gd:givenName>
  <gd:additionalName>Augusta</gd:additionalName>
  <gd:familyName yomi="LUV-lace">Lovelace</gd:familyName>
  <gd:nameSuffix>FRS</gd:nameSuffix>
 </gd:name>
 <gContact:nickname>Enchantress</gContact:nickname>
 <gContact:initials>A.A.L.</gContact:initials>
 <gContact:shortName>AAL</gContact:shortName>
 <gContact:maidenName>Byron</gContact:maidenName>
 <gContact:gender value="female"/>
 <gContact:birthday when="1815-12-10"/>
 <gContact:occupation>Analyst</gContact:occupation>
 <gContact:billingInformation>Account 7</gContact:billingInformation>
 <gContact:mileage>12 miles</gContact:mileage>
 <gContact:directoryServer>ldap.example.org</gContact:directoryServer>
 <gContact:subject>Bernoulli numbers</gContact:subject>
 <gContact:fileAs>Lovelace, Ada</gContact:fileAs>
 <gContact:priority rel="high"/>
 <gContact:sensitivity rel="private"/>
 <gd:organization rel="{REL}work" primary="true">
  <gd:orgName yomi="engines">Analytical Engines</gd:orgName>
  <gd:orgTitle>Countess</gd:orgTitle>
  <gd:orgDepartment>Programming</gd:orgDepartment>
  <gd:orgJobDescription>Notes</gd:orgJobDescription>
  <gd:orgSymbol>ENG</gd:orgSymbol>
  <gd:where valueString="London office"/>
 </gd:organization>
 <gd:email rel="{REL}work" address="ada@engines.example" displayName="Ada" primary="true" quota="7"/>
 <gd:email label="Letters" address="letters@engines.example"/>
 <gd:im address="ada.l" protocol="{REL}SKYPE" rel="{REL}other"/>
 <gd:im address="ada" protocol="carrier pigeon" rel="{REL}home"/>
 <gd:phoneNumber rel="{REL}mobile" primary="true" uri="tel:+44-20-7946-0001">+44 20 7946 0001</gd:phoneNumber>
 <gd:phoneNumber label="Lodge">
   ext. 15
 </gd:phoneNumber>
 <gd:structuredPostalAddress rel="{REL}work" mailClass="{REL}letters" usage="{REL}local" primary="true">
  <gd:formattedAddress>12 St James's Square
London</gd:formattedAddress>
  <gd:agent>Porter</gd:agent>
  <gd:housename>Ormond House</gd:housename>
  <gd:street>12 St James's Square</gd:street>
  <gd:pobox>Box 9</gd:pobox>
  <gd:neighborhood>Westminster</gd:neighborhood>
  <gd:city>London</gd:city>
  <gd:subregion>Middlesex</gd:subregion>
  <gd:region>England</gd:region>
  <gd:postcode>SW1Y 4JH</gd:postcode>
  <gd:country code="GB">United Kingdom</gd:country>
 </gd:structuredPostalAddress>
 <gContact:event rel="anniversary">
  <gd:when startTime="1835-07-08"/>
 </gContact:event>
 <gContact:externalId rel="customer" value="C-1843"/>
 <gContact:relation rel="manager">Charles Babbage</gContact:relation>
 <gContact:relation label="Tutor">Mary Somerville</gContact:relation>
 <gContact:userDefinedField key="Notes" value="G"/>
 <gContact:website href="https://engines.example/ada" primary="true" rel="work"/>
 <gContact:calendarLink primary="true" href="https://cal.engines.example/ada" rel="free-busy"/>
 <gContact:language code="en-GB"/>
 <gContact:language label="Mathematics"/>
 <gContact:jot rel="keywords">engines, birds</gContact:jot>
 <gContact:jot rel="work">Send proofs</gContact:jot>
 <gContact:hobby>Flying</gContact:hobby>
 <gd:where valueString="London"/>
 <gd:extendedProperty name="crm-id" value="1815"/>
 <gd:extendedProperty name="crm-text"> as text </gd:extendedProperty>
 <gd:extendedProperty name="crm-tags"><!-- ours --><tags xmlns=""><tag gd:x="1">vip</tag></tags></gd:extendedProperty>
</entry>
"""  # noqa: E501 - one element, one line

VERSIONED = f"""<entry xmlns='{ATOM}' xmlns:gd='{GD}'>
  <id>
    https://www.google.com/m8/feeds/contacts/example.com/base/c9012de
  </id>
  <updated>2008-03-05T12:36:38.835Z</updated>
  <category scheme='{REL}kind' term='{CONTACT}#contact' />
  <title type='text'>Lovelace</title>
  <content type='text'>Notes</content>
  <link rel='self' type='application/atom+xml' href='{HOME}/contacts/example.com/full/c9012de' />
  <link rel='edit' type='application/atom+xml' href='{HOME}/contacts/example.com/full/c9012de/1204720598835000' />
  <gd:phoneNumber rel='{REL}home' primary='true'> 456 </gd:phoneNumber>
  <gd:extendedProperty name="pet" value="hamster" />
</entry>"""  # noqa: E501 - as the pages print it


def entry(*content: str, attributes: str = "") -> str:
    """An entry with this content, its names prefixed as everywhere."""
    inner = "".join(content)
    return (
        f'<entry xmlns="{ATOM}" xmlns:gd="{GD}" xmlns:gContact="{CONTACT}"{attributes}>'
        f"{inner}</entry>"
    )


# Values that an entry can hold, by attribute.
WORDS = st.text(CHARACTERS, min_size=1, max_size=9).filter(lambda text: text == text.strip())
PARTS = WORDS | st.just("")
LABELS = WORDS.filter(lambda text: text != "Other" and not text.isalpha())
PREFERENCES = st.sampled_from([None, 1])
DAYS = st.dates().map(PartialDate.of)
YEARLESS = DAYS.map(lambda day: PartialDate(None, day.month, day.day))


def said(
    types: list[str], labels: list[str], *, preferred: bool = True
) -> st.SearchStrategy[dict[str, Any]]:
    """What may be said of a value: types or a label, and a preference."""
    typed = st.sampled_from(["", *types]).map(lambda words: {"types": tuple(words.split())})
    named = (LABELS | st.sampled_from(labels) if labels else LABELS).map(
        lambda label: {"label": label}
    )
    preference = PREFERENCES if preferred else st.none()
    return st.builds(lambda one, two: {**one, "preference": two}, typed | named, preference)


def of(
    kind: Callable[..., Any], words: st.SearchStrategy[dict[str, Any]], *values: Any
) -> st.SearchStrategy[list[Any]]:
    """Lists of values of one kind."""
    one = st.builds(lambda said, *parts: kind(*parts, **said), words, *values)
    return st.lists(one, max_size=2)


PLACES = said(["home", "work"], [])
PHONES = said(["home", "work", "cell", "home fax", "work cell", "pager", "car"], ["Assistant"])
PAGES = said(["home", "work"], ["HomePage", "Blog"])
SERVICES = st.sampled_from(["", "Jabber", "Skype", "GoogleTalk", "carrier pigeon"])
ROWS = st.tuples(*[PARTS] * 7).filter(any)
MARKUP = [Markup('<a xmlns=""><b/>x</a>'), Markup('y<n:a xmlns:n="urn:n"/>')]
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "emails": of(Email, PLACES, WORDS),
    "phones": of(Phone, PHONES, WORDS),
    "addresses": of(lambda row, **words: Address(*row, **words), PLACES, ROWS),
    "urls": of(Url, PAGES, WORDS),
    "ims": of(Im, PLACES, WORDS, SERVICES),
    "relations": of(Relation, said([], ["Manager", "Spouse"], preferred=False), WORDS),
    "events": of(Event, said([], ["Anniversary"], preferred=False), DAYS),
    "custom_fields": of(CustomField, LABELS.map(lambda label: {"label": label}), WORDS),
    "external_ids": of(ExternalId, said(["account", "customer"], [], preferred=False), WORDS),
    "calendar_links": of(Url, said(["home", "free-busy"], []), WORDS),
    "jots": of(Jot, st.sampled_from([{"types": ("work",)}, {"types": ("user",)}, {}]), WORDS),
    "organizations": st.lists(
        st.builds(Organization, WORDS, st.lists(WORDS, max_size=1).map(tuple), PARTS, PARTS),
        max_size=2,
    ),
    "organization": st.builds(Organization, WORDS, st.just(()), PARTS, PARTS),
    "birthday": st.none() | DAYS | YEARLESS,
    "name": st.builds(Name, WORDS, *[PARTS] * 11),
    "notes": st.lists(WORDS, max_size=1),
    "nicknames": st.lists(WORDS, max_size=1),
    "categories": st.lists(WORDS.filter(lambda text: "," not in text), max_size=3),
    "hobbies": st.lists(WORDS, max_size=3),
    "languages": st.lists(WORDS | st.sampled_from(["en", "de-CH"]), max_size=3),
    "gender": st.sampled_from([None, "male", "female"]),
    "priority": st.sampled_from([None, "low", "high"]),
    "extended": st.dictionaries(
        WORDS,
        PARTS | st.sampled_from(MARKUP),
        max_size=3,
    ),
    **dict.fromkeys(
        ["file_as", "occupation", "mileage", "subject", "location", "billing_information"],
        st.none() | WORDS,
    ),
}  # fmt: skip  # one to a line would fill a page
EDITS = st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))

# Attribute -> the elements that an edit of it may touch.
ABOUT = {
    "emails": {"gd:email"},
    "phones": {"gd:phoneNumber"},
    "addresses": {"gd:structuredPostalAddress"},
    "urls": {"gContact:website"},
    "ims": {"gd:im"},
    "relations": {"gContact:relation"},
    "events": {"gContact:event"},
    "custom_fields": {"gContact:userDefinedField"},
    "external_ids": {"gContact:externalId"},
    "calendar_links": {"gContact:calendarLink"},
    "jots": {"gContact:jot"},
    "organizations": {"gd:organization"},
    "organization": {"gd:organization"},
    "birthday": {"gContact:birthday"},
    "name": {
        "gd:name", "atom:title", "gContact:maidenName", "gContact:initials", "gContact:shortName",
    },
    "notes": {"atom:content"},
    "nicknames": {"gContact:nickname"},
    "categories": {"gContact:jot"},
    "hobbies": {"gContact:hobby"},
    "languages": {"gContact:language"},
    "gender": {"gContact:gender"},
    "priority": {"gContact:priority"},
    "extended": {"gd:extendedProperty"},
    "file_as": {"gContact:fileAs"},
    "occupation": {"gContact:occupation"},
    "mileage": {"gContact:mileage"},
    "subject": {"gContact:subject"},
    "location": {"gd:where"},
    "billing_information": {"gContact:billingInformation"},
}  # fmt: skip  # one to a line would fill a page

# Odd entries: any prefixes, unknown elements, mixed content, comments, redeclared namespaces.
KNOWN = sorted(
    {name for names in ABOUT.values() for name in names}
    | {"gd:fullName", "gd:givenName", "gd:street", "gd:formattedAddress", "gd:when", "gd:orgName"}
    | {"atom:id", "atom:link", "gd:deleted", "x:odd", "x:email", ":plain"}
)
ATTRIBUTES = st.sampled_from(
    ["rel", "label", "primary", "address", "href", "value", "when", "name", "xml:space", "gd:x"]
)
SAID = st.sampled_from([f"{REL}home", f"{REL}work", "home", "true", "1815-12-10", "", "odd"])
NOISE = st.sampled_from(
    ["", "\n ", "<!-- < & -->", "<?x y?>", "<![CDATA[<&]]>", "&amp;", "&#10;&#x41;", "\r\n", "text"]
)


@st.composite
def odd_entries(draw: st.DrawFn) -> str:
    """An entry that nobody would write, and that is one."""
    prefixes = {
        ATOM: draw(st.sampled_from(["", "atom", "a"])),
        GD: draw(st.sampled_from(["gd", "g"])),
        CONTACT: draw(st.sampled_from(["gContact", "c"])),
    }
    spelt = {"atom": ATOM, "gd": GD, "gContact": CONTACT}
    declared = "".join(
        f" xmlns{':' if prefix else ''}{prefix}={quoteattr(uri)}"
        for uri, prefix in prefixes.items()
    )

    def tag(name: str) -> tuple[str, str]:
        prefix, _, local = name.partition(":")
        if prefix == "x":
            return f"x:{local}", " xmlns:x='urn:x'"
        if not prefix:
            return local, " xmlns=''"
        ours = prefixes[spelt[prefix]]
        again = draw(st.booleans()) and ours
        return (
            (f"{ours}:{local}" if ours else local),
            (f" xmlns:{ours}={quoteattr(spelt[prefix])}" if again else ""),
        )

    def element(depth: int) -> str:
        name, own = tag(draw(st.sampled_from(KNOWN)))
        words = draw(st.dictionaries(ATTRIBUTES, SAID, max_size=3))
        given = "".join(
            f" {'g1:x' if key == 'gd:x' else key}={quoteattr(value)}"
            + (" xmlns:g1='urn:g'" if key == "gd:x" else "")
            for key, value in words.items()
        )
        size = draw(st.integers(0, 2)) if depth < 2 else 0
        inner = "".join(draw(NOISE) + element(depth + 1) for _ in range(size)) + draw(NOISE)
        return f"<{name}{own}{given}>{inner}</{name}>" if inner else f"<{name}{own}{given} />"

    root = f"{prefixes[ATOM]}:entry" if prefixes[ATOM] else "entry"
    children = "".join(draw(NOISE) + element(1) for _ in range(draw(st.integers(0, 4))))
    before = draw(st.sampled_from(["", "<?xml version='1.0'?>\n", "\ufeff", "<!-- x -->"]))
    return f"{before}<{root}{declared}>{children}{escape(draw(WORDS))}</{root}>\n"
