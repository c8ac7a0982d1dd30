// This browser as a device on which its reader is told: who that is, and that they are here.
import { csrf } from "./drafts.js";

const OWNER = "told-here";
const TOLD = "device-used";

async function registered() {
  return navigator.serviceWorker?.getRegistration();
}

export async function subscription() {
  return (await registered())?.pushManager?.getSubscription() ?? null;
}

/** Ask the browser's push service where to send; raises what the browser raises. */
export async function subscribe(key) {
  const { pushManager } = await navigator.serviceWorker.ready;
  // One made under an earlier key of the server hears nothing.
  await (await pushManager.getSubscription())?.unsubscribe();
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const answer = await report("/inbox/devices", made);
  if (!answer.ok) return made.unsubscribe().then(() => false);
  localStorage.setItem(OWNER, document.body.dataset.reader);
  return true;
}

/** Once in each window: whoever reads here is the one who is told here, else nobody is. */
export async function beHere() {
  const { reader } = document.body.dataset;
  const here = reader && (await subscription());
  if (!here) return;
  if (localStorage.getItem(OWNER) !== reader) return here.unsubscribe();
  if (sessionStorage.getItem(TOLD)) return;
  const answer = await report("/inbox/devices/use", here).catch(() => null);
  if (answer?.status === 404) return here.unsubscribe();
  if (answer?.ok) sessionStorage.setItem(TOLD, "yes");
}

function report(address, made) {
  const { endpoint, keys } = made.toJSON();
  return fetch(address, { method: "POST", headers: { "X-CSRFToken": csrf() }, body: new URLSearchParams({ endpoint, ...keys }) });
}

/** What is shown on this device of threads that were read meanwhile is over. */
export async function closeRead() {
  const shown = (await (await registered())?.getNotifications()) ?? [];
  const threads = shown.filter(({ tag }) => tag.startsWith("thread-"));
  if (!threads.length) return;
  const answer = await fetch("/inbox/waiting.json", { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const waiting = await answer.json();
  // Where too much waits to say what does, all stays.
  for (const one of waiting ? threads : []) if (!waiting.includes(Number(one.tag.slice(7)))) one.close();
}
