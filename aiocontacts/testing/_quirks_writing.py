# SPDX-License-Identifier: Apache-2.0
"""The quirks of writing, and what takes the place of errors.

They stand in the order in which they see a call: the first is the farthest out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from ._answers import Answer, Call, Refused
from ._properties import View
from ._quotas import HTML, JSON, error_json
from ._retelling import Act, Proceed, refusing, stores, with_headers, without
from ._rewriting import (
    cut_at_commas,
    has_commas_in_org,
    has_empty_extensions,
    has_name,
    has_strange_types,
    rewritten,
    with_one_type,
    with_uid,
    without_extensions,
    without_undashed_birthdays,
)
from ._vcard import version_of
from ._xml import CARDDAV, XML, multistatus, only_status

_STRANGE: Final = b"\r\nX-EVOLUTION-"
"""What a server that forbids some cards does not like in one; what iCloud does not is not known."""

_STATUSES: Final = {
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: ("UNAUTHENTICATED", "Invalid Credentials"),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "Requested entity was not found."),
    405: ("UNIMPLEMENTED", "Method not allowed."),
    412: ("FAILED_PRECONDITION", "Precondition check failed."),
}


def _put_answers_207(_view: View, call: Call, proceed: Proceed) -> Answer:
    if call.method != "PUT":
        return proceed(call)
    try:
        told = proceed(call)
    except Refused as refused:
        inner = only_status(call.path, refused.answer.status, refused.condition)
        return Answer(207, XML, multistatus([inner]))
    return Answer(207, {**told.headers, **XML}, multistatus([only_status(call.path, told.status)]))


def _conflict_as_400(_view: View, call: Call, proceed: Proceed) -> Answer:
    try:
        return proceed(call)
    except Refused as refused:
        stale = refused.answer.status == 412 or refused.condition.startswith(CARDDAV)
        if stores(call) and stale:
            raise Refused(400) from refused
        raise


def _no_etag_after_put(_view: View, call: Call, proceed: Proceed) -> Answer:
    told = proceed(call)
    return without(told, "ETag") if stores(call) else told


def _etag_aside(_view: View, call: Call, proceed: Proceed) -> Answer:
    told = proceed(call)
    names = {"ETag": "OC-ETag"}
    return replace(
        told, headers={names.get(name, name): told.headers[name] for name in told.headers}
    )


def _if_match_ignored(view: View, call: Call, proceed: Proceed) -> Answer:
    # Of a card that is gone, no version can be the last.
    return proceed(with_headers(call, If_Match=None) if view.at.card else call)


def _uid_replaced(view: View, call: Call, proceed: Proceed) -> Answer:
    book = view.at.book
    if book is None or view.at.card or not stores(call):
        return proceed(call)
    uid = book.fresh_name()
    return proceed(_edited(call, lambda text: with_uid(text, uid)))


def _cards_rewritten(view: View, call: Call, proceed: Proceed) -> Answer:
    if not stores(call):
        return proceed(call)
    return proceed(_edited(call, lambda text: rewritten(text, view.site.now())))


def _types_refused(_view: View, call: Call, proceed: Proceed) -> Answer:
    if not stores(call):
        return proceed(call)
    if has_strange_types(call.body.decode(errors="replace")):
        raise Refused(400)
    return proceed(_edited(call, with_one_type))


def _extensions_dropped(_view: View, call: Call, proceed: Proceed) -> Answer:
    return proceed(_edited(call, without_extensions) if stores(call) else call)


def _dashed_birthdays(_view: View, call: Call, proceed: Proceed) -> Answer:
    return proceed(_edited(call, without_undashed_birthdays) if stores(call) else call)


def _commas_cut(_view: View, call: Call, proceed: Proceed) -> Answer:
    if not stores(call):
        return proceed(call)
    if has_commas_in_org(call.body.decode(errors="replace")):
        raise Refused(400)
    return proceed(_edited(call, cut_at_commas))


def _vcard_3_only(_view: View, call: Call, proceed: Proceed) -> Answer:
    if stores(call) and version_of(call.body.decode(errors="replace")) not in {"", "3.0"}:
        raise Refused(403, f"{CARDDAV}supported-address-data")
    return proceed(call)


def _edited(call: Call, edit: Callable[[str], str]) -> Call:
    """A call with another card; what is no text stays what it is, and will be refused."""
    try:
        return replace(call, body=edit(call.body.decode()).encode())
    except UnicodeDecodeError:
        return call


def _makes_or_deletes_a_book(view: View, call: Call) -> bool:
    return call.method == "MKCOL" or (call.method == "DELETE" and view.at.kind == "book")


WRITING: Final[Mapping[str, Act]] = {
    "no-options": refusing(404, lambda _, call: call.method == "OPTIONS"),
    "no-mkcol": refusing(405, _makes_or_deletes_a_book),
    "no-proppatch": refusing(405, lambda _, call: call.method == "PROPPATCH"),
    "put-answers-207": _put_answers_207,
    "etag-aside": _etag_aside,
    "conflict-as-400": _conflict_as_400,
    "no-etag-after-put": _no_etag_after_put,
    "name-wanted": refusing(
        400, lambda _, call: stores(call) and not has_name(call.body.decode(errors="replace"))
    ),
    "cards-forbidden": refusing(403, lambda _, call: stores(call) and _STRANGE in call.body),
    "empty-extensions-refused": refusing(
        500,
        lambda _, call: stores(call) and has_empty_extensions(call.body.decode(errors="replace")),
    ),
    "if-match-ignored": _if_match_ignored,
    "types-refused": _types_refused,
    "vcard-3-only": _vcard_3_only,
    "uid-replaced": _uid_replaced,
    "dashed-birthdays": _dashed_birthdays,
    "extensions-dropped": _extensions_dropped,
    "commas-cut": _commas_cut,
    "cards-rewritten": _cards_rewritten,
}
"""What a server with such a quirk does."""


def _json_errors(_call: Call, no: Answer) -> Answer:
    if no.headers.get("Content-Type") == JSON["Content-Type"]:
        return no
    status, message = _STATUSES.get(no.status, ("UNKNOWN", "Unknown Error."))
    body = error_json(no.status, message, status).encode()
    return Answer(no.status, {**no.headers, **JSON}, [body])


def _html_errors(call: Call, no: Answer) -> Answer:
    if no.headers.get("Content-Type") == XML["Content-Type"]:
        # What names a condition is no page, or nothing could be told from it.
        return no
    page = f"<!DOCTYPE html><html><body><h1>Error {no.status}</h1></body></html>".encode()
    missing = (call.method, no.status) == ("PROPFIND", 404)
    return Answer(200 if missing else no.status, {**no.headers, **HTML}, [page])


REFUSING: Final[Mapping[str, Callable[[Call, Answer], Answer]]] = {
    "json-errors": _json_errors,
    "html-errors": _html_errors,
}
"""How a server with such a quirk says no."""
