import { Controller } from "@hotwired/stimulus";
import { hasWords, isAmong, isSame, latest, newWord, putBack, tell, unkept, withLast, written } from "../drafts.js";

const REST = 800;
const TRY_AGAIN = 5_000;

/** Keeps what is written: in the browser at each key until the server has it. What another device wrote is left to choose. */
export default class extends Controller {
  static targets = ["sentAs", "version"];
  static values = { place: String };

  connect() {
    this.saved ??= written(this.element);
    this.told ??= [];
    this.catchUp();
    this.element.dataset.draftSeen = "yes";
    this.putBackUnkept();
    this.dispatch("restored");
    if (this.element.querySelector(".form__errors")) this.change();
  }

  disconnect() {
    this.save();
  }

  /** The page may be older than what this window wrote: taken from the browser's memory, or fetched a moment too early. */
  catchUp() {
    const last = latest.of(this.placeValue, { old: "draftSeen" in this.element.dataset });
    if (!last || last.version === this.version) return;
    putBack(this.element, last.words);
    this.learn(last);
  }

  putBackUnkept() {
    const mine = unkept.read(this.key);
    if (!mine || isSame(mine.words, written(this.element))) return this.forget();
    this.told = mine.told;
    if (mine.version !== this.version && !isAmong(this.told, this.saved)) return this.ask({ words: mine.words });
    putBack(this.element, mine.words);
    this.sentAsTarget.value = mine.sentAs;
    this.save();
  }

  /** The page was renewed in place, and with it what the server keeps. */
  renew({ target }) {
    if (target === this.element) this.saved = written(this.element);
  }

  change() {
    clearTimeout(this.waiting);
    if (!this.asked || this.asked.version) this.note();
    this.waiting = setTimeout(() => this.save(), REST);
  }

  note() {
    this.element.dataset.unkept = "";
    unkept.write(this.key, { words: written(this.element), version: this.version, told: this.told, sentAs: this.sentAsTarget.value });
  }

  forget() {
    delete this.element.dataset.unkept;
    unkept.forget(this.key);
  }

  save() {
    clearTimeout(this.waiting);
    const words = written(this.element);
    if (this.isHeld || isSame(words, this.saved)) return;
    if (!hasWords(words) && !this.version) return this.forget();
    this.telling = this.telling ? this.telling.then(() => this.save()) : this.tellOf(words);
  }

  async tellOf(words) {
    this.told = withLast(this.told, words);
    this.note();
    const answer = await tell(this.placeValue, words, this.version, this.sentAsTarget.value);
    this.telling = null;
    const { told } = this;
    if (answer.status < 500) this.told = [];
    if (answer.status === 200) this.wasKept(words, answer);
    else if (answer.status === 409) this.hear(answer, told);
    else if (answer.status === 422) this.dispatch("refused", { detail: Object.values(answer).find((said) => said !== 422) });
    else if (answer.status >= 500) this.waiting = setTimeout(() => this.save(), TRY_AGAIN);
  }

  wasKept(words, { version, sent }) {
    if (this.isHeld) return;
    if (sent) return this.dispatch("sent");
    this.learn({ words, version });
    if (isSame(words, written(this.element))) this.forget();
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

  /** What is being sent is not kept meanwhile, as its draft goes with the sending. */
  hold() {
    clearTimeout(this.waiting);
    this.isSending = true;
    this.note();
  }

  sent({ detail }) {
    this.isSending = false;
    if (detail.success && !this.element.dataset.failed) this.begin();
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

  get isHeld() {
    return this.isSending || this.asked?.version > 0;
  }

  get version() {
    return Number(this.versionTarget.value);
  }

  /** Whoever signs in next in the same browser finds nothing of this person's. */
  get key() {
    return `unsent:${document.body.dataset.reader}:${this.placeValue}`;
  }
}
