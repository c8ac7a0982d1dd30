import { Controller } from "@hotwired/stimulus";
import { csrf } from "../drafts.js";

const BESIDE = 620;
const REST = 250;

/** Shows the words as they will be read, as the server renders a post: beside them where there is room, else in their place. */
export default class extends Controller {
  static targets = ["source", "shown", "button"];

  connect() {
    this.buttonTarget.hidden = false;
  }

  disconnect() {
    clearTimeout(this.waiting);
    this.asked?.abort();
  }

  /** A refused form comes back as it was rendered: without this button, and with the words to be mended. */
  offer() {
    this.buttonTarget.hidden = false;
    this.turn(false);
  }

  async toggle() {
    if (this.shownTarget.hidden) {
      await this.show();
      this.turn(true);
    } else this.hide();
  }

  follow() {
    clearTimeout(this.waiting);
    if (!this.shownTarget.hidden) this.waiting = setTimeout(() => this.show(), REST);
  }

  async show() {
    this.asked?.abort();
    this.asked = new AbortController();
    const body = new URLSearchParams({ body: this.sourceTarget.value });
    try {
      const answer = await fetch(this.element.dataset.previewUrl, { method: "POST", body, signal: this.asked.signal, headers: { "X-CSRFToken": csrf(), Accept: "text/html" } });
      if (answer.ok && !answer.redirected) this.shownTarget.innerHTML = await answer.text();
    } catch {
      // Outdated, or no connection: what stands there stays.
    }
  }

  hide() {
    this.turn(false);
    this.sourceTarget.focus();
  }

  turn(shown) {
    this.shownTarget.hidden = !shown;
    this.sourceTarget.hidden = shown && this.element.clientWidth < BESIDE;
    this.buttonTarget.setAttribute("aria-pressed", String(shown));
  }
}
