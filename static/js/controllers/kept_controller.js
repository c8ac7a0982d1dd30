import { Controller } from "@hotwired/stimulus";
import { daysSince, written } from "../days.js";
import { refresh } from "../live.js";

/** Says of a page that it was kept on this device, and from when it is; renewed as soon as there is a connection. */
export default class extends Controller {
  static targets = ["at"];

  connect() {
    this.show();
  }

  show() {
    const at = document.body.dataset.kept;
    this.element.hidden = !at;
    if (at) this.atTarget.textContent = spoken(new Date(at));
  }

  renew() {
    if (document.body.dataset.kept) refresh();
  }
}

/** "10:42" today, "21 November, 10:42" before. */
function spoken(at) {
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return written(at, daysSince(at) ? { day: "numeric", month: "long", ...time } : time);
}
