// Owns keeping Tab inside a dialog: a modal <dialog> alone lets it escape into the browser's own
// bars.

const REACHABLE =
  "a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex]:not([tabindex='-1'])";

/** The fields and buttons of `root` that Tab reaches, in order. */
export const reachable = (root) =>
  [...root.querySelectorAll(REACHABLE)].filter(
    (node) => node.tabIndex >= 0 && node.checkVisibility(),
  );

/** Where the focus goes as `root` opens: its first field, or what is there where it has none. */
export const entrance = (root) => {
  const stops = reachable(root);
  return stops.find((node) => node.matches("input, textarea, select")) ?? stops[0];
};

/** Turns Tab round at either end of `root`. */
export function trapTab(event, root) {
  if (event.key !== "Tab") return;
  const stops = reachable(root);
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== from && root.contains(document.activeElement)) return;
  event.preventDefault();
  to?.focus();
}
