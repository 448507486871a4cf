# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest

from tests.testing.feeding import (
    DOMAIN,
    ETAG,
    NAMES,
    asked,
    entry,
    extended,
    key_of,
    link,
    made,
    named,
)

PRINTED = """<entry xmlns='http://www.w3.org/2005/Atom' xmlns:gd='http://schemas.google.com/g/2005'>
 <id>https://www.google.com/m8/feeds/contacts/example.com/base/8411573</id>
 <category scheme='http://schemas.google.com/g/2005#kind'
  term='http://schemas.google.com/contact/2008#contact'/>
 <title type='text'>Fitzgerald</title>
 <gd:name><gd:fullName>Fitzgerald</gd:fullName></gd:name>
 <content type='text'>Notes</content>
 <gd:phoneNumber rel='http://schemas.google.com/g/2005#other' primary='true'>456</gd:phoneNumber>
 <gd:extendedProperty name="pet" value="hamster"/>
 <gd:extendedProperty name="cuisine"> <italian/> </gd:extendedProperty>
</entry>"""
"""An update as the pages print it."""


def test_an_entry_is_inserted() -> None:
    """The answer is the whole entry, with what the server added to it."""
    server, feed = made()

    told = asked(server, "POST", "full", entry(named("Mina Park")))

    [mina] = feed.live.values()
    assert 201 == told.status
    assert "application/atom+xml; charset=UTF-8; type=entry" == told.headers["Content-Type"]
    assert (mina.etag, mina.etag, mina.key) == (
        told.headers["ETag"],
        told.xml.get(ETAG),
        key_of(told.xml),
    )
    assert "Park" == told.xml.findtext("gd:name/gd:familyName", None, NAMES)
    assert told.body == asked(server, "GET", f"full/{mina.key}").body


def test_an_insert_depends_on_nothing() -> None:
    """It has no precondition, and there is a limit to how many there may be."""
    server, feed = made()
    told = asked(server, "POST", "full", entry(named("Mina")), If_Match="*")
    assert (400, "noPostConcurrency") == (told.status, told.code)

    feed.most = 1
    assert 201 == asked(server, "POST", "full", entry(named("Mina"))).status
    told = asked(server, "POST", "full", entry(named("Mina")))
    assert (403, "quotaExceeded") == (told.status, told.code)


@pytest.mark.parametrize("version", [None, "3.0"])
def test_the_printed_update_works(version: str | None) -> None:
    """The edit link of the entry takes it, and the XML in an extended property is kept."""
    server, feed = made()
    feed.add(PRINTED)
    read = asked(server, "GET", "full/8411573", version=version)
    _, _, path = str(link(read.xml, "edit")).partition(f"{DOMAIN}/")

    told = asked(server, "PUT", path, PRINTED, version=version, If_Match="*")

    assert 200 == told.status
    assert [{"name": "pet", "value": "hamster"}, {"name": "cuisine"}] == [
        one.attrib for one in told.xml.iterfind("gd:extendedProperty", NAMES)
    ]
    assert None is not told.xml.find("gd:extendedProperty/italian", NAMES)
    assert link(told.xml, "self") == link(read.xml, "self")
    assert (link(told.xml, "edit") == link(read.xml, "edit")) == (version is not None)


