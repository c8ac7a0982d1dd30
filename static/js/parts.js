// The parts of a long thread, each a frame; those that were not fetched yet hold a link.

/** Whether this is a part that still has to be fetched. */
export function isMissing(frame) {
  return frame.matches("turbo-frame[src]:not([complete])");
}

/** Fetch a part, wherever it is; done when its posts stand there. */
export async function fetchPart(frame) {
  if (frame.disabled) frame.disabled = false;
  else if (!frame.hasAttribute("busy")) frame.reload();
  await frame.loaded;
}
