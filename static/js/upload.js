// Sends one file as it is, telling how far it is; the answer is the line that stands for it, or why it was refused.

/** `told(share)` is called on the way; the result is {html}, {why} or {failed: "cut" | "server" | "session" | "cancelled"}. */
export function upload(file, place, told) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve) => {
    request.upload.addEventListener("progress", ({ loaded, total }) => told(total ? loaded / total : 1));
    request.addEventListener("load", () => resolve(judged(request)));
    request.addEventListener("error", () => resolve({ failed: "cut" }));
    request.addEventListener("abort", () => resolve({ failed: "cancelled" }));
  });
  request.open("POST", `/files?${new URLSearchParams({ name: file.name, place })}`);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-CSRFToken", document.querySelector("meta[name=csrf-token]").content);
  request.send(file);
  return { done, cancel: () => request.abort() };
}

function judged({ status, responseText }) {
  if (status === 201) return { html: responseText };
  if (status === 422) return { why: responseText };
  return { failed: status < 500 ? "session" : "server" };
}

export async function forget(url) {
  const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content };
  await fetch(`${url}/removal`, { method: "POST", headers }).catch(() => undefined);
}
