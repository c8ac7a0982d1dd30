import { Controller } from "@hotwired/stimulus";

/** A `<details>` menu that closes on Escape and on a click beside it. */
export default class extends Controller {
  outside({ target }) {
    if (!this.element.contains(target)) this.element.open = false;
  }

  close() {
    if (!this.element.open) return;
    this.element.open = false;
    this.element.querySelector("summary").focus();
  }
}
