import { Controller } from "@hotwired/stimulus";

/** Where something is to be told unsigned: says how many people will read it, as that depends on what it is about and where. */
export default class extends Controller {
  static targets = ["chosen", "readers", "said"];

  connect() {
    this.until = new AbortController();
    for (const event of ["input", "change", "reset", "draft:restored", "choice:made"])
      this.form.addEventListener(event, () => setTimeout(() => this.ask()), { signal: this.until.signal });
    this.ask();
  }

  disconnect() {
    this.until.abort();
  }

  async ask() {
    const question = this.question;
    if (question === this.asked) return;
    this.asked = question;
    this.say({ readers: "", said: "" });
    if (!question) return;
    const answer = await fetch(`/readers.json?${question}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok && question === this.asked) this.say(await answer.json());
  }

  /** What it is about and where it will stand, as an address asks it; empty where it will be signed. */
  get question() {
    const fields = new FormData(this.form);
    const place = ["subjects", "space"].flatMap((name) => fields.getAll(name).map((value) => [name, value]));
    return this.chosenTarget.value && String(new URLSearchParams([["unsigned", "yes"], ...place]));
  }

  say({ readers, said }) {
    this.readersTarget.value = readers;
    this.saidTarget.textContent = said;
  }

  get form() {
    return this.chosenTarget.form;
  }
}
