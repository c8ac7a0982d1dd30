/** The question before a form with `data-turbo-confirm` goes out: the page's own dialog instead of the browser's. */
export function ask(words) {
  const dialog = document.getElementById("confirm");
  if (!dialog) return Promise.resolve(window.confirm(words));
  dialog.querySelector(".confirm__words").textContent = words;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
