// What is unread, as a page shows it.

const COUNTED = 99;

/** A number as it is shown: more than so many are not counted out. */
export function counted(count) {
  return count > COUNTED ? `${COUNTED}+` : String(count || "");
}

/** A title with the count before it, whatever stood there. */
export function titled(title, count) {
  const bare = title.replace(/^\(\d+\+?\) /, "");
  return count ? `(${count}) ${bare}` : bare;
}

/** A stroke beside the card of each thread with something new, and how much that is; none beside the others. */
export function mark(cards, unread, words) {
  const posts = new Map(unread.map((one) => [`card-${one.thread_id}`, one.posts]));
  for (const card of cards) {
    const entry = card.querySelector(".entry");
    if (entry) say(entry, posts.get(card.id) ?? 0, words);
  }
}

function say(entry, count, { one, many }) {
  entry.toggleAttribute("data-unread", count > 0);
  entry.querySelector(".entry__new")?.remove();
  if (!count) return;
  const said = Object.assign(document.createElement("span"), { className: "entry__new" });
  said.textContent = count === 1 ? one : many.replace("{n}", counted(count));
  entry.querySelector(".entry__meta")?.prepend(said);
}
