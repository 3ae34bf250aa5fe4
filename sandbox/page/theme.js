// Owns light and dark: the system's choice until the button says otherwise, kept for the next
// visit.

import { byId } from "./dom.js";
import { icon } from "./icons.js";

const THEMES = [
  { name: "system", glyph: "screen", says: "Colours follow the system" },
  { name: "light", glyph: "sun", says: "Light colours" },
  { name: "dark", glyph: "moon", says: "Dark colours" },
];

/** Applies the kept choice and gives the button its work. */
export function startTheme() {
  const button = byId("theme");
  let place = Math.max(
    0,
    THEMES.findIndex(({ name }) => name === localStorage.getItem("aboard.theme")),
  );
  const apply = () => {
    const { name, glyph, says } = THEMES[place];
    document.documentElement.dataset.theme = name;
    button.replaceChildren(icon(glyph));
    button.setAttribute("aria-label", says);
    button.title = says;
  };
  button.addEventListener("click", () => {
    place = (place + 1) % THEMES.length;
    localStorage.setItem("aboard.theme", THEMES[place].name);
    apply();
  });
  apply();
}
