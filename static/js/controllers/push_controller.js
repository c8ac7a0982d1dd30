import { Controller } from "@hotwired/stimulus";
import * as Turbo from "@hotwired/turbo";
import { subscribe, subscription } from "../devices.js";

/** The button by which one is told on this device; the browser asks once more. */
export default class extends Controller {
  static targets = ["button", "said"];
  static values = { key: String, words: Object };

  async connect() {
    if (!navigator.serviceWorker || !("PushManager" in window)) return this.say("unknown");
    const isTold = await subscription();
    this.buttonTarget.hidden = isTold !== null;
    this.say(isTold ? "told" : "");
  }

  async subscribe() {
    if ((await Notification.requestPermission()) !== "granted") return this.say("denied");
    try {
      if (await subscribe(this.keyValue)) Turbo.visit(location.href, { action: "replace" });
      else this.say("refused");
    } catch {
      this.say("failed");
    }
  }

  say(what) {
    this.saidTarget.textContent = this.wordsValue[what] ?? "";
  }
}
