# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiocontacts.errors import (
    AlreadyExists,
    AuthenticationError,
    CardRefused,
    EditConflict,
    InvalidSyncToken,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerError,
    StatusError,
)
from aiocontacts.protocol import Headers, Request, ResponseHead, refusal
from aiocontacts.protocol._refusals import condition_name, conditions_of, inner_refusal
from tests.canaries import CARD_LINE, PASSWORD, TOKEN, assert_no_canary

URL = "https://dav.example.org/ada/contacts/"
BASIC = "Basic " + b64encode(f"ada:{PASSWORD}".encode()).decode()
CARD = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\n{CARD_LINE}\r\nEND:VCARD\r\n"


def said(
    status: int,
    body: bytes | str = b"",
    *,
    method: str = "REPORT",
    asked: dict[str, str] | None = None,
    **told: str,
) -> StatusError:
    """The error for an answer to a request with these header fields."""
    head = ResponseHead(
        status, Headers({name.replace("_", "-"): value for name, value in told.items()}), URL
    )
    data = body.encode() if isinstance(body, str) else body
    return refusal(Request(method, f"{URL}?before-redirects", asked or {}), head, data)


def error(*conditions: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<D:error xmlns:D="DAV:" xmlns:S="urn:sabre"'
        f' xmlns:C="urn:ietf:params:xml:ns:carddav">{"".join(conditions)}</D:error>'
    )


@pytest.mark.parametrize(
    "status, kind",
    [
        (400, StatusError),
        (401, AuthenticationError),
        (402, StatusError),
        (403, PermissionDenied),
        (404, NotFound),
        (405, StatusError),
        (408, ServerError),
        (409, StatusError),
        (410, NotFound),
        (412, StatusError),
        (413, StatusError),
        (423, RateLimited),
        (429, RateLimited),
        (500, ServerError),
        (501, ServerError),
        (502, ServerError),
        (503, RateLimited),
        (504, ServerError),
        (507, ServerError),
        (599, ServerError),
        (302, StatusError),
    ],
)
def test_a_status_alone_decides(status: int, kind: type[StatusError]) -> None:
    """Where the server says no more, its status is one exception."""
    assert kind is type(said(status))


@pytest.mark.parametrize("status", [400, 403, 409, 412, 500])
@pytest.mark.parametrize(
    "condition, name, kind",
    [
        ("<D:valid-sync-token/>", "DAV:valid-sync-token", InvalidSyncToken),
        (
            "<D:need-privileges><D:resource/></D:need-privileges>",
            "DAV:need-privileges",
            PermissionDenied,
        ),
        (
            "<C:no-uid-conflict><D:href>/b</D:href></C:no-uid-conflict>",
            "CARDDAV:no-uid-conflict",
            AlreadyExists,
        ),
        ("<C:valid-address-data/>", "CARDDAV:valid-address-data", CardRefused),
        ("<C:supported-address-data/>", "CARDDAV:supported-address-data", CardRefused),
        ("<C:max-resource-size/>", "CARDDAV:max-resource-size", CardRefused),
    ],
)
def test_a_condition_decides_first(
    status: int, condition: str, name: str, kind: type[StatusError]
) -> None:
    """A condition that failed tells more than any status that a server chose for it."""
    caught = said(status, error(condition), asked={"If-Match": '"1"'})

    assert kind is type(caught)
    assert name == caught.condition
    assert status == caught.status
    assert name in str(caught)


def test_a_lock_is_not_waited_for() -> None:
    """A bare 423 is over when another write is; whoever holds a lock may hold it for hours."""
    assert said(423).transient
    assert StatusError is type(said(423, error("<D:lock-token-submitted/>")))


def test_other_conditions_are_told() -> None:
    """A condition without an exception of its own leaves the choice to the status."""
    caught = said(403, error("<D:supported-report/>"))

    assert PermissionDenied is type(caught)
    assert "DAV:supported-report" == caught.condition


@pytest.mark.parametrize(
    "status, asked, kind",
    [
        (412, {"If-Match": '"1"'}, EditConflict),
        (412, {"If-None-Match": "*"}, AlreadyExists),
        (412, {}, StatusError),
        (409, {"If-Match": '"1"'}, StatusError),
        (409, {"If-None-Match": "*"}, StatusError),
    ],
)
def test_a_precondition_was_ours(
    status: int, asked: dict[str, str], kind: type[StatusError]
) -> None:
    """A 412 means what the request made it depend on, and nothing where it did not."""
    assert kind is type(said(status, method="PUT", asked=asked))


