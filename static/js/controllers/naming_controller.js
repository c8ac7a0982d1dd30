import { Controller } from "@hotwired/stimulus";
import { announce } from "../announce.js";
import { placeOf, replace } from "../caret.js";
import { ask, goesOnFrom, typedIn, whereOf } from "../naming.js";
import { element, sign } from "../signs.js";

const WAIT = 60;
const ROOM = 16;
/** In a text, `@` names people and teams, `#` what threads are about: a list at the caret, by keyboard or mouse. */
export default class extends Controller {
  connect() {
    this.until = new AbortController();
    this.list = element("ul", { className: "picker__list naming", id: `${this.element.id}-names`, role: "listbox", hidden: true });
    for (const [name, value] of [["autocomplete", "list"], ["haspopup", "listbox"], ["controls", this.list.id]]) this.element.setAttribute(`aria-${name}`, value);
    for (const [event, act] of [["beforeinput", this.space], ["input", this.look], ["click", this.look], ["keydown", this.press], ["blur", this.close], ["scroll", this.close]])
      this.element.addEventListener(event, act.bind(this), { signal: this.until.signal });
  }

  disconnect() {
    this.until.abort();
    this.close();
    this.list.remove();
  }

  look() {
    clearTimeout(this.waiting);
    const typed = typedIn(this.element);
    if (!typed || goesOnFrom(typed, this.nothing)) return this.close();
    this.waiting = setTimeout(() => this.ask(typed), WAIT);
  }

  /** Without a connection there is no list; the text goes on. */
  async ask(typed) {
    this.asked?.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    const found = await ask(typed, whereOf(this.element.form), signal);
    if (signal.aborted) return;
    if (found) this.offer(typed, found);
    else this.close();
  }

  offer(typed, { names, said }) {
    if (typedIn(this.element)?.from !== typed.from || document.activeElement !== this.element) return;
    this.nothing = names.length || !typed.q ? null : typed;
    if (!names.length) return this.close();
    this.from = typed.from;
    this.list.replaceChildren(...names.map((name, at) => this.option(name, at)));
    this.list.ariaLabel = said;
    if (!this.isOpen) announce(said);
    this.open();
    this.mark(0);
  }

  option(name, at) {
    const option = element("li", { className: "picker__option", id: `${this.list.id}-${at}`, role: "option" });
    option.append(sign(name), element("span", { textContent: name.label }), element("small", { textContent: name.note }));
    if (name.reads === false) option.dataset.outside = "";
    option.addEventListener("mousedown", (event) => event.preventDefault());
    option.addEventListener("click", () => this.pick(option));
    option.text = name.text;
    return option;
  }

  /** Below the line of the sign; above it where there is no room, as over the keyboard of a phone. */
  open() {
    (this.element.closest("main") ?? document.body).append(this.list);
    this.list.hidden = false;
    Object.assign(this.list.style, { left: 0, top: 0 });
    const origin = this.list.getBoundingClientRect();
    const { left, top, bottom } = placeOf(this.element, this.from);
    const height = this.list.offsetHeight;
    const isAbove = bottom + height > (window.visualViewport?.height ?? innerHeight) && top > height;
    const start = Math.max(ROOM, Math.min(left, document.documentElement.clientWidth - this.list.offsetWidth - ROOM));
    Object.assign(this.list.style, { left: `${start - origin.left}px`, top: `${(isAbove ? top - height : bottom) - origin.top}px` });
  }

  press(event) {
    const keys = { ArrowDown: () => this.mark(this.at + 1), ArrowUp: () => this.mark(this.at - 1), Enter: () => this.pick(this.marked), Tab: () => this.pick(this.marked), Escape: () => this.dismiss() };
    if (!this.isOpen || !keys[event.key] || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }

  mark(at) {
    const options = [...this.list.children];
    this.at = (at + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.at)));
    this.element.setAttribute("aria-activedescendant", this.marked.id);
    this.marked.scrollIntoView({ block: "nearest" });
  }

  /** A space stands after the name; the one that is typed out of habit is the same. */
  pick({ text }) {
    this.close();
    const { selectionEnd, value } = this.element;
    replace(this.element, this.from, selectionEnd, value[selectionEnd] === " " ? text : `${text} `);
    this.spaced = this.element.value[this.element.selectionEnd - 1] === " ";
  }

  space(event) {
    if (this.spaced && event.data === " " && this.element.value[this.element.selectionStart - 1] === " ") event.preventDefault();
    this.spaced = false;
  }

  /** Not a name: the list stays away until another sign is typed. */
  dismiss() {
    this.nothing = { ...typedIn(this.element), q: "" };
    this.close();
  }

  close() {
    clearTimeout(this.waiting);
    this.asked?.abort();
    this.list.hidden = true;
    this.element.removeAttribute("aria-activedescendant");
  }

  get isOpen() {
    return this.list.isConnected && !this.list.hidden;
  }

  get marked() {
    return this.list.children[this.at];
  }
}
