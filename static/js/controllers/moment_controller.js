import { Controller } from "@hotwired/stimulus";
import { daysSince, written } from "../days.js";

/** Writes a `<time datetime>` as the reader's own clock and language say it; the full date is in the title. */
export default class extends Controller {
  connect() {
    this.write();
  }

  write() {
    const at = new Date(this.element.getAttribute("datetime"));
    if (Number.isNaN(at.getTime())) return;
    this.element.textContent = spoken(at);
    this.element.title = written(at, { dateStyle: "full", timeStyle: "short" });
  }
}

/** "08:42" today, "Yesterday, 17:32", "12 Nov" this year, "12 Nov 2025" before. */
function spoken(at) {
  const days = daysSince(at);
  const time = () => written(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (days === 0) return time();
  if (days === 1) return `${yesterday()}, ${time()}`;
  return written(at, { day: "numeric", month: "short", ...(year(at) === year(new Date()) ? {} : { year: "numeric" }) });
}

function yesterday() {
  const word = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(-1, "day");
  return document.documentElement.lang === "fr" ? word : word[0].toUpperCase() + word.slice(1);
}

function year(at) {
  return written(at, { year: "numeric" });
}