def test_what_google_means_goes_before_the_status() -> None:
    """Where there is no condition, what Google means by a 403 is what the error is."""
    caught = said(403, "Rate Limit Exceeded")

    assert RateLimited is type(caught)
    assert (403, "REPORT", URL, "Rate Limit Exceeded") == (
        caught.status,
        caught.method,
        caught.url,
        caught.excerpt,
    )


def test_elements_of_the_server_are_no_conditions() -> None:
    """What a server puts beside the condition, as sabre/dav does, does not hide it."""
    body = error("<S:exception>InvalidSyncToken</S:exception>", "<D:valid-sync-token/>")

    assert InvalidSyncToken is type(said(403, body))
    assert said(403, error("<S:exception>Forbidden</S:exception>")).condition is None


@pytest.mark.parametrize(
    "body",
    [
        error("<D:valid-sync-token/>", "<D:responsedescription>" + "x" * 99_999)[:16_384],
        error("<D:valid-sync-token/>").removesuffix("</D:error>"),
        error("<D:valid-sync-token/>", "<D:a>&nbsp;</D:a>"),
        error("<D:valid-sync-token/>").replace("utf-8", "utf-16").encode("utf-16"),
        "\ufeff" + error("<D:valid-sync-token/>"),
    ],
    ids=["cut", "unclosed", "broken", "utf-16", "bom"],
)
def test_a_condition_is_read_as_far_as_it_goes(body: str | bytes) -> None:
    """A body that is cut or broken behind the condition, or oddly encoded, still tells it."""
    assert InvalidSyncToken is type(said(403, body))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "error",
        '{"error": {"code": 403, "message": "DAV:valid-sync-token"}}',
        "<html><body>valid-sync-token</body></html>",
        "<error><valid-sync-token/></error>",
        '<D:multistatus xmlns:D="DAV:"><D:valid-sync-token/></D:multistatus>',
        '<D:error xmlns:D="DAV:"><D:wrap><D:valid-sync-token/></D:wrap></D:error>',
        '<!DOCTYPE e><D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>',
        '<D:error xmlns:D="DAV:">' + "<D:a>" * 40 + "<D:valid-sync-token/>",
        error('<!--<D:valid-sync-token xmlns:D="DAV:"/>-->'),
        error("<![CDATA[<D:valid-sync-token/>]]>"),
        b"\xff\x00\xfe",
    ],
)
def test_a_condition_is_an_element_not_a_text(body: str | bytes) -> None:
    """Only an element in a DAV:error is a condition: its name in a text or elsewhere is none."""
    assert PermissionDenied is type(said(403, body))


def test_conditions_have_short_names() -> None:
    """Conditions are called as the RFCs call them, in order; others by their whole name."""
    body = error("<D:a/>", "<C:b>x<D:c/></C:b>", "<S:d/>", '<e xmlns=""/>').encode()

    assert ("DAV:a", "CARDDAV:b", "{urn:sabre}d", "e") == conditions_of(body, url=URL)
    assert "DAV:valid-sync-token" == condition_name("{DAV:}valid-sync-token")


def test_a_refusal_tells_its_parts() -> None:
    """The error has the status, the method, where the answer came from, and how long to wait."""
    caught = said(429, "slow down", Retry_After="30")

    assert (429, "REPORT", URL, 30.0, "slow down", None) == (
        caught.status,
        caught.method,
        caught.url,
        caught.retry_after,
        caught.excerpt,
        caught.condition,
    )
    assert caught.transient


@pytest.mark.parametrize(
    "status, hint", [(401, "sign in again"), (429, "retry_after"), (503, "retry_after")]
)
def test_a_hint_says_what_to_do(status: int, hint: str) -> None:
    """Where we know what helps, the error says so."""
    assert hint in (said(status, asked={"Authorization": "Basic eDp5"}).hint or "")


def test_who_sent_no_credentials_is_told_to() -> None:
    """A 401 to a request without credentials does not speak of wrong ones."""
    without = refusal(Request("GET", URL), ResponseHead(401, Headers(), URL), b"")

    assert "wants credentials" in (without.hint or "")


