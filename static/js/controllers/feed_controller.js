import { Controller } from "@hotwired/stimulus";
import { announce } from "../announce.js";
import { isAbove, isOlder, isWanted, keepWhy, part, rankBy, turns } from "../cards.js";
import { dayOf } from "../days.js";
import { refresh } from "../live.js";

/** A live list of threads, latest activity first; on "For you", what one watches before what one tracks. What arrives while
 *  one reads waits behind a pill. */
export default class extends Controller {
  static targets = ["card", "list", "pill", "empty", "older"];
  static values = { limit: Number, me: Number, days: Boolean, tab: String, kind: String, subject: String, space: String, team: String, parts: Object };

  connect() {
    this.waiting = new Map();
    this.part();
  }

  forget({ detail }) {
    this.drop(detail.id);
  }

  /** Somebody was named. */
  turn({ detail: { words } }) {
    const isMe = words.includes(`person:${this.meValue}`) || words.includes(`team:${this.teamValue}`);
    if (isMe && this.tabValue === "you") this.fetchAnew();
  }

  look() {
    if (this.waiting.size && this.isAtTop()) this.reveal();
  }

  /** A card belongs here, waits, or belongs here no longer. What turns to the reader, the server alone knows. */
  async hear({ detail }) {
    const card = detail.card.cloneNode(true);
    const belongs = await this.belongs(card);
    const standing = this.standing(card.id);
    if (standing && turns(standing)) return this.fetchAnew();
    if (!belongs) return this.drop(card.id);
    if (standing) keepWhy(standing, card);
    if (standing?.dataset.at === card.dataset.at) return standing.replaceWith(card);
    if (this.isFull() && isOlder(card, this.oldest())) return;
    if (this.isAtTop()) return this.insert(card);
    this.waiting.set(card.id, card);
    this.count();
  }

  async belongs(card) {
    if (!isWanted(card.dataset, this)) return false;
    if (this.tabValue !== "you") return true;
    card.dataset.rank = rankBy(await this.known(), card, this.meValue);
    return card.dataset.rank !== "";
  }

  /** What the reader follows, asked for once something was heard. */
  known() {
    this.levels ??= fetch("/levels.json").then((answer) => answer.json());
    return this.levels;
  }

  /** They may have chosen otherwise since. */
  unlearn() {
    this.levels = undefined;
  }

  /** The page is asked for again at once, or by the pill while one reads on. */
  fetchAnew() {
    if (this.isAtTop()) return refresh();
    this.waiting.set("anew", null);
    this.count();
  }

  insert(card) {
    this.standing(card.id)?.remove();
    const after = this.cardTargets.find((other) => isAbove(card, other));
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
    const isAnew = this.waiting.delete("anew");
    const cards = [...this.waiting.values()].sort((one, other) => (isOlder(one, other) ? -1 : 1));
    this.waiting.clear();
    this.count();
    for (const card of cards) this.insert(card);
    if (!this.isAtTop()) this.element.scrollIntoView({ block: "start" });
    if (isAnew) refresh();
  }

  /** A page holds so many; what falls off the end is on the next one. */
  settle() {
    const isOver = this.followed().length > this.limitValue;
    if (isOver) this.oldest().remove();
    this.emptyTarget.hidden = this.hasCardTarget;
    this.part();
    if (isOver || !this.olderTarget.hidden) this.linkToOlder();
  }

  linkToOlder() {
    const { address } = this.olderTarget.dataset;
    const { cursor } = this.oldest().dataset;
    this.olderTarget.hidden = false;
    this.olderTarget.querySelector("a").href = `${address}${address.includes("?") ? "&" : "?"}after=${cursor}`;
  }

  /** A heading before the first thread of each day, as the reader's clock has it, or of each part of "For you". */
  part() {
    const nameOf = ({ dataset: { rank, at } }) => (rank ? this.partsValue[rank] : dayOf(at, this.element.dataset));
    if (this.daysValue) part(this.listTarget, this.cardTargets, nameOf);
  }

  isFull() {
    return this.followed().length >= this.limitValue;
  }

  /** What stands here by its time; what turns to the reader stands above it, whenever it was. */
  followed() {
    return this.cardTargets.filter((card) => !turns(card));
  }

  oldest() {
    return this.followed().reduce((one, other) => (isOlder(one, other) ? one : other));
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
