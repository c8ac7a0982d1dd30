/** How many threads wait in the reader's inbox, wherever the page says so: in its column and its bars. */
export async function showWaiting() {
  // Who was signed out is not led to the sign-in page: it would begin a session in the place of the one that is begun elsewhere.
  const answer = await fetch("/inbox/count.json", { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  const words = await answer.json();
  for (const count of document.querySelectorAll("[data-waiting]")) {
    count.hidden = !words;
    count.firstElementChild.textContent = words;
  }
}
