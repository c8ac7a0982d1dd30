import { Controller } from "@hotwired/stimulus";
import { announce } from "../announce.js";
import { whereOf } from "../naming.js";
import { element } from "../signs.js";

const WAIT = 400;
const NAMED = /@\[(?:\\.|[^\]\\])*\]\(\/(people|teams)\/([1-9]\d{0,9})\)/g;

/** Says below a text who is named in it and cannot read what it is written for. */
export default class extends Controller {
  connect() {
    this.until = new AbortController();
    // By its name a page that is renewed in place tells it from what the server says there.
    this.note = element("p", { className: "unreached", id: `${this.element.id}-unreached` });
    for (const event of ["input", "change", "reset", "draft:restored"])
      this.element.form.addEventListener(event, () => this.look(), { signal: this.until.signal });
    this.look();
  }

  disconnect() {
    this.until.abort();
    clearTimeout(this.waiting);
    this.note.remove();
  }

  look() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const question = this.question;
    if (question === this.asked) return;
    this.asked = question;
    if (!question) return this.say([]);
    const answer = await fetch(`/unreached.json?${question}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && question === this.asked) this.say((await answer.json()).said);
  }

  /** Whom the text names and who will read it, as an address asks it; empty where it names nobody. */
  get question() {
    const named = [...this.element.value.matchAll(NAMED)].map(([, what, id]) => [what, id]);
    return named.length ? String(new URLSearchParams([...named, ...whereOf(this.element.form)])) : "";
  }

  say(sentences) {
    this.element.parentElement.after(this.note);
    const words = sentences.join(" ");
    if (words && words !== this.note.textContent) announce(words);
    this.note.textContent = words;
  }
}
