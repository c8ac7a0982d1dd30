import { Controller } from "@hotwired/stimulus";
import { refresh } from "../live.js";

const EVERY = 1_500;

/** For as long as this element stands in the page, the page is fetched anew now and then, and keeps its place. */
export default class extends Controller {
  connect() {
    this.timer = setInterval(() => this.again(), EVERY);
  }

  disconnect() {
    clearInterval(this.timer);
  }

  again() {
    if (!document.hidden) refresh();
  }
}
