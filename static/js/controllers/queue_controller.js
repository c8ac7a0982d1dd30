import { Controller } from "@hotwired/stimulus";
import { latest, written } from "../drafts.js";
import { keep } from "../outbox.js";

/** What is sent without a connection waits on this device, and goes by itself once there is one. */
export default class extends Controller {
  async keep(event) {
    if (navigator.onLine || !this.mayWait) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.element.dataset.failed = "waits";
    const message = messageOf(this.element);
    // The browser gives no room: it stays where it was written.
    if (!(await keep(message).then(Boolean, () => false))) return this.dispatch("full");
    this.dispatch("kept");
    this.leave(message);
    document.dispatchEvent(new CustomEvent("outbox:kept"));
    // Where the browser wakes the worker for it, it goes even after this window was closed.
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.sync?.register("outbox").catch(() => undefined);
  }

  /** The draft that the server holds goes with what waits; the next one is begun where that ended. */
  leave({ place, version }) {
    this.element.querySelector("[name=draft]").value = version;
    latest.is(place, { words: written(this.element), version });
  }

  /** Not what nobody is to know of this device's owner, nor what belongs to files that are not there. */
  get mayWait() {
    const { unsigned } = Object.fromEntries(new FormData(this.element));
    return !unsigned && !this.element.querySelector(".upload--coming") && "locks" in navigator;
  }
}

function messageOf(form) {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const { sent_as, place, draft } = Object.fromEntries(fields);
  const { reader } = document.body.dataset;
  const address = { action: new URL(form.action).pathname, page: location.pathname + location.search };
  const thread = place.startsWith("thread:") ? document.querySelector("h1").textContent : "";
  return { id: sent_as, reader, place, thread, version: Number(draft), ...address, fields, words: written(form), at: Date.now(), why: "" };
}
