// Moments as the reader's own clock and language say them; the page states both.
const formats = new Map();

/** A moment in the page's language and the reader's time zone; formats are kept, as making one is slow. */
export function written(moment, options) {
  const key = JSON.stringify([document.documentElement.lang, zone(), options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), { timeZone: zone(), ...options }));
  return formats.get(key).format(moment);
}

/** How many midnights lie between a moment and now: 0 today, 1 yesterday. */
export function daysSince(moment) {
  return Math.round((midnight(new Date()) - midnight(moment)) / 86_400_000);
}

/** The day of a moment: "Today", "Yesterday" or "Thursday 19 November". */
export function dayOf(at, { today, yesterday }) {
  const moment = new Date(at);
  const days = daysSince(moment);
  if (days === 0) return today;
  if (days === 1) return yesterday;
  const words = written(moment, { weekday: "long", day: "numeric", month: "long" }).replace(",", "");
  return words[0].toUpperCase() + words.slice(1);
}

function locale() {
  return document.documentElement.lang === "fr" ? "fr-FR" : "en-GB";
}

function zone() {
  return document.body.dataset.timeZone || undefined;
}

function midnight(moment) {
  return Date.parse(`${new Intl.DateTimeFormat("sv-SE", { timeZone: zone() }).format(moment)}T00:00Z`);
}
