import { Controller } from "@hotwired/stimulus";
import { element, sign, token } from "../signs.js";

/** Picks subjects by typing: a list under the field, by keyboard or mouse; each pick is a ticked box in the form. */
export default class extends Controller {
  static targets = ["q", "list", "picked", "said"];

  connect() {
    this.qTarget.setAttribute("role", "combobox");
    this.qTarget.setAttribute("aria-autocomplete", "list");
    this.qTarget.setAttribute("aria-controls", this.listTarget.id);
    this.close();
  }

  disconnect() {
    clearTimeout(this.waiting);
    this.asked?.abort();
  }

  look() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), 80);
  }

  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    const url = new URL(this.element.dataset.pickerUrl, location.href);
    url.searchParams.set("q", this.qTarget.value.trim());
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: this.asked.signal });
      if (answer.ok) this.offer(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  offer(found) {
    const fresh = found.filter(({ id }) => !this.has(id));
    this.listTarget.replaceChildren(...fresh.map((subject, at) => this.option(subject, at)));
    if (!fresh.length) this.listTarget.append(this.nothing());
    this.listTarget.hidden = !fresh.length && this.qTarget.value.trim() === "";
    this.qTarget.setAttribute("aria-expanded", String(!this.listTarget.hidden));
    this.saidTarget.textContent = fresh.length ? `${fresh.length} ${this.element.dataset.pickerFound}` : this.element.dataset.pickerNone;
    this.mark(fresh.length && this.qTarget.value ? 0 : -1);
  }

  option(subject, at) {
    const option = element("li", { className: "picker__option", id: `${this.listTarget.id}-${at}`, role: "option" });
    option.append(sign(subject), element("span", { textContent: subject.label }), element("small", { textContent: subject.note ?? "" }));
    option.addEventListener("mousedown", (event) => event.preventDefault());
    option.addEventListener("click", () => this.pick(subject));
    option.subject = subject;
    return option;
  }

  nothing() {
    return element("li", { className: "picker__none", role: "presentation", textContent: this.element.dataset.pickerNone });
  }

  press(event) {
    const keys = { ArrowDown: () => this.mark(this.at + 1), ArrowUp: () => this.mark(this.at - 1), Escape: () => this.close(), Enter: () => this.pickMarked() };
    if (event.key === "Backspace" && this.qTarget.value === "") this.pickedTarget.lastElementChild?.querySelector("input").click();
    if (!keys[event.key] || (this.listTarget.hidden && event.key !== "ArrowDown")) return;
    event.preventDefault();
    keys[event.key]();
  }

  mark(at) {
    const options = this.options;
    this.at = options.length && at >= -1 ? Math.min(at, options.length - 1) : -1;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.at)));
    const marked = options[this.at];
    if (!marked) return this.qTarget.removeAttribute("aria-activedescendant");
    this.qTarget.setAttribute("aria-activedescendant", marked.id);
    marked.scrollIntoView({ block: "nearest" });
  }

  pickMarked() {
    const marked = this.options[this.at];
    if (marked) this.pick(marked.subject);
  }

  pick(subject) {
    this.pickedTarget.append(token(subject, this.element.dataset.pickerName));
    this.qTarget.value = "";
    this.close();
    this.qTarget.focus();
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  drop({ target }) {
    target.closest("li").remove();
    this.qTarget.focus();
  }

  focus({ target }) {
    if (target === target.closest(".picker__box")) this.qTarget.focus();
  }

  leave() {
    clearTimeout(this.waiting);
    this.close();
  }

  close() {
    this.asked?.abort();
    this.listTarget.hidden = true;
    this.qTarget.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  has(id) {
    return [...this.pickedTarget.querySelectorAll("input")].some((box) => box.value === String(id) && box.checked);
  }

  get options() {
    return [...this.listTarget.querySelectorAll("[role=option]")];
  }
}
