import { Controller } from "@hotwired/stimulus";
import { announce } from "../announce.js";
import { type } from "../typing.js";

/** For each kind some headings to write over, offered where nothing is written yet; those left empty are not sent. */
export default class extends Controller {
  static targets = ["body", "said"];
  static values = { of: Object, known: Array, none: String };

  /** Whoever chose by hand writes on below the first heading; by the arrow keys one goes on choosing. */
  offer({ target }) {
    if (target.name !== "kind" || !this.isUnwritten) return;
    const outline = (this.ofValue[target.value] ?? []).map((heading) => `## ${heading}\n\n`).join("\n");
    const field = this.bodyTarget;
    const isByKey = target.matches(":focus-visible");
    type(field, outline, 0, field.value.length);
    field.selectionEnd = field.selectionStart = outline.indexOf("\n") + 1;
    if (isByKey) target.focus();
    this.mark();
  }

  /** An outline alone is no draft. */
  mark() {
    this.element.toggleAttribute("data-outline-only", this.bodyTarget.value !== "" && this.isUnwritten);
  }

  tidy(event) {
    const words = this.bodyTarget.value;
    const kept = withoutEmpty(words, this.headings);
    if (kept === words) return;
    if (kept !== "") return (this.bodyTarget.value = kept);
    event.preventDefault();
    event.stopImmediatePropagation();
    this.saidTarget.textContent = this.noneValue;
    announce(this.noneValue);
    this.bodyTarget.focus();
  }

  get isUnwritten() {
    return withoutEmpty(this.bodyTarget.value, this.headings) === "";
  }

  get headings() {
    return new Set(this.knownValue.map((heading) => `## ${heading}`));
  }
}

/** A text without those of these headings that have no words below them. */
function withoutEmpty(text, headings) {
  const parts = text.split(/^(?=## )/m);
  const kept = parts.filter((part) => {
    const [first, ...rest] = part.trim().split("\n");
    return !(headings.has(first) && rest.join("").trim() === "");
  });
  return kept.length === parts.length ? text : kept.join("").trim();
}