@pytest.mark.parametrize("status", [405, 501])
@pytest.mark.parametrize("method", ["PROPFIND", "REPORT"])
def test_who_knows_no_webdav_is_perhaps_another(method: str, status: int) -> None:
    """Where even questions are not known, there is no server, or something before it."""
    assert "no CardDAV server" in (said(status, method=method).hint or "")
    assert said(status, method="MKCOL").hint is None
    assert said(status, error("<C:supported-filter/>"), method=method).hint is None


def test_a_card_may_be_what_is_forbidden() -> None:
    """A bare 403 to a card does not tell which of the two it means; others do."""
    card = {"Content-Type": "text/vcard; charset=utf-8"}
    bare = said(403, method="PUT", asked=card)
    named = said(403, error("<D:need-privileges/>"), method="PUT", asked=card)
    photo = said(403, method="PUT", asked={"Content-Type": "image/png"})

    assert {PermissionDenied} == {type(bare), type(named), type(photo)}
    assert "a card that they do not take" in (bare.hint or "")
    assert (None, None) == (named.hint, photo.hint)


@pytest.mark.parametrize("status", [403, 404, 412, 500])
def test_no_hint_is_no_guess(status: int) -> None:
    """Where we do not know what helps, there is no hint."""
    assert said(status).hint is None


@pytest.mark.parametrize(
    "status, transient",
    [
        *((status, True) for status in (429, 500, 502, 503, 504)),
        *((status, False) for status in (400, 401, 403, 404, 409, 412, 501, 505, 507)),
    ],
)
def test_only_what_passes_is_transient(status: int, *, transient: bool) -> None:
    """Overload and failure pass; a refusal, a missing feature and a full disk stay."""
    assert transient is said(status).transient


def test_case_62_too_much_for_the_limit() -> None:
    """Case 62: 507 as the status of the whole answer is an error that names its condition."""
    caught = said(507, error("<D:number-of-matches-within-limits/>"))

    assert ServerError is type(caught)
    assert "DAV:number-of-matches-within-limits" == caught.condition


def test_a_resource_of_a_multistatus_is_refused_alike() -> None:
    """What a multistatus says of one resource is the same error, without an excerpt."""
    head = ResponseHead(403, Headers(), URL)
    caught = inner_refusal(Request("PROPFIND", URL), head, ("{x}y", "DAV:need-privileges"))

    assert PermissionDenied is type(caught)
    assert (403, "PROPFIND", URL, "DAV:need-privileges", "") == (
        caught.status,
        caught.method,
        caught.url,
        caught.condition,
        caught.excerpt,
    )


ECHOES = [
    pytest.param({}, f"you sent {CARD}", id="card"),
    pytest.param({}, CARD[: CARD.index("END")], id="cut card"),
    pytest.param({}, f'{{"got": "{CARD}"}}'.replace("\r\n", "\\r\\n"), id="card in JSON"),
    pytest.param({}, quote(CARD), id="card in a URL"),
    pytest.param({}, CARD.replace(":", "&#58;", 1), id="card in HTML"),
    pytest.param({}, CARD.lower().replace("c4rd-canary", "C4RD-CANARY"), id="lower case"),
    pytest.param({}, CARD.encode("utf-16"), id="card in UTF-16"),
    pytest.param({}, CARD.encode("utf-16-be"), id="card in UTF-16 without a mark"),
    pytest.param({}, "x" * 2000 + CARD, id="card at the edge"),
    pytest.param({"Authorization": BASIC}, f"sent: {BASIC}", id="basic"),
    pytest.param({"Authorization": f"basic{BASIC[5:]}"}, PASSWORD, id="scheme in lower case"),
    pytest.param({"Authorization": BASIC}, f"no user ada with {PASSWORD}!", id="password"),
    pytest.param({"Authorization": BASIC}, BASIC.encode("utf-16"), id="basic in UTF-16"),
    pytest.param({"Authorization": f"Bearer {TOKEN}"}, f"bad token {TOKEN}", id="token"),
    pytest.param(
        {"Authorization": f'Digest username="ada", nonce="n", response="{TOKEN}"'},
        f"bad response {TOKEN}",
        id="response",
    ),
    pytest.param({"Authorization": f"Bearer {TOKEN}"}, TOKEN * 300, id="tokens"),
    pytest.param({"Authorization": f"Bearer {TOKEN * 90}"}, (TOKEN * 90) * 9, id="long tokens"),
    pytest.param({"Authorization": f"Bearer {TOKEN}"}, TOKEN[:-2], id="cut token"),
    pytest.param({"Authorization": f"Bearer {TOKEN}"}, b"\xc3" + TOKEN.encode(), id="bad UTF-8"),
    pytest.param({"Authorization": f"Bearer {TOKEN}"}, TOKEN + CARD, id="both"),
]


