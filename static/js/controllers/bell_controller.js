import { Controller } from "@hotwired/stimulus";
import { announce } from "../announce.js";

/** A bell with its levels: arrow keys go through them, and the chosen one stands on it at once; the answer then says it for good. */
export default class extends Controller {
  static targets = ["state", "word", "level"];

  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.element.open = true;
    const at = this.levelTargets.indexOf(document.activeElement);
    const next = at < 0 && step < 0 ? -1 : (at + step) % this.levelTargets.length;
    this.levelTargets.at(next).focus();
  }

  choose({ submitter }) {
    this.element.open = false;
    this.stateTarget.focus();
    if (submitter.value === "none") return;
    for (const level of this.levelTargets) level.setAttribute("aria-pressed", String(level === submitter));
    this.wordTarget.textContent = submitter.querySelector("b").textContent;
    this.stateTarget.querySelector("svg").replaceWith(submitter.querySelector("svg").cloneNode(true));
    announce(this.wordTarget.textContent);
  }
}
