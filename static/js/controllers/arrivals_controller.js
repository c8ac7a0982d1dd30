import { Controller } from "@hotwired/stimulus";
import * as Turbo from "@hotwired/turbo";
import { announce } from "../announce.js";

const GATHERED = 1_200;

/** New posts that arrive out of sight wait behind a pill; all that arrive within a moment are said in one line. */
export default class extends Controller {
  static targets = ["pill"];

  initialize() {
    this.unseen = new Map();
    this.unsaid = [];
    this.sight = new IntersectionObserver((seen) => this.see(seen));
  }

  connect() {
    this.show();
  }

  disconnect() {
    this.sight.disconnect();
    clearTimeout(this.saying);
  }

  take({ detail: { id, author, name } }) {
    if (author === document.body.dataset.reader) return;
    this.unsaid.push(name);
    clearTimeout(this.saying);
    this.saying = setTimeout(() => announce(this.words(this.unsaid.splice(0))), GATHERED);
    this.unseen.set(id, name);
    const post = document.getElementById(id);
    if (post) this.sight.observe(post);
    else this.show();
  }

  /** Called at once for each post that is watched, and whenever it comes in sight. */
  see(watched) {
    for (const { isIntersecting, target } of watched) {
      if (!isIntersecting) continue;
      this.sight.unobserve(target);
      this.unseen.delete(target.id);
    }
    this.show();
  }

  /** A part that was fetched since may hold some of them. */
  settle({ target }) {
    for (const post of target.querySelectorAll(".post")) if (this.unseen.has(post.id)) this.sight.observe(post);
  }

  show() {
    this.pillTarget.hidden = this.unseen.size === 0;
    this.pillTarget.querySelector("span").textContent = this.words([...this.unseen.values()]);
  }

  words(names) {
    const { one, many } = this.pillTarget.dataset;
    const list = new Intl.ListFormat(document.documentElement.lang).format(new Set(names));
    return (names.length === 1 ? one : many).replace("{n}", names.length).replace("{names}", list);
  }

  go() {
    const [id] = this.unseen.keys();
    const post = document.getElementById(id);
    if (!post) return Turbo.visit(`/posts/${id.replace("post-", "")}`);
    post.focus({ preventScroll: true });
    post.scrollIntoView({ block: "start" });
  }
}
