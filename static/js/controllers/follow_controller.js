import { Controller } from "@hotwired/stimulus";

/** Shows the new state of a follow button at once; the server's answer then says it for good. */
export default class extends Controller {
  static targets = ["button"];

  toggle() {
    const following = this.buttonTarget.getAttribute("aria-pressed") === "true";
    this.buttonTarget.setAttribute("aria-pressed", String(!following));
  }
}
