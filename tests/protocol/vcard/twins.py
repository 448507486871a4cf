# SPDX-License-Identifier: Apache-2.0
"""The same things in vCard 4.0 and in 3.0, line by line."""

from __future__ import annotations

NAMED = ("FN:Ada Lovelace", "N:Lovelace;Ada;;;")
"""What both versions have in common."""

TWINS = [
    (("KIND:group",), ("X-ADDRESSBOOKSERVER-KIND:group",)),
    (("MEMBER:urn:uuid:1",), ("X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1",)),
    (
        ("FN;ALTID=1;LANGUAGE=ja:エイダ", "N;ALTID=1;LANGUAGE=ja:ラブレス;エイダ;;;"),
        ("FN;ALTID=1;LANGUAGE=ja:エイダ", "X-ALT-N;ALTID=1;LANGUAGE=ja:ラブレス;エイダ;;;"),
    ),
    (("BDAY:18151210",), ("BDAY:1815-12-10",)),
    (("BDAY:--1210",), ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10",)),
    (("BDAY:1815-12",), ("BDAY:1815-12",)),
    (("BDAY;VALUE=text:long ago",), ("BDAY;VALUE=text:long ago",)),
    (
        ("ANNIVERSARY:18350708",),
        ("item1.X-ABDATE:1835-07-08", "item1.X-ABLabel:_$!<Anniversary>!$_"),
    ),
    (
        ("a.ANNIVERSARY:--0708", "a.X-ABLabel:Wedding"),
        ("a.X-ANNIVERSARY;X-APPLE-OMIT-YEAR=1604:1604-07-08", "a.X-ABLabel:Wedding"),
    ),
    (
        ("item1.TEL:1", "RELATED;TYPE=spouse;VALUE=text:William"),
        (
            "item1.TEL:1",
            "item2.X-ABRELATEDNAMES;TYPE=spouse:William",
            "item2.X-ABLabel:_$!<Spouse>!$_",
        ),
    ),
    (("RELATED;TYPE=muse;VALUE=text:Byron",), ("X-ABRELATEDNAMES;TYPE=muse:Byron",)),
    (
        ("a.RELATED;VALUE=text:Charles", "a.X-ABLabel:_$!<Manager>!$_"),
        ("a.X-ABRELATEDNAMES:Charles", "a.X-ABLabel:_$!<Manager>!$_"),
    ),
    (("RELATED;TYPE=friend:urn:uuid:2",), ("RELATED;TYPE=friend:urn:uuid:2",)),
    (("IMPP;SERVICE-TYPE=Jabber:xmpp:a@b",), ("IMPP;X-SERVICE-TYPE=Jabber:xmpp:a@b",)),
    (("GEO:geo:51.5,-0.12",), ("GEO:51.5;-0.12",)),
    (("TZ:Europe/London",), ("TZ;VALUE=text:Europe/London",)),
    (("TZ;VALUE=utc-offset:-0500",), ("TZ:-05:00",)),
    (
        ("ADR;TYPE=home;LABEL=12^nLondon:;;12;London;;;", "ADR;TYPE=home:;;13;London;;;"),
        (
            "ADR;TYPE=home:;;12;London;;;",
            "LABEL;TYPE=home:12\\nLondon",
            "ADR;TYPE=home:;;13;London;;;",
        ),
    ),
    (
        ("ADR;TYPE=home:;;12;London;;;", 'ADR;TYPE=home;LABEL="13, x":;;13;London;;;'),
        (
            "ADR;TYPE=home:;;12;London;;;",
            "ADR;TYPE=home:;;13;London;;;",
            "LABEL;TYPE=home:13\\, x",
        ),
    ),
    (("PHOTO:data:image/png;base64,AAEC",), ("PHOTO;ENCODING=b;TYPE=PNG:AAEC",)),
    (("EMAIL;PREF=1:a@b", "EMAIL;PREF=2:c@d"), ("EMAIL;TYPE=PREF:a@b", "EMAIL;PREF=2:c@d")),
    (("TEL;PREF=50:1",), ("TEL;TYPE=PREF;PREF=50:1",)),
    (("TEL;TYPE=cell:+1 555",), ("TEL;TYPE=cell:+1 555",)),
    (
        ("GENDER:F", "LANG;TYPE=work:en", "X-A;B=c:d", "NOTE;ALTID=1;PID=1.1;LANGUAGE=de:x\\,y"),
        ("GENDER:F", "LANG;TYPE=work:en", "X-A;B=c:d", "NOTE;ALTID=1;PID=1.1;LANGUAGE=de:x\\,y"),
    ),
    (
        ("UID:urn:uuid:3", "REV:20240102T030405Z", "DEATHDATE:18521127", "PRONOUNS:she/her"),
        ("UID:urn:uuid:3", "REV:20240102T030405Z", "DEATHDATE:18521127", "PRONOUNS:she/her"),
    ),
]
"""The lines in 4.0, and what they are in 3.0; either becomes the other."""
