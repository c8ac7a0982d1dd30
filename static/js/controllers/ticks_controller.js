import { Controller } from "@hotwired/stimulus";

/** Ticks every box of a list at once, or none where all are. */
export default class extends Controller {
  static targets = ["all", "box"];

  connect() {
    this.allTarget.hidden = false;
  }

  all() {
    const isWhole = this.boxTargets.every((box) => box.checked);
    for (const box of this.boxTargets) box.checked = !isWhole;
  }
}
