# SPDX-License-Identifier: Apache-2.0
"""Qualified names, grouped under the document that defines them."""

from __future__ import annotations

from typing import Final

DAV: Final = "{DAV:}"
CARDDAV: Final = "{urn:ietf:params:xml:ns:carddav}"
CALENDARSERVER: Final = "{http://calendarserver.org/ns/}"

# RFC 4918, WebDAV
MULTISTATUS: Final = f"{DAV}multistatus"
RESPONSE: Final = f"{DAV}response"
HREF: Final = f"{DAV}href"
PROPFIND: Final = f"{DAV}propfind"
PROP: Final = f"{DAV}prop"
RESOURCETYPE: Final = f"{DAV}resourcetype"
COLLECTION: Final = f"{DAV}collection"
DISPLAYNAME: Final = f"{DAV}displayname"
GETETAG: Final = f"{DAV}getetag"
GETLASTMODIFIED: Final = f"{DAV}getlastmodified"
PROPERTYUPDATE: Final = f"{DAV}propertyupdate"
SET: Final = f"{DAV}set"

# RFC 5689, extended MKCOL
MKCOL: Final = f"{DAV}mkcol"

# RFC 5995, add-member
ADD_MEMBER: Final = f"{DAV}add-member"

# RFC 3253, reports
SUPPORTED_REPORT_SET: Final = f"{DAV}supported-report-set"
REPORT: Final = f"{DAV}report"

# RFC 3744, access control
PRINCIPAL_URL: Final = f"{DAV}principal-URL"
CURRENT_USER_PRIVILEGE_SET: Final = f"{DAV}current-user-privilege-set"
PRIVILEGE: Final = f"{DAV}privilege"

# RFC 5397, current principal
CURRENT_USER_PRINCIPAL: Final = f"{DAV}current-user-principal"

# RFC 6578, collection synchronisation
SYNC_COLLECTION: Final = f"{DAV}sync-collection"
SYNC_TOKEN: Final = f"{DAV}sync-token"
SYNC_LEVEL: Final = f"{DAV}sync-level"

# RFC 5323, as used by RFC 6578
LIMIT: Final = f"{DAV}limit"
NRESULTS: Final = f"{DAV}nresults"

# RFC 6352, CardDAV
ADDRESSBOOK: Final = f"{CARDDAV}addressbook"
ADDRESSBOOK_HOME_SET: Final = f"{CARDDAV}addressbook-home-set"
ADDRESSBOOK_DESCRIPTION: Final = f"{CARDDAV}addressbook-description"
SUPPORTED_ADDRESS_DATA: Final = f"{CARDDAV}supported-address-data"
ADDRESS_DATA_TYPE: Final = f"{CARDDAV}address-data-type"
MAX_RESOURCE_SIZE: Final = f"{CARDDAV}max-resource-size"
ADDRESS_DATA: Final = f"{CARDDAV}address-data"
ADDRESSBOOK_MULTIGET: Final = f"{CARDDAV}addressbook-multiget"
ADDRESSBOOK_QUERY: Final = f"{CARDDAV}addressbook-query"
FILTER: Final = f"{CARDDAV}filter"
PROP_FILTER: Final = f"{CARDDAV}prop-filter"
PARAM_FILTER: Final = f"{CARDDAV}param-filter"
TEXT_MATCH: Final = f"{CARDDAV}text-match"
IS_NOT_DEFINED: Final = f"{CARDDAV}is-not-defined"
QUERY_LIMIT: Final = f"{CARDDAV}limit"
QUERY_NRESULTS: Final = f"{CARDDAV}nresults"

# caldav-ctag-02, shared with CardDAV
GETCTAG: Final = f"{CALENDARSERVER}getctag"

# inf-it.com, as Radicale, Nextcloud and InfCloud use it
ADDRESSBOOK_COLOR: Final = "{http://inf-it.com/ns/ab/}addressbook-color"
