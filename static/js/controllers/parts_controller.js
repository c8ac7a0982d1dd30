import { Controller } from "@hotwired/stimulus";
import * as Turbo from "@hotwired/turbo";
import { refresh } from "../live.js";
import { fetchPart, isMissing } from "../parts.js";

const POST = /^#post-([1-9]\d*)$/;

/** The parts of a long thread: each is fetched shortly before it comes in sight, and keeps the focus that it had. */
export default class extends Controller {
  static targets = ["frame"];
  static values = { read: Number };

  initialize() {
    this.outdated = new WeakSet();
    this.near = new IntersectionObserver((seen) => this.fetch(seen), { rootMargin: "60% 0px" });
  }

  /** To the post that the address names, wherever it stands by now: threads are merged and split. */
  arrive() {
    const address = new URL(location.href);
    const id = address.searchParams.get("at") ?? POST.exec(address.hash)?.[1];
    if (!id) return this.meet();
    const post = document.getElementById(`post-${id}`);
    if (!post) return Turbo.visit(`/posts/${id}`, { action: "replace" });
    if (!address.searchParams.has("at")) return;
    address.searchParams.delete("at");
    address.hash = post.id;
    history.replaceState(history.state, "", address);
    post.focus({ preventScroll: true });
    post.scrollIntoView({ block: "start" });
  }

  /** What is new, where the page opens without saying where; once, as a page that renews itself leaves one where one is. */
  meet() {
    const address = new URL(location.href);
    if (address.hash || address.searchParams.has("from")) return;
    this.stay(address);
    const line = this.element.querySelector(".unread:not([data-met])");
    if (!line) return;
    line.dataset.met = "";
    if (line.getBoundingClientRect().bottom > innerHeight / 2) line.scrollIntoView({ block: "start" });
  }

  /** A long thread's page says from where it is shown: asked for again without that, it would open where one has read on to. */
  stay(address) {
    if (this.frameTargets.length < 2) return;
    address.searchParams.set("from", 0);
    history.replaceState(history.state, "", address);
  }

  disconnect() {
    this.near.disconnect();
  }

  frameTargetConnected(frame) {
    if (isMissing(frame)) this.near.observe(frame);
  }

  fetch(seen) {
    for (const { target } of seen.filter((one) => one.isIntersecting)) {
      this.near.unobserve(target);
      fetchPart(target);
    }
  }

  /** What was heard while a part was on its way may be missing in it; what is new is what was when the page was opened. */
  compare({ target, detail }) {
    if (!this.frameTargets.includes(target)) return;
    const { render } = detail;
    detail.render = (...frames) => this.steady(() => render(...frames));
    const here = JSON.parse(document.body.dataset.live);
    const there = JSON.parse(detail.newFrame.dataset.live ?? "{}");
    if (Object.keys(there).some((name) => there[name] < here[name])) this.outdated.add(target);
    const line = detail.newFrame.querySelector(".unread");
    if (line && Number(line.dataset.read) !== this.readValue) line.remove();
    if (target.contains(document.activeElement) && document.activeElement.matches(".part__link")) this.entered = target;
  }

  /** What is being read stays where it is, whatever comes above it. */
  steady(change) {
    const post = [...this.element.querySelectorAll(".post")].find((one) => one.getBoundingClientRect().bottom > 0);
    const before = post?.getBoundingClientRect().top;
    change();
    if (post?.isConnected) scrollBy({ top: post.getBoundingClientRect().top - before, behavior: "instant" });
  }

  settle({ target }) {
    if (this.outdated.delete(target)) target.reload();
    if (this.entered !== target) return;
    this.entered = undefined;
    target.querySelector(".post")?.focus({ preventScroll: true });
  }

  /** It moved away, or its reader was signed out: the page says so. Where the server fails, the link stays. */
  miss(event) {
    if (!this.frameTargets.includes(event.target)) return;
    event.preventDefault();
    event.target.removeAttribute("complete");
    if (event.detail.response.status < 500) refresh();
  }
}
