import { Controller } from "@hotwired/stimulus";
import { announce } from "../announce.js";
import { isFree } from "../keys.js";

const STEPS = { j: 1, k: -1 };

/** A thread's posts: a new one is appended where it belongs, without moving what is being read; `j` and `k` go through them. */
export default class extends Controller {
  static targets = ["post"];
  static values = { tail: Boolean };

  connect() {
    this.hear = ({ detail }) => this.place(detail.post, detail.within);
    this.press = (event) => STEPS[event.key] && isFree(event) && this.go(STEPS[event.key]);
    document.addEventListener("live:post", this.hear);
    document.addEventListener("keydown", this.press);
    this.follow();
  }

  /** The address names a post that stands elsewhere by now: its own address knows where. */
  follow() {
    const [, id] = /^#post-(\d+)$/.exec(location.hash) ?? [];
    if (id && !document.getElementById(`post-${id}`)) location.replace(`/posts/${id}`);
  }

  disconnect() {
    document.removeEventListener("live:post", this.hear);
    document.removeEventListener("keydown", this.press);
  }

  place(post, within) {
    if (!this.tailValue || !post) return;
    const later = this.postTargets.find((other) => Number(other.dataset.position) > Number(post.dataset.position));
    if (later && later.parentElement.id === within) later.before(post);
    else this.element.querySelector(`#${within}`)?.append(post);
    post.classList.add("post--arrived");
    announce(post.querySelector(".post__head b")?.textContent ?? "");
  }

  /** To the next post or the one before; from elsewhere in the page, to the one that is being read. */
  go(by) {
    const next = this.nextTo(this.postTargets.findIndex((post) => post.contains(document.activeElement)), by);
    if (!next) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  }

  nextTo(here, by) {
    const posts = this.postTargets;
    if (here >= 0) return posts[here + by];
    const top = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
    const inSight = posts.findIndex((post) => post.getBoundingClientRect().bottom > top);
    return by > 0 ? posts.at(inSight) : posts[Math.max(inSight - 1, 0)];
  }
}
