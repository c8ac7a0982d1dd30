// The last pages read, each kept for one reader: whoever it is for stands in the name of the cache. What comes under another
// word (somebody else, nobody, other spaces) ends what was kept before.
import { newWord } from "../drafts.js";
import { dressed, offlinePage } from "./shell.js";

const MOST = 40;
const LONGEST = 7 * 24 * 60 * 60 * 1000;
const PAST = /^\/(api|files|pictures|static)\//;
const POST = /^\/posts\/(\d+)$/;
const WORD = /(name="sent_as" value=")[^"]*/g;
const OWN_RULE = /<style nonce="[^"]*">[^<]*<\/style>/;

/** Counts the times that all was forgotten, so that what was on its way meanwhile is not kept after. */
let era = 0;

/** Files and what programs ask pass by. */
export function isPage({ method, mode, headers, url }) {
  const isAsked = method === "GET" && (mode === "navigate" || headers.has("X-Turbo-Request-Id"));
  return isAsked && !headers.has("Turbo-Frame") && !PAST.test(new URL(url).pathname);
}

/** The server's page; without a connection the one that was kept. */
export async function page(event) {
  const began = era;
  try {
    const answer = await fetch(event.request);
    event.waitUntil(learn(answer, event.request.url, began));
    return answer;
  } catch (error) {
    return (await kept(event.request.url)) ?? (await offlinePage(await language())) ?? Promise.reject(error);
  }
}

/** A page that was opened before there was a worker. */
export async function read(address) {
  const began = era;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  await learn(answer, address, began);
}

function learn(answer, address, began) {
  const reader = answer.headers.get("X-Reader");
  const copy = answer.headers.has("X-Keep") ? answer.clone() : undefined;
  return reader ? learnFrom(reader, copy, began) : lose(answer, address);
}

async function learnFrom(reader, copy, began) {
  if (began !== era) return;
  await forgetPages(`pages:${reader}`);
  if (!copy) return;
  const until = era;
  const cache = await caches.open(`pages:${reader}`);
  const html = await copy.text();
  if (until === era) await keep(cache, copy, html);
}

/** What is no longer there for its reader is not there without a connection either. */
async function lose({ status }, address) {
  if (status !== 403 && status !== 404 && status !== 410) return;
  for (const cache of await pages()) await cache.delete(address);
}

export async function forgetPages(but) {
  const others = (await caches.keys()).filter((name) => name.startsWith("pages:") && name !== but);
  if (others.length || !but) era += 1;
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function pages() {
  const names = (await caches.keys()).filter((name) => name.startsWith("pages:"));
  return Promise.all(names.map((name) => caches.open(name)));
}

/** The rule about one's own posts holds a word of this one answer; a kept page has none of the buttons it is about. */
async function keep(cache, { url, headers }, html) {
  const address = url.split("#")[0];
  const told = new Headers({ "Content-Type": "text/html; charset=utf-8", "X-Kept-At": new Date().toISOString() });
  for (const name of ["Content-Security-Policy", "Content-Language"]) if (headers.has(name)) told.set(name, headers.get(name));
  told.set("X-Title", encodeURIComponent(html.match(/<title>([^<]*)/)?.[1] ?? ""));
  await cache.delete(address);
  await cache.put(address, new Response(html.replace(OWN_RULE, ""), { headers: told }));
  await sweep(cache);
}

/** They stand in the order in which they were kept. */
async function sweep(cache) {
  const all = await cache.keys();
  for (const [place, request] of all.entries()) {
    if (place >= all.length - MOST && isFresh(await cache.match(request))) return;
    await cache.delete(request);
  }
}

function isFresh(answer) {
  return Date.now() - Date.parse(answer.headers.get("X-Kept-At")) < LONGEST;
}

async function kept(address) {
  const post = POST.exec(new URL(address).pathname)?.[1];
  for (const cache of await pages()) {
    if (post) return withPost(cache, post);
    const found = (await cache.match(address)) ?? (await cache.match(address, { ignoreSearch: true }));
    if (found && isFresh(found)) return shown(found);
  }
  return undefined;
}

/** The address of a post leads to the page of its thread on which it stands, if that was kept. */
async function withPost(cache, id) {
  for (const request of (await cache.keys()).reverse()) {
    const html = await (await cache.match(request)).text();
    if (html.includes(`id="post-${id}"`)) return Response.redirect(`${request.url}#post-${id}`);
  }
  return undefined;
}

/** Another message may have gone from this page under the word that it was kept with: each time it has a new one. */
async function shown(found) {
  const html = dressed(await found.text()).replace(WORD, (_, field) => field + newWord());
  const dated = html.replace("<body ", `<body data-kept="${found.headers.get("X-Kept-At")}" `);
  return new Response(dated, { headers: found.headers });
}

/** That of the pages kept last, else the browser's. */
async function language() {
  for (const cache of await pages()) {
    const last = (await cache.keys()).at(-1);
    if (last) return (await cache.match(last)).headers.get("Content-Language");
  }
  return self.navigator.language.slice(0, 2);
}
