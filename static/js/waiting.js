/** How many threads wait in the reader's inbox, wherever the page says so: in its column and its bars. */
export async function showWaiting() {
  const answer = await fetch("/inbox/count.json").catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const words = await answer.json();
  for (const count of document.querySelectorAll("[data-waiting]")) {
    count.hidden = !words;
    count.firstElementChild.textContent = words;
  }
}
