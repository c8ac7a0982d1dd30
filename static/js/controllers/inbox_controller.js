import { Controller } from "@hotwired/stimulus";
import { csrf } from "../drafts.js";
import { isFree } from "../keys.js";
import { refresh } from "../live.js";

const STEPS = { j: 1, k: -1 };

/** The rows of the inbox by keyboard: `j` and `k` go through them, `e` is done with one, `l` puts it off, `m` mutes it. */
export default class extends Controller {
  static targets = ["row", "link"];

  press(event) {
    if (!isFree(event)) return;
    if (STEPS[event.key]) return this.enter(this.here() < 0 ? 0 : this.here() + STEPS[event.key]);
    const button = this.rowTargets[this.here()]?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
    button.closest("details")?.querySelector(".menu__list button").focus();
  }

  /** What is done here itself is answered with the rows as they are then. */
  hear(event) {
    event.preventDefault();
    if (!this.isSending) refresh();
  }

  /** A row that leaves takes the focus along; the one that stands in its place gets it. */
  leave({ target }) {
    this.isSending = true;
    this.left = this.rowTargets.findIndex((row) => row.contains(target));
  }

  settle() {
    this.isSending = false;
    if (!(this.left >= 0) || document.activeElement !== document.body) return;
    this.enter(Math.min(this.left, this.rowTargets.length - 1));
    this.left = undefined;
  }

  enter(index) {
    const row = this.rowTargets[index];
    row?.querySelector("a[data-inbox-target=link]").focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  /** What was read before it was told of is seen on the way; the server learns of it there. */
  open({ target }) {
    const { opening } = target.closest("[data-opening]").dataset;
    fetch(opening, { method: "POST", keepalive: true, headers: { "X-CSRFToken": csrf() } });
  }

  here() {
    return this.rowTargets.findIndex((row) => row.contains(document.activeElement));
  }
}
