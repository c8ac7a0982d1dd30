import { Controller } from "@hotwired/stimulus";
import { refresh } from "../live.js";

const KINDS = ["tactic", "success", "failure"];

/** What worked here: chosen for the reader by the server, so the page fetches itself when something that may belong is told. */
export default class extends Controller {
  static values = { deal: String, subjects: Array };

  connect() {
    this.hear = ({ detail }) => this.mayBelong(detail.card.dataset) && refresh();
    this.forget = ({ detail }) => this.element.querySelector(`[data-thread="${detail.id}"]`) && refresh();
    document.addEventListener("live:card", this.hear);
    document.addEventListener("live:drop", this.forget);
  }

  disconnect() {
    document.removeEventListener("live:card", this.hear);
    document.removeEventListener("live:drop", this.forget);
  }

  mayBelong({ kindOf, subjects }) {
    const about = subjects.split(" ");
    return KINDS.includes(kindOf) && !about.includes(this.dealValue) && this.subjectsValue.some((id) => about.includes(String(id)));
  }
}
