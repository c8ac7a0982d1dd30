// What is told on this device, as its system shows it: one message for each thread, which the next one replaces.
import { whoIsHere } from "../outbox.js";
import { fileOf } from "./shell.js";

const THREAD = /^thread-(\d+)$/;

export async function tell({ data }) {
  const { title, body, tag, url, lang, turns = false, waiting = [] } = data.json();
  await closeRead(waiting);
  const drawn = { icon: fileOf("app-192.png"), badge: fileOf("badge.png") };
  await self.registration.showNotification(title, { ...drawn, body, tag, lang, renotify: turns, data: { url } });
}

/** What was read elsewhere is over here too; where too much waits to say what does, all stays. */
async function closeRead(waiting) {
  if (!waiting) return;
  for (const shown of await self.registration.getNotifications()) {
    const [, thread] = THREAD.exec(shown.tag) ?? [];
    if (thread && !waiting.includes(Number(thread))) shown.close();
  }
}

/** Opens what it tells: in a page that is open already, which keeps what is being written there. */
export async function open({ notification }) {
  notification.close();
  const { url } = notification.data;
  const [page] = await self.clients.matchAll({ type: "window" });
  if (!page) return self.clients.openWindow(url);
  page.postMessage({ open: url });
  return page.focus();
}

/** The push service gave this browser another address, or none any more: the server is to know it under a new one. */
export async function follow({ newSubscription }) {
  const { reader, word } = await whoIsHere();
  if (!reader) return;
  const made = newSubscription ?? (await subscribed());
  const { endpoint, keys } = made.toJSON();
  const said = { method: "POST", headers: { "X-CSRFToken": word }, body: new URLSearchParams({ endpoint, ...keys }) };
  const { status } = await fetch("/inbox/devices/use", said);
  // Its reader removed it meanwhile, or is somebody else by now.
  if (status === 404) await made.unsubscribe();
}

async function subscribed() {
  const key = await (await fetch("/inbox/devices/key")).text();
  return self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

/** Whoever goes is told nothing here any more, whatever the server knows. */
export async function fallSilent() {
  const subscription = await self.registration.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  await closeRead([]);
}
