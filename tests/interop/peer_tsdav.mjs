// SPDX-License-Identifier: Apache-2.0
// What tsdav sees of a server and does to it, as one line of JSON.
// Usage: node peer_tsdav.mjs URL USER PASSWORD, beside a node_modules that holds tsdav.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.cwd()}/`);
const { createDAVClient } = await import(pathToFileURL(require.resolve("tsdav")));

const [serverUrl, username, password] = process.argv.slice(2);
const client = await createDAVClient({
  serverUrl,
  credentials: { username, password },
  authMethod: "Basic",
  defaultAccountType: "carddav",
});

const books = await client.fetchAddressBooks();
const addressBook = books.find((book) => book.displayName === "Contacts");
const before = await client.fetchVCards({ addressBook });

const card = (fullName) =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:by-tsdav\r\nFN:${fullName}\r\nN:;${fullName};;;\r\nEND:VCARD\r\n`;
const created = await client.createVCard({
  addressBook,
  filename: "by-tsdav.vcf",
  vCardString: card("Made"),
});
const again = await client.createVCard({
  addressBook,
  filename: "by-tsdav.vcf",
  vCardString: card("Made"),
});
const url = new URL("by-tsdav.vcf", addressBook.url).href;
const updated = await client.updateVCard({
  vCard: { url, etag: created.headers.get("etag"), data: card("Changed") },
});
const stale = await client.updateVCard({
  vCard: { url, etag: created.headers.get("etag"), data: card("Lost") },
});
const [found] = await client.fetchVCards({ addressBook, objectUrls: [url] });

const report = (syncToken) =>
  client.syncCollection({
    url: addressBook.url,
    props: { "d:getetag": {} },
    syncLevel: 1,
    syncToken,
  });
const since = await report(addressBook.syncToken);
const deleted = await client.deleteVCard({ vCard: { url, etag: found.etag } });
const gone = await report(since[0].raw.multistatus.syncToken);
const refused = await report("urn:never-given");

const answers = (responses) => responses.map(({ href, status }) => [href, status]);
console.log(
  JSON.stringify({
    books: books.map((book) => book.displayName),
    reports: addressBook.reports,
    before: before.map((vCard) => [vCard.url, vCard.data]),
    statuses: [created, again, updated, stale, deleted].map((response) => response.status),
    found: found.data,
    since: answers(since),
    gone: answers(gone),
    refused: refused[0].status,
  }),
);
