import { Controller } from "@hotwired/stimulus";
import { fromNode } from "../markdown.js";
import { typeBelow } from "../typing.js";

/** What is selected within a post can be quoted alone: by the button that appears beside it, or by `>`. */
export default class extends Controller {
  static targets = ["button"];

  look() {
    const range = this.range;
    this.buttonTarget.hidden = !range;
    if (!range) return;
    const { bottom, left } = range.getBoundingClientRect();
    const { top: above, left: before, width } = this.element.getBoundingClientRect();
    this.buttonTarget.style.insetBlockStart = `${bottom - above + 6}px`;
    this.buttonTarget.style.insetInlineStart = `${Math.min(Math.max(0, left - before), width - this.buttonTarget.offsetWidth)}px`;
  }

  /** A press on the button leaves the selection as it is. */
  hold(event) {
    event.preventDefault();
  }

  quote() {
    const range = this.range;
    const field = this.element.querySelector("#reply textarea");
    if (!range) return document.activeElement?.closest(".post")?.querySelector("a[href*='?quote=']")?.click();
    if (!field) return;
    const words = quoted(fromNode(range.cloneContents()), author(range));
    getSelection().removeAllRanges();
    field.closest("form").removeAttribute("data-rest");
    typeBelow(field, words);
  }

  /** What is selected, where it lies within the words of one post. */
  get range() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount || !selection.toString().trim()) return null;
    const range = selection.getRangeAt(0);
    const words = post(range)?.querySelector(".prose");
    return words?.contains(range.commonAncestorContainer) ? range : null;
  }
}

function post({ commonAncestorContainer: node }) {
  return (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".post");
}

function author(range) {
  const name = post(range).querySelector(".post__head b").textContent.trim();
  return name.replace(/[\\`*_{}[\]<>#~|&]/g, "\\$&");
}

function quoted(words, name) {
  return [`**${name}**`, "", ...words.split("\n")].map((line) => `> ${line}`.trimEnd()).join("\n");
}
