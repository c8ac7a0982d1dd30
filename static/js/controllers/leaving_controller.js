import { Controller } from "@hotwired/stimulus";
import { announce } from "../announce.js";
import { hasAny, written } from "../drafts.js";

/** Esc leaves a text; that it is kept, cannot be, or was sent before, is said for eyes and ears. */
export default class extends Controller {
  static targets = ["said"];
  static values = { kept: String, sent: String };

  leave(event) {
    if (event.defaultPrevented || event.isComposing) return;
    event.target.blur();
    if (hasAny(written(this.element))) this.say(this.keptValue);
  }

  wasSent() {
    this.say(this.sentValue);
  }

  /** It could not be kept; the browser still holds it. */
  wasRefused({ detail }) {
    this.say(detail);
  }

  hush() {
    this.saidTarget.textContent = "";
  }

  say(words) {
    this.saidTarget.textContent = words;
    announce(words);
  }
}
