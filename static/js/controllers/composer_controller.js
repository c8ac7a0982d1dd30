import { Controller } from "@hotwired/stimulus";
import { putBack, written } from "../drafts.js";

/** Where people write: rests as one line until it is used, keeps what is unsent, sends with Ctrl+Enter. */
export default class extends Controller {
  static targets = ["body", "title", "send"];
  static values = { rests: Boolean };

  connect() {
    this.element.dataset.composerGiven ??= given(this.element);
    this.restore();
    this.grow();
    this.rest();
    this.goOnWriting();
  }

  open() {
    this.element.removeAttribute("data-rest");
  }

  /** Back to one line when nothing was written and the writer has gone elsewhere. */
  rest() {
    setTimeout(() => {
      const used = this.element.contains(document.activeElement) || !this.isEmpty || this.isRefused;
      this.element.toggleAttribute("data-rest", this.restsValue && !used);
    });
  }

  keep() {
    this.grow();
    if (this.isEmpty) sessionStorage.removeItem(this.key);
    else sessionStorage.setItem(this.key, JSON.stringify(written(this.element)));
  }

  send(event) {
    event.preventDefault();
    this.element.requestSubmit(this.sendTarget);
  }

  /** This form outlives the page, except for one that says more: other subjects, a refusal, a text to quote. */
  yield({ detail }) {
    const next = detail.newBody.querySelector(`#${CSS.escape(this.element.id)}`);
    if (!next) return;
    const text = next.querySelector("textarea").defaultValue;
    const isRefusal = next.querySelector(".form__errors") !== null;
    const isQuote = !isRefusal && text !== "" && text !== this.bodyTarget.defaultValue;
    if (!isRefusal && !isQuote && given(next) === this.element.dataset.composerGiven) return;
    this.element.removeAttribute("data-turbo-permanent");
    if (isQuote && !this.isEmpty) next.querySelector("textarea").value = `${this.bodyTarget.value.trimEnd()}\n\n${text}`;
  }

  sent({ detail }) {
    if (!detail.success) return;
    sessionStorage.removeItem(this.key);
    this.element.reset();
    for (const field of this.fields) {
      field.value = "";
      field.removeAttribute("aria-invalid");
    }
    for (const message of this.element.querySelectorAll(".form__errors, .field__error")) message.remove();
    document.activeElement?.blur();
    this.rest();
    this.dispatch("sent");
  }

  restore() {
    const kept = sessionStorage.getItem(this.key);
    if (!kept || !this.isEmpty) return;
    putBack(this.element, JSON.parse(kept));
  }

  /** Whoever quotes or comes back writes after what stands there. */
  goOnWriting() {
    const { length } = this.bodyTarget.value;
    this.bodyTarget.setSelectionRange(length, length);
  }

  /** Where the browser cannot let a field grow with its text by itself. */
  grow() {
    if (!CSS.supports("field-sizing", "content")) this.bodyTarget.rows = this.bodyTarget.value.split("\n").length + 1;
  }

  get isEmpty() {
    return this.fields.every((field) => field.value.trim() === "");
  }

  get isRefused() {
    return this.element.querySelector(".form__errors") !== null;
  }

  get fields() {
    return [...this.bodyTargets, ...this.titleTargets];
  }

  /** Whoever signs in next in the same tab finds nothing of this person's. */
  get key() {
    return `unsent:${document.body.dataset.reader}:${this.element.id}:${this.element.dataset.composerGiven}`;
  }
}

/** Where the form leads and what it was given to be about: by this, what is unsent is told apart. */
function given(form) {
  const subjects = [...form.querySelectorAll(".token input[checked]")].map((box) => box.value);
  return [form.getAttribute("action"), ...subjects].join(" ");
}
