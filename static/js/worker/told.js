// What is told on this device, as its system shows it: one message for each thread, which the next one replaces.
import { fileOf } from "./shell.js";

const THREAD = /^thread-(\d+)$/;

export async function tell({ data }) {
  const { title, body, tag, url, lang, turns = false, waiting = [] } = data.json();
  await closeRead(waiting);
  const drawn = { icon: fileOf("app-192.png"), badge: fileOf("badge.png") };
  await self.registration.showNotification(title, { ...drawn, body, tag, lang, renotify: turns, data: { url } });
}

/** What was read elsewhere is over here too. */
async function closeRead(waiting) {
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

/** Whoever goes is told nothing here any more, whatever the server knows. */
export async function fallSilent() {
  const subscription = await self.registration.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  await closeRead([]);
}
