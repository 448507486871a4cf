// SPDX-License-Identifier: Apache-2.0
// tsdav: `fetchVCards` for the first turn, then its `syncCollection` and `addressBookMultiGet`
// put together the way its documentation suggests.  Same turns, same one-line report as measure.py.
//
//   node tsdav_vcards.mjs NODE_MODULES BOOK [--turns full unchanged changed]

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [nodeModules, book, , ...asked] = process.argv.slice(2);
const tsdav = createRequire(`${nodeModules}/`)("tsdav");
const names = asked.length ? asked : ["full", "unchanged", "changed"];
const REPEATS = 10;
const PATIENCE = 1000;

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash("sha256")).digest();
const path = (href) => new URL(href, book).pathname;
const ask = async (method, url) => (await fetch(new URL(url, book), { method })).json();
const peakMb = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;

const mirror = new Map();
let token = "";

// It trims what it reads, so the card's last line break is put back before the rest is compared.
const put = (href, text) => mirror.set(path(href), sha256(text, "\r\n"));

function fingerprint() {
  let sum = 0n;
  for (const [href, digest] of mirror) sum += sha256(href, digest).readBigUInt64BE(0);
  return `${BigInt.asUintN(64, sum).toString(16).padStart(16, "0")}-${mirror.size}`;
}

async function first() {
  for (const card of await tsdav.fetchVCards({ addressBook: { url: book } })) put(card.url, card.data);
}

async function again() {
  const answers = await tsdav.syncCollection({
    url: book,
    props: { "d:getetag": {} },
    syncLevel: 1,
    syncToken: token,
  });
  token = answers[0]?.raw?.multistatus?.syncToken ?? token;
  const changed = [];
  for (const answer of answers) {
    if (!answer.href || path(answer.href) === path(book)) continue;
    if (answer.status === 404) mirror.delete(path(answer.href));
    else changed.push(answer.href);
  }
  if (!changed.length) return;
  const cards = await tsdav.addressBookMultiGet({
    url: book,
    props: { "d:getetag": {}, "card:address-data": {} },
    objectUrls: changed,
    depth: "0",
  });
  for (const card of cards) put(card.href, card.props.addressData?._cdata ?? card.props.addressData);
}

const turns = [];

async function measured(name, work) {
  await ask("POST", "/admin/count");
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const spent = process.cpuUsage(cpu);
  const seconds = (performance.now() - wall) / 1000;
  const peak = peakMb();
  const state = await ask("GET", "/admin/state");
  turns.push({
    name,
    wall: seconds,
    cpu: (spent.user + spent.system) / 1e6,
    requests: state.requests,
    peak_mb: peak,
    most_in_flight: state.most_in_flight,
    fingerprint: fingerprint(),
    correct: fingerprint() === state.fingerprint,
  });
}

for (const name of names) {
  if (name === "full") {
    await measured(name, first);
    // Not measured: it has no token yet, and its own first synchronisation never asks for one.
    const known = await tsdav.davRequest({
      url: book,
      init: {
        method: "PROPFIND",
        headers: { depth: "0" },
        namespace: "d",
        body: { propfind: { _attributes: { "xmlns:d": "DAV:" }, prop: { "sync-token": {} } } },
      },
    });
    token = known[0].props.syncToken;
    continue;
  }
  if (name === "changed") await ask("POST", "/admin/change");
  const started = performance.now();
  for (let turn = 0; turn < (name === "unchanged" ? REPEATS : 1); turn += 1) {
    await measured(name, again);
    if (performance.now() - started > PATIENCE) break;
  }
}
console.log(JSON.stringify({ client: "tsdav", turns }));
