// The worker of the app: keeps what a page needs without a connection, and shows what is told while no page is open. Browsers
// allow it on https and on this machine.
import * as Turbo from "@hotwired/turbo";
import { beHere, closeRead } from "./devices.js";

export async function install() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const isFirst = !workers.controller;
  workers.addEventListener("message", ({ data }) => data.open && Turbo.visit(data.open));
  document.addEventListener("live:inbox", closeRead);
  document.addEventListener("turbo:load", beHere);
  await workers.register("/service-worker.js").catch((error) => console.info("no worker", error.message));
  const { active } = await workers.ready;
  if (isFirst) active.postMessage({ read: location.href });
}
