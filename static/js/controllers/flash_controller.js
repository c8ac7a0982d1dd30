import { Controller } from "@hotwired/stimulus";

const SECONDS = 7;

/** A message that leaves by itself once it had time to be read; an error, and what can be undone, wait to be closed. */
export default class extends Controller {
  static targets = ["close"];
  static values = { stays: Boolean };

  connect() {
    this.closeTarget.hidden = false;
    if (!this.staysValue && this.element.dataset.category !== "error") this.leaving = setTimeout(() => this.close(), SECONDS * 1000);
  }

  disconnect() {
    clearTimeout(this.leaving);
  }

  close() {
    this.element.remove();
  }
}
