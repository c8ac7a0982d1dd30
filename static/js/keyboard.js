/** How much of the window a phone's keyboard covers, as --keyboard: what sticks to the lower edge then stands above it. */
export function watchKeyboard() {
  const seen = window.visualViewport;
  for (const event of ["resize", "scroll"]) seen?.addEventListener(event, () => tell(seen));
}

/** Where the page is enlarged, less is seen of it too; that is no keyboard. */
function tell({ height, offsetTop, scale }) {
  const covered = scale > 1.01 ? 0 : Math.max(0, innerHeight - height - offsetTop);
  document.documentElement.style.setProperty("--keyboard", `${Math.round(covered)}px`);
}
