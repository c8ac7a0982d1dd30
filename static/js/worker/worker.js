// Stands between the pages and the server: keeps what they need without a connection. Nothing else passes through it.
import { sendAll } from "../outbox.js";
import { forgetPages, isPage, page, read } from "./kept.js";
import { fallSilent, follow, open, tell } from "./told.js";
import { forgetShells, fromShell, isOfShell, keepShell } from "./shell.js";

/** Whoever comes or goes by these leaves nothing behind on the device. */
const LEAVING = ["/sign-out", "/sign-in", "/profile/sessions/ending", "/profile/password"];

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepShell());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([forgetShells(), self.clients.claim()]));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (isOfShell(url)) event.respondWith(fromShell(event.request));
  else if (isPage(event.request)) event.respondWith(page(event));
  else if (event.request.method === "POST" && LEAVING.includes(url.pathname)) event.waitUntil(leave(url));
});

/** Nothing stays to be read; whoever signs out is told nothing here either. */
async function leave({ pathname }) {
  await Promise.all([forgetPages(), pathname === "/sign-out" && fallSilent()]);
}

self.addEventListener("sync", (event) => event.waitUntil(sendAll()));
self.addEventListener("push", (event) => event.waitUntil(tell(event)));
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(follow(event)));
self.addEventListener("notificationclick", (event) => event.waitUntil(open(event)));

self.addEventListener("message", (event) => {
  if (event.data.read) event.waitUntil(read(event.data.read));
});