WHOLE = """
 <content>Met in June.
Likes tea.</content>
 <gd:name>
  <gd:fullName>Prof. Lena Marta Roth MSc</gd:fullName><gd:namePrefix>Prof.</gd:namePrefix>
  <gd:givenName yomi="LEH-na">Lena</gd:givenName><gd:additionalName>Marta</gd:additionalName>
  <gd:familyName yomi="roht">Roth</gd:familyName><gd:nameSuffix>MSc</gd:nameSuffix>
 </gd:name>
 <gContact:nickname>Leni</gContact:nickname><gContact:initials>L.M.R.</gContact:initials>
 <gContact:shortName>LR</gContact:shortName><gContact:maidenName>Sol</gContact:maidenName>
 <gContact:gender value="female"/><gContact:birthday when="--04-17"/>
 <gContact:occupation>Geologist</gContact:occupation>
 <gContact:billingInformation>7</gContact:billingInformation><gContact:mileage>3</gContact:mileage>
 <gContact:directoryServer>ldap.x.example</gContact:directoryServer>
 <gContact:subject>Rocks</gContact:subject><gContact:fileAs>Roth, Lena</gContact:fileAs>
 <gContact:priority rel="high"/><gContact:sensitivity rel="private"/>
 <gd:organization rel="REL#work" primary="true">
  <gd:orgName yomi="ston">Stone Ltd</gd:orgName><gd:orgTitle>Head</gd:orgTitle>
  <gd:orgDepartment>Maps</gd:orgDepartment><gd:orgJobDescription>Draws</gd:orgJobDescription>
  <gd:orgSymbol>STN</gd:orgSymbol><gd:where valueString="Graz"/>
 </gd:organization>
 <gd:email rel="REL#work" address="lena@x.example" displayName="Lena Roth" primary="true"/>
 <gd:email label="Hut" address="hut@x.example"/>
 <gd:im address="lena" protocol="REL#JABBER" rel="REL#other"/>
 <gd:phoneNumber rel="REL#mobile" uri="tel:+43-1-555">+43 1 555</gd:phoneNumber>
 <gd:structuredPostalAddress rel="REL#work" mailClass="REL#letters" usage="REL#local">
  <gd:formattedAddress>Ring 4</gd:formattedAddress><gd:street>Ring 4</gd:street>
  <gd:country code="AT">Austria</gd:country>
 </gd:structuredPostalAddress>
 <gContact:event label="Exam"><gd:when startTime="2012-06-30"/></gContact:event>
 <gContact:externalId rel="customer" value="C-1"/>
 <gContact:relation rel="manager">Femi Bello</gContact:relation>
 <gContact:userDefinedField key="Card" value="B2"/>
 <gContact:website href="https://x.example/" rel="work"/>
 <gContact:calendarLink href="https://x.example/cal" rel="free-busy"/>
 <gContact:language code="de-AT"/><gContact:jot rel="keywords">a, b</gContact:jot>
 <gContact:hobby>Chess</gContact:hobby><gd:where valueString="Graz"/>
 <y:mark xmlns:y="urn:y" y:of="1">kept</y:mark>
 <gd:extendedProperty name="tags"><tags xmlns=""><tag>vip</tag></tags></gd:extendedProperty>
""".replace("REL", NAMES["gd"])
"""A contact that holds something of everything, in the server's own order."""


def flat(element: Element) -> list[tuple[str, dict[str, str], str]]:
    """Every element in it, without the spaces between them."""
    return [(one.tag, dict(one.attrib), (one.text or "").strip()) for one in element.iter()]


def test_nothing_that_is_sent_is_lost() -> None:
    """Every element that a contact may have comes back as it was, unknown ones too."""
    server, _ = made()
    sent = entry(WHOLE)

    told = asked(server, "POST", "full", sent)

    assert 201 == told.status
    added = {"id", "updated", "edited", "category", "title", "link"}
    kept = [child for child in told.xml if child.tag.rpartition("}")[2] not in added]
    assert [flat(child) for child in fromstring(sent)] == [flat(child) for child in kept]


def test_an_update_replaces_everything() -> None:
    """What is not sent is gone, and the same content is a new version too."""
    server, feed = made()
    before = feed.add(PRINTED)

    told = asked(server, "PUT", "full/8411573", entry(named("F")), If_Match="*")
    assert ("F", ()) == (feed.live["8411573"].name, feed.live["8411573"].contents.extended)
    again = asked(server, "PUT", "full/8411573", entry(named("F")), If_Match="*")
    assert 3 == len({before.etag, told.headers["ETag"], again.headers["ETag"]})


@pytest.mark.parametrize(
    "sent, status",
    [
        ("http://www.google.com/m8/feeds/contacts/example.com/base/a", 200),
        ("https://www.google.com/m8/feeds/contacts/example.com/full/a", 200),
        ("http://www.google.com/m8/feeds/contacts/example.com/base/b", 400),
    ],
)
def test_an_entry_keeps_its_id(sent: str, status: int) -> None:
    """The last segment counts; it may be missing, but not another one."""
    server, feed = made()
    feed.add(key="a")

    told = asked(server, "PUT", "full/a", entry(f"<id>{sent}</id>"), If_Match="*")

    assert status == told.status


def test_a_deleted_entry_is_gone() -> None:
    """The answer to its deletion is empty, and nothing can be done to it any more."""
    server, feed = made()
    feed.add(key="a")

    told = asked(server, "DELETE", "full/a", If_Match="*")

    assert (200, b"", "application/atom+xml") == (
        told.status,
        told.body,
        told.headers["Content-Type"],
    )
    for method in ("GET", "PUT", "DELETE"):
        told = asked(server, method, "full/a", entry(), If_Match="*")
        assert (404, "Contact not found.") == (told.status, told.text)


