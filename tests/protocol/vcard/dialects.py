# SPDX-License-Identifier: Apache-2.0
"""Cards as the well-known programs write them, made up after the forms that are documented."""

from __future__ import annotations

GOOGLE = r"""BEGIN:VCARD
VERSION:3.0
N:Lovelace;Ada;Augusta;Countess;
FN:Countess Ada Augusta Lovelace
NICKNAME:Enchantress
item1.EMAIL;TYPE=INTERNET:ada@example.org
item1.X-ABLabel:Letters
EMAIL;TYPE=INTERNET;TYPE=HOME;TYPE=PREF:countess@example.org
TEL;TYPE=CELL:+44 20 7946 0001
ADR;TYPE=HOME:;;12 St James\'s Square\nFlat 2;London;;SW1Y;United Kingdom
ORG:Analytical Engines\, Ltd.;Programming
TITLE:Analyst
item2.URL:https\://example.org/ada?a=1\,2
item2.X-ABLabel:_$!<HomePage>!$_
item3.X-ABDATE:1835-07-08
item3.X-ABLabel:_$!<Anniversary>!$_
item4.X-ABRELATEDNAMES:William King
item4.X-ABLabel:_$!<Spouse>!$_
IMPP;X-SERVICE-TYPE=Jabber;TYPE=OTHER:xmpp:ada@example.org
X-PHONETIC-FIRST-NAME:AY-duh
X-PHONETIC-LAST-NAME:LUV-lace
BDAY:1815-12-10
NOTE:First line\nsecond\: line\; \\o/
CATEGORIES:myContacts,starred
UID:4a5b6c
END:VCARD
"""

APPLE = r"""BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//macOS 14.0//EN
N:Hopper;Grace;Brewster Murray,Ann;;
FN:Grace Hopper
EMAIL;type=INTERNET;type=WORK;type=pref:grace@example.org
item1.EMAIL;type=INTERNET:amazing@example.org
item1.X-ABLabel:Büro
TEL;type=IPHONE;type=CELL;type=VOICE;type=pref:(555) 010-0001
item2.ADR;type=HOME;type=pref:;;1 Navy Yard;Arlington;VA;22201;USA
item2.X-ABADR:us
item3.X-ABRELATEDNAMES;type=pref:Vincent
item3.X-ABLabel:_$!<Spouse>!$_
BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-09
X-SOCIALPROFILE;type=twitter;x-user=grace:https://example.org/grace
IMPP;X-SERVICE-TYPE=Skype;type=HOME:skype:grace
PHOTO;ENCODING=b;TYPE=JPEG;X-ABCROP-RECTANGLE=ABClipRect_1&0&0&9&9&aBc/d==:
 /9j/4AAQSkZJRgABAQAAAQABAAD/
 2wBDAAgGBgcGBQgHBwc=
UID:0B3C-ABPerson
END:VCARD
"""

OUTLOOK = """BEGIN:VCARD
VERSION:2.1
N;LANGUAGE=de;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg
FN;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:J=F6rg M=FCller
ORG:Firma;Abteilung
TEL;WORK;VOICE:+49 89 1234
TEL;CELL;PREF:+49 170 1234
ADR;WORK;PREF;ENCODING=QUOTED-PRINTABLE:;;Stra=C3=9Fe 1=0D=0AHinterhaus;Ulm;;89073;D
LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:Stra=C3=9Fe 1=0D=0A=
Hinterhaus=0D=0A=
80331 M=C3=BCnchen
NOTE;ENCODING=QUOTED-PRINTABLE:Zeile 1=0D=0A=
Zeile 2
EMAIL;PREF;INTERNET:joerg@example.org
PHOTO;TYPE=JPEG;ENCODING=BASE64:
 /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwc=

REV:20240102T030405Z
END:VCARD
"""

