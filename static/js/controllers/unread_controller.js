import { Controller } from "@hotwired/stimulus";
import { counted, mark, titled } from "../unread.js";

const AT_ONCE = 800;
const SPREAD = 8_000;
const HOLDS = 60_000;

let known = [];
let asked = 0;
let owed = false;

/** What waits to be read is counted in the page's title and beside Home, and marked in each list of threads. */
export default class extends Controller {
  static targets = ["count", "all"];
  static values = { one: String, many: String };

  connect() {
    this.show();
    if (owed || Date.now() - asked > HOLDS) this.soon();
  }

  /** What was heard on the way to another page is asked for there. */
  disconnect() {
    owed ||= this.due !== undefined;
    clearTimeout(this.asking);
  }

  /** Something was read, on this page or another one of the same person. */
  soon() {
    this.askIn(AT_ONCE);
  }

  /** Something was told: every page of the company hears it at the same moment, and they do not ask all at once. */
  later() {
    this.askIn(AT_ONCE + SPREAD * Math.random());
  }

  /** What is not looked at asks when it is. */
  look() {
    if (asked === 0) this.soon();
  }

  askIn(wait) {
    const due = Date.now() + wait;
    if (this.due <= due) return;
    this.due = due;
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.ask(), wait);
  }

  async ask() {
    this.due = undefined;
    owed = false;
    asked = document.hidden ? 0 : Date.now();
    if (document.hidden) return;
    const answer = await fetch("/unread.json", { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return;
    known = await answer.json();
    this.show();
  }

  show() {
    const count = counted(known.length);
    document.title = titled(document.title, count);
    for (const place of this.countTargets) {
      place.hidden = !count;
      place.firstChild.textContent = count;
    }
    for (const form of this.allTargets) form.hidden = !count;
    mark(document.querySelectorAll("[id^='card-']"), known, { one: this.oneValue, many: this.manyValue });
  }
}
