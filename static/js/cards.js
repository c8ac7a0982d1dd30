// The cards of threads in a feed: where each stands, and beside which.

/** The parts of "For you", from top to bottom. */
const PARTS = ["asks", "names", "watching", "tracking"];

/** Whether a list shows such threads: of its kind, its space, its subject, or questions that wait. */
export function isWanted({ kindOf, waits, space, subjects }, { kindValue, spaceValue, subjectValue, tabValue }) {
  if (kindValue && kindValue !== kindOf) return false;
  if (spaceValue && spaceValue !== space) return false;
  if (subjectValue) return subjects.split(" ").includes(subjectValue);
  return tabValue !== "unanswered" || waits === "yes";
}

/** Where on "For you" a thread stands, "" for nowhere: of all that is said, the smallest weight counts, and its tens say how loud. */
export function rankBy(weights, { id, dataset: { space, person, subjects } }, me) {
  const thread = `thread:${number(id)}`;
  const own = thread in weights || Number(person) !== me ? thread : "wrote";
  const about = subjects.split(" ").map((one) => `subject:${one}`);
  const said = [own, ...about, `person:${person}`, `space:${space}`].map((word) => weights[word]).filter(Boolean);
  return PARTS.slice(2)[Math.floor(Math.min(...said) / 10) % 10] ?? "";
}

/** Whether a card stands on "For you" because it turns to the reader, and not by what they follow. */
export function turns(card) {
  return PARTS.slice(0, 2).includes(card.dataset.rank);
}

/** Why a thread stands here is said of the one who reads it; what comes for everybody does not know it. */
export function keepWhy(standing, card) {
  card.querySelector(".entry__why").replaceWith(standing.querySelector(".entry__why").cloneNode(true));
}

/** A heading before the first card of each part that `nameOf` tells; cards without one stand under none. */
export function part(list, cards, nameOf) {
  for (const heading of list.querySelectorAll(".feed__part")) heading.remove();
  let part = "";
  for (const card of cards) {
    const next = nameOf(card);
    if (next !== part) card.before(heading(next));
    part = next;
  }
}

/** Whether a card stands above another one: in an earlier part, or in the same with later activity. */
export function isAbove(one, other) {
  const [a, b] = [one, other].map((card) => PARTS.indexOf(card.dataset.rank));
  return a === b ? isOlder(other, one) : a < b;
}

/** Earlier activity, and of two at the same moment the earlier thread; moments are UTC, so their text sorts. */
export function isOlder(one, other) {
  const [a, b] = [one, other].map((card) => [card.dataset.at, number(card.id)]);
  return a[0] === b[0] ? a[1] < b[1] : a[0] < b[0];
}

function heading(words) {
  const item = document.createElement("li");
  item.className = "feed__part";
  item.append(Object.assign(document.createElement("h2"), { textContent: words }));
  return item;
}

function number(id) {
  return Number(id.split("-")[1]);
}
