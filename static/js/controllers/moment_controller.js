import { Controller } from "@hotwired/stimulus";

/** Writes a `<time datetime>` as the reader's own clock and language say it; the full date is in the title. */
export default class extends Controller {
  connect() {
    this.write();
  }

  write() {
    const at = new Date(this.element.getAttribute("datetime"));
    if (Number.isNaN(at.getTime())) return;
    this.element.textContent = spoken(at, new Date());
    this.element.title = format(at, { dateStyle: "full", timeStyle: "short" });
  }
}

const formats = new Map();

function format(at, options) {
  const locale = document.documentElement.lang === "fr" ? "fr-FR" : "en-GB";
  const zone = document.body.dataset.timeZone || undefined;
  const key = JSON.stringify([locale, zone, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  return formats.get(key).format(at);
}

/** "08:42" today, "Yesterday, 17:32", "12 Nov" this year, "12 Nov 2025" before. */
function spoken(at, now) {
  const days = daysBetween(at, now);
  const time = () => format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (days === 0) return time();
  if (days === 1) return `${yesterday()}, ${time()}`;
  return format(at, { day: "numeric", month: "short", ...(year(at) === year(now) ? {} : { year: "numeric" }) });
}

function yesterday() {
  const word = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(-1, "day");
  return document.documentElement.lang === "fr" ? word : word[0].toUpperCase() + word.slice(1);
}

function year(at) {
  return format(at, { year: "numeric" });
}

function daysBetween(at, now) {
  return Math.round((midnight(now) - midnight(at)) / 86_400_000);
}

function midnight(at) {
  const zone = document.body.dataset.timeZone || undefined;
  return Date.parse(`${new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(at)}T00:00Z`);
}
