import { Controller } from "@hotwired/stimulus";

/** Keys that work wherever nobody is typing: `/` goes to the search, `c` writes, `?` lists them all. */
export default class extends Controller {
  static targets = ["search", "write", "list"];

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isAsked()) return;
    if (event.key === "/" && this.hasSearchTarget) this.go(event, this.searchTarget);
    if (event.key === "c") this.go(event, this.composer ?? (this.hasWriteTarget ? this.writeTarget : null));
    if (event.key === "?" && this.hasListTarget) this.listTarget.showModal();
  }

  go(event, target) {
    if (!target) return;
    event.preventDefault();
    if (target.matches("a")) target.click();
    else target.focus();
  }

  /** The place to write that the page itself offers, if it has one. */
  get composer() {
    return document.querySelector("main .composer__words");
  }
}

/** Whether a dialog waits for its answer: then nothing behind it is reached. */
function isAsked() {
  return document.querySelector("dialog[open]") !== null;
}

function isTyping(target) {
  return target.closest?.("input, textarea, select, [contenteditable]") != null;
}