@pytest.mark.parametrize("path", ["full", "full/a"])
def test_nothing_new_is_not_told_again(path: str) -> None:
    """If-None-Match with the entity tag of a feed or an entry is answered by 304."""
    server, feed = made()
    feed.add(key="a")
    etag = asked(server, "GET", path).headers["ETag"]

    told = asked(server, "GET", path, If_None_Match=etag)
    assert (304, b"", etag) == (told.status, told.body, told.headers["ETag"])
    assert 304 == asked(server, "HEAD", path, If_None_Match=f'"x", {etag}').status
    feed.edit("a", name="Ada")
    assert 200 == asked(server, "GET", path, If_None_Match=etag).status


def stored(*properties: tuple[str, str]) -> list[str]:
    return [f'<gd:extendedProperty name="{name}" value="{value}"/>' for name, value in properties]


@pytest.mark.parametrize(
    "projection, after",
    [
        ("full", stored(("pet", "cat"), ("new", "1"))),
        ("thin", stored(("pet", "hamster"), ("crm", "8841"))),
        ("property-pet", stored(("crm", "8841"), ("pet", "cat"))),
        ("property-new", stored(("pet", "hamster"), ("crm", "8841"), ("new", "1"))),
        ("property-crm", stored(("pet", "hamster"))),
    ],
)
def test_a_projection_writes_some_extended_properties(projection: str, after: list[str]) -> None:
    """All of them, none, or the one that it is about, which goes if it is not sent."""
    server, feed = made()
    feed.add(entry(extended("pet", "hamster"), extended("crm", "8841")), key="a")
    sent = entry(extended("pet", "cat"), extended("new", "1"))

    told = asked(server, "PUT", f"{projection}/a", sent, If_Match="*")

    assert 200 == told.status
    assert after == [xml for _, xml in feed.live["a"].contents.extended]


def test_a_projection_inserts_some_extended_properties() -> None:
    """Nobody sets them through the thin one."""
    server, feed = made()
    sent = entry(extended("pet", "cat"), extended("new", "1"))

    for projection in ("full", "thin", "property-new"):
        assert 201 == asked(server, "POST", projection, sent).status
    assert [["pet", "new"], [], ["new"]] == [
        [name for name, _ in one.contents.extended] for one in feed.live.values()
    ]


def test_nobody_writes_through_the_base_projection() -> None:
    """It can be read."""
    server, feed = made()
    feed.add(key="a")

    assert 200 == asked(server, "GET", "base/a").status
    told = asked(server, "PUT", "base/a", entry(), If_Match="*")
    assert (403, "targetFeedReadOnly") == (told.status, told.code)


def test_the_rules_are_kept() -> None:
    """What breaks one is refused, and eleven extended properties are, wherever they come from."""
    server, feed = made()
    ten = [extended(f"p{number}", "x") for number in range(10)]
    feed.add(entry(*ten), key="a")

    told = asked(server, "POST", "full", entry("<gd:email address='a'/>"))
    assert (400, "missingAttribute") == (told.status, told.code)
    assert 400 == asked(server, "POST", "full", entry(*ten, extended("new", "x"))).status
    told = asked(server, "PUT", "property-new/a", entry(extended("new", "x")), If_Match="*")
    assert 400 == told.status
    note = f"<content>{'x' * 2049}</content>"
    assert 400 == asked(server, "POST", "full", entry(note)).status


def test_unknown_elements_are_kept_dropped_or_refused() -> None:
    """As the server is set, and as the client asks."""
    server, feed = made()
    sent = entry("<x xmlns='urn:x'/>")

    assert b"urn:x" in asked(server, "POST", "full", sent).body
    told = asked(server, "POST", "full", sent, query="strict=true")
    assert (400, "unrecognizedElement") == (told.status, told.code)
    feed.drops = {"*"}
    assert b"urn:x" not in asked(server, "POST", "full", sent).body


def test_a_search_is_refused_or_ignored() -> None:
    """As the server is set."""
    server, feed = made()

    assert 403 == asked(server, "GET", query="q=ada").status
    feed.search_ignored = True
    assert 200 == asked(server, "GET", query="q=ada").status


def test_reading_one_entry_lags_too() -> None:
    """What was just inserted is not there for a while."""
    server, feed = made()
    feed.lag = 5
    key = key_of(asked(server, "POST", "full", entry(named("Mina"))).xml)

    assert 404 == asked(server, "GET", f"full/{key}").status
    assert 200 == asked(server, "PUT", f"full/{key}", entry(), If_Match="*").status
    server.advance(seconds=5)
    assert 200 == asked(server, "GET", f"full/{key}").status
