import { Controller } from "@hotwired/stimulus";
import { isFree } from "../keys.js";
import { fetchPart, isMissing } from "../parts.js";

const STEPS = { j: 1, k: -1 };

/** `j` and `k` go through the posts of a thread, and on into the parts of it that were not fetched yet. */
export default class extends Controller {
  connect() {
    this.press = (event) => STEPS[event.key] && isFree(event) && this.go(STEPS[event.key]);
    document.addEventListener("keydown", this.press);
  }

  disconnect() {
    document.removeEventListener("keydown", this.press);
  }

  /** To the next post or the one before; from elsewhere in the page, to the one that is being read. */
  async go(by) {
    const next = this.nextTo(by);
    if (!next) return;
    if (!isMissing(next)) return enter(next);
    await fetchPart(next);
    const posts = [...next.querySelectorAll(".post")];
    enter(by > 0 ? posts[0] : posts.at(-1));
  }

  nextTo(by) {
    const stops = [...this.element.querySelectorAll(".post, .part")].filter((stop) => stop.matches(".post") || isMissing(stop));
    const here = stops.findIndex((stop) => stop.contains(document.activeElement));
    if (here >= 0) return stops[here + by];
    const top = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
    const inSight = stops.findIndex((stop) => stop.getBoundingClientRect().bottom > top);
    return by > 0 ? stops.at(inSight) : stops[Math.max(inSight - 1, 0)];
  }
}

function enter(post) {
  post?.focus({ preventScroll: true });
  post?.scrollIntoView({ block: "start" });
}
