import { Controller } from "@hotwired/stimulus";
import { csrf } from "../drafts.js";

const STAYS = 1_000;

/** What stayed in sight to its end counts as read, up to there; the server keeps how far, and tells nobody. */
export default class extends Controller {
  static values = { read: Number };

  connect() {
    this.look = () => {
      clearTimeout(this.looking);
      this.looking = setTimeout(() => this.keep(), STAYS);
    };
    addEventListener("scroll", this.look, { passive: true });
    document.addEventListener("visibilitychange", this.look);
    document.addEventListener("turbo:frame-render", this.look);
    this.look();
  }

  disconnect() {
    clearTimeout(this.looking);
    removeEventListener("scroll", this.look);
    document.removeEventListener("visibilitychange", this.look);
    document.removeEventListener("turbo:frame-render", this.look);
  }

  async keep() {
    const post = document.hidden ? undefined : this.last();
    const position = Number(post?.dataset.position ?? -1);
    if (position <= this.readValue) return;
    const answer = await fetch(`/posts/${post.id.replace("post-", "")}/reading`, { method: "POST", headers: { "X-CSRFToken": csrf() } }).catch(() => null);
    if (!answer?.ok) return;
    this.readValue = Math.max(this.readValue, position);
    document.dispatchEvent(new CustomEvent("live:read"));
  }

  /** The last post whose end is in sight or above. */
  last() {
    return [...this.element.querySelectorAll(".post")].findLast((post) => post.getBoundingClientRect().bottom <= innerHeight);
  }
}
