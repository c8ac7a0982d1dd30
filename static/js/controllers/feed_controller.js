import { Controller } from "@hotwired/stimulus";
import { announce } from "../announce.js";
import { dayOf } from "../days.js";
import { refresh } from "../live.js";

/** A live list of threads, latest activity first. What arrives while one reads waits behind a pill. */
export default class extends Controller {
  static targets = ["card", "list", "pill", "empty", "older"];
  static values = { limit: Number, me: Number, days: Boolean, tab: String, kind: String, subject: String, space: String, levels: Object };

  connect() {
    this.waiting = new Map();
    this.hear = ({ detail }) => this.take(detail.card);
    this.forget = ({ detail }) => this.drop(detail.id);
    this.look = () => this.waiting.size && this.isAtTop() && this.reveal();
    document.addEventListener("live:card", this.hear);
    document.addEventListener("live:drop", this.forget);
    addEventListener("scroll", this.look, { passive: true });
    this.partByDay();
  }

  disconnect() {
    document.removeEventListener("live:card", this.hear);
    document.removeEventListener("live:drop", this.forget);
    removeEventListener("scroll", this.look);
  }

  /** A card belongs here, waits, or belongs here no longer. */
  take(shared) {
    const card = shared.cloneNode(true);
    if (!this.belongs(card.dataset, number(card))) return this.drop(card.id);
    const standing = this.standing(card.id);
    if (standing) keepWhy(standing, card);
    if (standing?.dataset.at === card.dataset.at) return standing.replaceWith(card);
    if (this.isFull() && isBefore(this.cardTargets.at(-1), card)) return;
    if (this.isAtTop()) return this.insert(card);
    this.waiting.set(card.id, card);
    this.count();
  }

  belongs({ kindOf, waits, space, person, subjects }, id) {
    const about = subjects.split(" ").filter(Boolean);
    if (this.kindValue && this.kindValue !== kindOf) return false;
    if (this.spaceValue && this.spaceValue !== space) return false;
    if (this.subjectValue) return about.includes(this.subjectValue);
    if (this.tabValue === "unanswered") return waits === "yes";
    if (this.tabValue !== "you") return true;
    const own = `thread:${id}` in this.levelsValue || Number(person) !== this.meValue ? `thread:${id}` : "wrote";
    return counts([own, ...about.map((one) => `subject:${one}`), `person:${person}`, `space:${space}`].map((word) => this.levelsValue[word]));
  }

  insert(card) {
    this.standing(card.id)?.remove();
    const after = this.cardTargets.find((other) => isBefore(card, other));
    if (after) after.before(card);
    else if (this.isFull()) return;
    else this.listTarget.append(card);
    card.firstElementChild.classList.add("entry--arrived");
    announce(card.querySelector(".entry__title")?.textContent ?? "");
    this.settle();
  }

  drop(id) {
    this.waiting.delete(id);
    this.count();
    if (!this.standing(id)) return;
    if (!this.olderTarget.hidden) return refresh();
    this.standing(id).remove();
    this.settle();
  }

  reveal() {
    const cards = [...this.waiting.values()].sort((one, other) => (isBefore(one, other) ? 1 : -1));
    this.waiting.clear();
    this.count();
    for (const card of cards) this.insert(card);
    if (!this.isAtTop()) this.element.scrollIntoView({ block: "start" });
  }

  /** A page holds so many; what falls off the end is on the next one. */
  settle() {
    const over = this.cardTargets.slice(this.limitValue);
    for (const card of over) card.remove();
    this.emptyTarget.hidden = this.hasCardTarget;
    this.partByDay();
    if (over.length || !this.olderTarget.hidden) this.linkToOlder();
  }

  linkToOlder() {
    const { address } = this.olderTarget.dataset;
    const { cursor } = this.cardTargets.at(-1).dataset;
    this.olderTarget.hidden = false;
    this.olderTarget.querySelector("a").href = `${address}${address.includes("?") ? "&" : "?"}after=${cursor}`;
  }

  /** A heading before the first thread of each day, as the reader's clock has it. */
  partByDay() {
    if (!this.daysValue) return;
    for (const heading of this.listTarget.querySelectorAll(".feed__day")) heading.remove();
    let day = "";
    for (const card of this.cardTargets) {
      const next = dayOf(card.dataset.at, this.element.dataset);
      if (next !== day) card.before(heading(next));
      day = next;
    }
  }

  isFull() {
    return this.cardTargets.length >= this.limitValue;
  }

  /** Whether the list's beginning is in sight or still below: then a new card moves nothing that was read past. */
  isAtTop() {
    return this.listTarget.getBoundingClientRect().top >= 0;
  }

  standing(id) {
    return this.cardTargets.find((card) => card.id === id);
  }

  count() {
    const { one, many } = this.pillTarget.dataset;
    this.pillTarget.hidden = this.waiting.size === 0;
    this.pillTarget.querySelector("span").textContent = this.waiting.size === 1 ? one : many.replace("{n}", this.waiting.size);
  }
}

/** Whether the smallest of the weights, which counts, is one of tracking or watching: its tens say how loud it is. */
function counts(weights) {
  const least = Math.min(...weights.filter(Boolean));
  return Number.isFinite(least) && Math.floor(least / 10) % 10 <= 1;
}

/** Why a thread stands here is said of the one who reads it; what comes for everybody does not know it. */
function keepWhy(standing, card) {
  card.querySelector(".entry__why").replaceWith(standing.querySelector(".entry__why").cloneNode(true));
}

function number(card) {
  return Number(card.id.split("-")[1]);
}

function heading(words) {
  const item = document.createElement("li");
  item.className = "feed__day";
  item.append(Object.assign(document.createElement("h2"), { textContent: words }));
  return item;
}

/** Latest activity first, and of two at the same moment the later thread; moments are UTC, so their text sorts. */
function isBefore(one, other) {
  const [a, b] = [one, other].map((card) => [card.dataset.at, number(card)]);
  return a[0] === b[0] ? a[1] > b[1] : a[0] > b[0];
}