NEXTCLOUD = r"""BEGIN:VCARD
VERSION:4.0
PRODID:-//Sabre//Sabre VObject 4.5.4//EN
UID:8a0f4a1e-8f0e-4b57-a9a2-d47d8b5e9f31
FN:José García
N:García;José;;;
EMAIL;TYPE=HOME;PREF=2:jose@example.org
EMAIL;TYPE="WORK,x-shared";PREF=1:garcia@example.org
TEL;TYPE=HOME,VOICE:+34 91 123
TEL;VALUE=uri;TYPE=CELL:tel:+34-600-123
ADR;TYPE=HOME:;;Gran Vía 1;Madrid;;28013;España
BDAY;VALUE=date:19851224
ANNIVERSARY:20100612
RELATED;TYPE=friend;VALUE=text:Ada
CATEGORIES:Familia,Trabajo\, etc
PHOTO:data:image/png;base64,iVBORw0KGgo=
X-SOCIALPROFILE;TYPE=GITHUB:https://example.org/jose
REV:20240102T030405Z
END:VCARD
"""

ANDROID = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1=E7=94=B0;=E8=8A=B1=E5=AD=90;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E8=8A=B1=E5=AD=90=E5=B1=B1=E7=94=B0
X-PHONETIC-FIRST-NAME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E3=81=AF
TEL;CELL;PREF:090-1234-5678
TEL;X-Office:03-1234
EMAIL;HOME:hanako@example.org
X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Hana;1;;;;;;;;;;;;;
BDAY:--03-14
X-JABBER:hanako@example.org
END:VCARD
"""

THUNDERBIRD = r"""BEGIN:VCARD
VERSION:4.0
FN:Łukasz Wałęsa
N:Wałęsa;Łukasz;;;
EMAIL;PREF=1;TYPE=work:lukasz@example.org
TEL;TYPE=cell;VALUE=TEXT:+48 600 123
URL;TYPE=work;VALUE=URL:https://example.org/\,x
X-CUSTOM1;VALUE=TEXT:something
NOTE:one\ntwo
BDAY;VALUE=DATE:--0229
IMPP:xmpp:lukasz@example.org
UID:abc
END:VCARD
"""

DIALECTS = {
    "google": GOOGLE.replace("\n", "\r\n"),
    "apple": APPLE.replace("\n", "\r\n"),
    "outlook": OUTLOOK.replace("\n", "\r\n"),
    "nextcloud": NEXTCLOUD.replace("\n", "\r\n"),
    "android": ANDROID.replace("\n", "\r\n"),
    "thunderbird": THUNDERBIRD.replace("\n", "\r\n"),
}


def card(*lines: str, version: str = "3.0", end: str = "\r\n") -> str:
    """A card of a version, with these lines."""
    return "".join(
        f"{line}{end}" for line in ("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD")
    )


def with_commas(version: str) -> str:
    """A card with commas wherever there can be some, and few of them with a backslash."""
    return card(
        "UID:a,b",
        "FN:Hopper, Grace",
        "N:Hopper\\, Jr.;Grace;Brewster,Ann;Dr.,Prof.;",
        "NICKNAME:Ann,Annie\\, too",
        "CATEGORIES:a,b\\,c",
        "ORG:Firma, Inc.;Research, and more",
        "TITLE:this, that",
        "ADR;TYPE=HOME:;;1 Navy, Yard;Arlington\\, VA;;22201;USA",
        "URL:https://example.com/a,b",
        "item1.IMPP:xmpp:a,b@example.com",
        "item1.X-ABLabel:at work, mostly",
        "X-USER-DEFINED:a,b\\,c",
        "X-PHONETIC-FIRST-NAME:Gr,ace",
        "X-OTHER:a,b\\:c",
        "NOTE:a,b\\nc\\:d",
        "GENDER:F;she, her" if version == "4.0" else "X-GENDER:she, her",
        "PHOTO:data:image/png;base64,iVBORw0KGgo=",
        version=version,
    )