@pytest.mark.parametrize("asked, body", ECHOES)
def test_an_excerpt_holds_no_secret(asked: dict[str, str], body: str | bytes) -> None:
    """A card or a credential that the server echoes, in whatever form, is not handed on."""
    caught = said(400, body, method="PUT", asked=asked)

    assert_no_canary(caught.excerpt.replace("\0", ""))
    assert_no_canary(repr(vars(caught)))


@pytest.mark.parametrize("password", ["p&ss w\"rd-'<S3CRET>", "geheim&nis=1", "käse-brot", "x"])
@pytest.mark.parametrize("written", [str, escape, quote])
def test_an_excerpt_holds_no_password(password: str, written: Callable[[str], str]) -> None:
    """A password is found plainly, in HTML and in a URL."""
    asked = {"Authorization": "Basic " + b64encode(f"ada:{password}".encode()).decode()}
    body = f"<p>{written(password)}</p>"

    assert "<p>[credentials]</p>" == said(403, body, asked=asked).excerpt


def test_an_excerpt_is_short() -> None:
    """Of what a server writes, 2 Ki characters are kept, counted after the secrets are out."""
    asked = {"Authorization": f"Bearer {TOKEN}"}

    assert "ü" * 2048 == said(500, "ü" * 5000).excerpt
    assert f"[credentials] {'x' * 2034}" == (
        said(500, f"{TOKEN} {'x' * 5000}", asked=asked).excerpt
    )


def test_an_excerpt_says_what_is_left_out() -> None:
    """What was left out of an excerpt has left a mark, and the rest is as the server wrote it."""
    asked = {"Authorization": f"Bearer {TOKEN}"}

    assert "no. [card]" == said(403, f"no. {CARD} yes").excerpt
    assert "<b>[credentials]</b> [credentials] no" == (
        said(401, f"<b>{TOKEN}</b> {TOKEN[:10]} no", asked=asked).excerpt
    )


def test_no_credential_leaves_a_text_alone() -> None:
    """Where no credential was sent, or none with a secret, the excerpt is the text."""
    empty = b64encode(b"ada:").decode()
    for value in ("", "Bearer", "Bearer ", "Basic ", f"Basic {empty}", "Basic ä", "Basic a"):
        assert "b c d" == said(403, "b c d", asked={"Authorization": value}).excerpt


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_body_is_a_refusal(body: bytes, value: str) -> None:
    """Whatever bytes come, and whatever was sent: one error, and at most 2 KiB of text."""
    caught = said(403, body * 20, asked={"Authorization": value})

    assert len(caught.excerpt) <= 2048
    assert "[card]" in caught.excerpt or "BEGIN:VCARD" not in caught.excerpt


@pytest.mark.parametrize(
    "inside, existing",
    [
        ("<D:href>/b/1.vcf</D:href>", "/b/1.vcf"),
        ("<D:href> https://x/b/1.vcf\n</D:href><D:href>/b/2.vcf</D:href>", "https://x/b/1.vcf"),
        ("<D:href/>", None),
        (f"<D:href>{'x' * 5000}</D:href>", None),
        ("<D:p><D:href>/too/deep</D:href></D:p>", None),
        ("", None),
    ],
)
def test_case_106_a_uid_conflict_says_who_has_it(inside: str, existing: str | None) -> None:
    """106. The href in a no-uid-conflict is that of the card which has the UID."""
    body = (
        '<D:error xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">'
        f"<C:no-uid-conflict>{inside}</C:no-uid-conflict></D:error>"
    )
    error = refusal(Request("PUT", URL), ResponseHead(409, Headers(), URL), body.encode())

    assert isinstance(error, AlreadyExists)
    assert existing == error.existing


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_a_card_that_the_server_cannot_use_is_refused(status: int) -> None:
    """What says that a request is bad says so of the card, where it had one."""
    head = ResponseHead(status, Headers(), URL)
    card = Request("PUT", URL, {"Content-Type": "text/vcard; charset=utf-8"}, b"card")

    assert CardRefused is type(refusal(card, head, b""))
    assert StatusError is type(refusal(Request("PROPFIND", URL), head, b""))
