import { Controller } from "@hotwired/stimulus";
import { hasAny, isAmong, isRefused, isSame, keptOf, latest, newWord, putBack, tell, unkept, withLast, written } from "../drafts.js";

const REST = 800;
const TRY_AGAIN = 5_000;

/** Keeps what is written: in the browser at each key until the server has it. What another device wrote is left to choose. */
export default class extends Controller {
  static targets = ["sentAs", "version"];
  static values = { place: String };

  connect() {
    this.isSending = false;
    this.told ??= [];
    this.saved ??= keptOf(this.element);
    this.catchUp();
    this.element.dataset.draftSeen = "yes";
    this.putBackUnkept();
    this.dispatch("restored");
    if (isRefused(this.element)) this.change();
  }

  disconnect() {
    this.save();
  }

  /** The page may be older than what this window wrote: taken from the browser's memory, or fetched a moment too early. */
  catchUp() {
    const last = latest.of(this.placeValue, { old: "draftSeen" in this.element.dataset || isRefused(this.element) });
    if (!last || last.version === this.version) return;
    if (!isRefused(this.element)) putBack(this.element, last.words);
    this.learn(last);
  }

  putBackUnkept() {
    const mine = unkept.read(this.placeValue);
    if (mine) this.told = mine.told;
    if (!mine || isSame(mine.words, written(this.element))) return this.forget();
    if (mine.version !== this.version && !isAmong(this.told, this.saved)) return this.ask({ words: mine.words });
    putBack(this.element, mine.words);
    this.sentAsTarget.value = mine.sentAs;
    this.save();
  }

  /** The page was renewed in place, and with it what the server keeps. */
  renew({ target }) {
    if (target !== this.element) return;
    this.saved = keptOf(this.element);
    this.asked = null;
  }

  change() {
    clearTimeout(this.waiting);
    if (!this.asked || this.asked.version) this.note();
    this.waiting = setTimeout(() => this.save(), REST);
  }

  note() {
    this.element.dataset.unkept = "";
    unkept.write(this.placeValue, { words: written(this.element), version: this.version, told: this.told, sentAs: this.sentAsTarget.value });
  }

  forget() {
    delete this.element.dataset.unkept;
    unkept.forget(this.placeValue);
  }

  save() {
    clearTimeout(this.waiting);
    const words = written(this.element);
    if (this.isSending || this.asked?.version || isSame(words, this.saved)) return;
    if (!hasAny(words) && !this.version) return this.forget();
    this.telling = this.telling ? this.telling.then(() => this.save()) : this.tellOf(words);
  }

  async tellOf(words) {
    this.told = withLast(this.told, words);
    this.note();
    const sentAs = this.sentAsTarget.value;
    const answer = await tell(this.placeValue, words, this.version, sentAs);
    this.telling = null;
    // Another message was begun meanwhile: this one went.
    if (sentAs !== this.sentAsTarget.value) return;
    const { told } = this;
    if (answer.status < 500) this.told = [];
    if (answer.status === 200) this.wasKept(words, answer);
    else if (answer.status === 409) this.hear(answer, told);
    else if (answer.status === 422) this.dispatch("refused", { detail: Object.values(answer).find((said) => said !== 422) });
    else if (answer.status >= 500) this.waiting = setTimeout(() => this.save(), TRY_AGAIN);
  }

  wasKept(words, { version, sent }) {
    if (!sent) this.learn({ words, version });
    if (this.isSending) return;
    if (sent) this.dispatch("sent");
    else if (isSame(words, written(this.element))) this.forget();
    else this.note();
  }

  /** What stands there may be this window's own, whose answer was lost on the way. */
  hear(standing, told) {
    if (!isAmong(told, standing.words)) return this.ask(standing);
    this.learn(standing);
    this.save();
  }

  ask(other) {
    this.asked = other;
    this.dispatch("changed", { detail: other });
  }

  chosen() {
    if (this.asked.version) this.learn(this.asked);
    this.asked = null;
    return isSame(this.saved, written(this.element)) ? this.forget() : this.save();
  }

  /** What is being sent is not kept meanwhile, as its draft goes with the sending; if it is refused, its form comes anew. */
  hold() {
    clearTimeout(this.waiting);
    this.isSending = true;
    this.note();
  }

  /** Of what was cut off, as by another page, the server alone knows whether it went: its answer to the draft says so. */
  sent({ detail }) {
    const { failed } = this.element.dataset;
    this.isSending = detail.success === false && !failed;
    if (detail.success && !failed) this.begin();
  }

  begin() {
    clearTimeout(this.waiting);
    this.sentAsTarget.value = newWord();
    this.learn({ words: written(this.element), version: 0 });
    this.forget();
  }

  learn({ words, version }) {
    this.saved = words;
    this.versionTarget.value = version;
    latest.is(this.placeValue, { words, version });
  }

  get version() {
    return Number(this.versionTarget.value);
  }
}
