import { Controller } from "@hotwired/stimulus";
import { isRefused } from "../drafts.js";

/** Where people write: rests as one line until it is used, outlives the page, sends with Ctrl+Enter. */
export default class extends Controller {
  static targets = ["body", "title", "send"];
  static values = { rests: Boolean, adds: String };

  connect() {
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
      const used = this.element.contains(document.activeElement) || !this.isEmpty || isRefused(this.element);
      this.element.toggleAttribute("data-rest", this.restsValue && !used);
    });
  }

  /** A message that is on its way is let arrive first, as the next one would cut it off. */
  send(event) {
    event.preventDefault();
    if (this.isOnItsWay) this.isNextToo = true;
    else this.element.requestSubmit(this.sendTarget);
  }

  /**
   * This form outlives the page, except for one that says more: another place, a refusal, a text to quote. Where nobody
   * writes any more, it stays with the words that stand in it.
   */
  yield({ detail: { newBody, renderMethod } }) {
    const next = newBody.querySelector(`#${CSS.escape(this.element.id)}`) ?? newBody.querySelector(".composer");
    if (!next && renderMethod === "morph") return this.element.toggleAttribute("data-turbo-permanent", !this.isEmpty);
    if (!next || (!isRefused(next) && !this.isToAdd(next) && this.isGivenAs(next))) return;
    this.element.removeAttribute("data-turbo-permanent");
    this.yielded = true;
  }

  /** A page renewed in place leaves this very form, as the server wrote it: what scripts add to a form begins anew. */
  begin() {
    if (!this.yielded) return;
    this.yielded = false;
    const { activeElement } = document;
    const gap = document.createComment("");
    this.element.replaceWith(gap);
    gap.replaceWith(this.element);
    if (this.element.contains(activeElement)) activeElement.focus({ preventScroll: true });
  }

  isToAdd({ dataset }) {
    return dataset.composerAddsValue !== "" && dataset.composerAddsValue !== this.addsValue;
  }

  /** The same place; and where nothing is written yet, about the same things. */
  isGivenAs({ dataset }) {
    const { draftPlaceValue, composerGivenValue } = this.element.dataset;
    return dataset.draftPlaceValue === draftPlaceValue && (!this.isEmpty || dataset.composerGivenValue === composerGivenValue);
  }

  /** What the page puts below the draft stands there, whichever draft it is. */
  restored() {
    const text = this.bodyTarget.value;
    if (!text.includes(this.addsValue.trim())) this.bodyTarget.value = `${text.trimEnd()}\n\n${this.addsValue}`;
    this.connect();
  }

  hold() {
    this.held = this.bodyTarget.value;
    this.isOnItsWay = true;
    this.isNextToo = false;
  }

  sent({ detail }) {
    const isThere = detail.success && !this.element.dataset.failed;
    this.isOnItsWay = false;
    this.isNextToo &&= isThere;
    if (!isThere) return;
    const typed = typedSince(this.held, this.bodyTarget.value);
    this.clear();
    if (typed) setTimeout(() => this.goOnWith(typed));
    else document.activeElement?.blur();
    this.rest();
    this.dispatch("sent");
  }

  /** What was typed while a message was on its way is the beginning of the next. */
  goOnWith(words) {
    this.bodyTarget.value = words;
    this.bodyTarget.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** The page that one message led to has come: going to it would cut off the next. */
  goOn() {
    if (!this.isNextToo || this.isOnItsWay) return;
    this.isNextToo = false;
    if (!this.isEmpty) this.element.requestSubmit(this.sendTarget);
  }

  clear() {
    this.addsValue = "";
    this.element.reset();
    for (const box of this.element.querySelectorAll(".token input:not([checked])")) box.closest("li").remove();
    for (const field of this.fields) {
      field.value = "";
      field.removeAttribute("aria-invalid");
    }
    for (const message of this.element.querySelectorAll(".form__errors, .field__error")) message.remove();
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
    return this.fields.every((field) => field.value.trim() === "") && !this.element.querySelector(".upload");
  }

  get fields() {
    return [...this.bodyTargets, ...this.titleTargets];
  }
}

function typedSince(before, now) {
  return (now.startsWith(before) ? now.slice(before.length) : now).trimStart();
}
