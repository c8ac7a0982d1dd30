import { Controller } from "@hotwired/stimulus";
import { element } from "../signs.js";

const WAIT = 50;
const MOST_BELOW_A_TEXT = 3;
const OWN_PAGE = /^\/(deals|accounts|competitors|stages|threads|posts)\/[1-9]\d{0,9}$/;

/** Below a text, what its links to our own pages lead to: one request for all texts of the page, and none without links. */
export default class extends Controller {
  static targets = ["text"];

  initialize() {
    this.waiting = new Map();
    this.known = {};
  }

  textTargetConnected(text) {
    const addresses = ownPages(text);
    if (!addresses.length || text.nextElementSibling?.matches(".unfolding")) return;
    this.waiting.set(text, addresses);
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const texts = [...this.waiting];
    this.waiting.clear();
    const unknown = new Set(texts.flatMap(([, addresses]) => addresses).filter((address) => !(address in this.known)));
    if (unknown.size) Object.assign(this.known, await cards([...unknown]));
    for (const [text, addresses] of texts) this.show(text, addresses.map((address) => this.known[address]).filter(Boolean));
  }

  show(text, cards) {
    if (!cards.length || !text.isConnected) return;
    const list = element("ul", { className: "unfolding", innerHTML: [...new Set(cards)].slice(0, MOST_BELOW_A_TEXT).join("") });
    // A page that renews itself has no cards in it; these stay.
    list.dataset.turboPermanent = "";
    text.after(list);
  }
}

/** The pages of ours to which a text leads, but for the one it stands on. */
function ownPages(text) {
  const links = [...text.querySelectorAll("a[href]")].filter((link) => link.origin === location.origin);
  return [...new Set(links.map((link) => link.pathname))].filter((path) => OWN_PAGE.test(path) && path !== location.pathname);
}

async function cards(addresses) {
  const asked = new URLSearchParams(addresses.map((address) => ["at", address]));
  const answer = await fetch(`/cards.json?${asked}`, { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? answer.json() : {};
}
