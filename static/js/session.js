// A session that ended while somebody was writing, and the page's secret word once they signed in anew.

/** Whether an answer asks to sign in, rather than to what was sent. */
export function asksToSignIn({ status, redirected, url }) {
  return status === 400 || (redirected && new URL(url).pathname === "/sign-in");
}

/** Signed in anew, and the same person: the page's secret word is taken from a fresh page. */
export async function renew() {
  const page = await fetch("/drafts", { headers: { Accept: "text/html" } }).catch(() => null);
  if (!page?.ok || page.redirected) return false;
  const fresh = await page.text();
  const word = fresh.match(/name="csrf-token" content="([\w.-]+)"/)?.[1];
  if (!word || !fresh.includes(` data-reader="${document.body.dataset.reader}"`)) return false;
  document.querySelector("meta[name=csrf-token]").content = word;
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = word;
  return true;
}
