import { Controller } from "@hotwired/stimulus";
import { isFree } from "../keys.js";

const STEPS = { j: 1, k: -1 };

/** What was found, by keys: `j` goes to the next result, `k` to the one before, and `o` opens it, as Enter does. */
export default class extends Controller {
  connect() {
    this.press = (event) => isFree(event) && this.act(event.key);
    document.addEventListener("keydown", this.press);
  }

  disconnect() {
    document.removeEventListener("keydown", this.press);
  }

  act(key) {
    if (key in STEPS) this.go(STEPS[key]);
    if (key === "o") this.links[this.here]?.click();
  }

  go(by) {
    const next = this.links[this.here + by] ?? (this.here < 0 ? this.links.at(0) : undefined);
    next?.focus({ preventScroll: true });
    next?.closest("li").scrollIntoView({ block: "nearest" });
  }

  /** The result that has the focus, -1 where none has. */
  get here() {
    return this.links.findIndex((link) => link.closest("li").contains(document.activeElement));
  }

  get links() {
    return [...this.element.querySelectorAll(".entry__title a")];
  }
}
