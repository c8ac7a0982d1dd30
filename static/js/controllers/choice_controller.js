import { Controller } from "@hotwired/stimulus";
import { putBack } from "../drafts.js";

/** Two versions of one draft: both are shown, both are kept, until the writer takes one. */
export default class extends Controller {
  static targets = ["asks", "words"];

  offer({ detail }) {
    this.other = detail.words;
    this.wordsTarget.textContent = [this.other.title, this.other.body].filter(Boolean).join("\n\n");
    this.asksTarget.hidden = false;
    this.element.removeAttribute("data-rest");
  }

  take() {
    putBack(this.element, this.other);
    this.keep();
  }

  keep() {
    this.asksTarget.hidden = true;
    this.dispatch("made");
    this.element.querySelector("textarea").focus();
  }
}
