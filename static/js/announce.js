/** Say something to those who listen instead of looking, once and without haste. */
export function announce(words) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = words;
}
