// What arrives live looks alike for everybody. Which buttons its reader has pressed, the page knows from what stood there.

/** The things that the reader says of a post, as its buttons show them. */
export function pressedIn(element) {
  return [...element.querySelectorAll("[data-kind-said][aria-pressed=true]")].map((button) => button.dataset.kindSaid);
}

/** Put what arrived in the place of what stands there, with the same buttons pressed and the same one in focus, else the post. */
export function replace(standing, fresh, pressed = pressedIn(standing)) {
  for (const button of fresh.querySelectorAll("[data-kind-said]")) {
    button.setAttribute("aria-pressed", String(pressed.includes(button.dataset.kindSaid)));
  }
  const isIn = standing.contains(document.activeElement);
  const focused = placeOf(standing, document.activeElement);
  standing.replaceWith(fresh);
  if (isIn) ((focused && fresh.querySelector(focused)) ?? fresh.closest("[tabindex]"))?.focus({ preventScroll: true });
}

/** How to find the button in focus again; a link or button is known by where it leads. */
function placeOf(element, focused) {
  if (!element.contains(focused)) return undefined;
  const { kindSaid } = focused.dataset;
  if (kindSaid) return `[data-kind-said=${kindSaid}]`;
  const [name, value] = focused.hasAttribute("formaction") ? ["formaction", focused.getAttribute("formaction")] : ["href", focused.getAttribute("href")];
  return value ? `[${name}="${value}"]` : undefined;
}
