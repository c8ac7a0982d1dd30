import { Controller } from "@hotwired/stimulus";

/** Shows the words as they will be read: the server renders them, the same way as it renders a post. */
export default class extends Controller {
  static targets = ["source", "shown", "button"];

  connect() {
    this.buttonTarget.hidden = false;
  }

  /** A refused form comes back as it was rendered: without this button, and with the words to be mended. */
  offer() {
    this.buttonTarget.hidden = false;
    this.turn(false);
  }

  async toggle() {
    if (this.shownTarget.hidden) await this.show();
    else this.hide();
  }

  async show() {
    const answer = await fetch(this.element.dataset.previewUrl, {
      method: "POST",
      headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content, Accept: "text/html" },
      body: new URLSearchParams({ body: this.sourceTarget.value }),
    });
    if (!answer.ok) return;
    this.shownTarget.innerHTML = await answer.text();
    this.turn(true);
  }

  hide() {
    this.turn(false);
    this.sourceTarget.focus();
  }

  turn(shown) {
    this.shownTarget.hidden = !shown;
    this.sourceTarget.hidden = shown;
    this.buttonTarget.setAttribute("aria-pressed", String(shown));
  }
}
