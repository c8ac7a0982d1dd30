import { Controller } from "@hotwired/stimulus";
import { written } from "../days.js";
import { element } from "../signs.js";

/** The page shown where there is no connection: what was read last on this device, and another try once it is back. */
export default class extends Controller {
  static targets = ["kept", "list"];

  async connect() {
    for (const name of await caches.keys()) if (name.startsWith("pages:")) await this.show(await caches.open(name));
  }

  async show(cache) {
    const answers = await Promise.all((await cache.keys()).map(async (request) => [request.url, await cache.match(request)]));
    this.listTarget.replaceChildren(...answers.reverse().map(([url, { headers }]) => line(url, headers)));
    this.keptTarget.hidden = !answers.length;
  }

  again() {
    location.reload();
  }
}

/** A title as it stands in a page, without its marks. */
function plain(title) {
  return new DOMParser().parseFromString(title, "text/html").documentElement.textContent;
}

function line(url, headers) {
  const item = element("li");
  const title = decodeURIComponent(headers.get("X-Title")).replace(" · SocialSales", "");
  const at = written(new Date(headers.get("X-Kept-At")), { dateStyle: "medium", timeStyle: "short" });
  item.append(element("a", { className: "lines__name", href: url, textContent: plain(title) }), at);
  return item;
}
