// Owns the small pictures of people: initials on their colour, and a flag for Aboard.

import { el } from "./dom.js";

/** A decoration; whoever uses it writes the name beside it. */
export function avatar(user) {
  if (user?.is_app)
    return el("img", { class: "avatar", src: "/static/mark.svg", alt: "", width: 36, height: 36 });
  const colour = `#${(user?.color || "8a9aa3").replace("#", "")}`;
  return el(
    "span",
    { class: "avatar", "aria-hidden": "true", vars: { "--tint": colour } },
    user?.initials || initials(user),
  );
}

const initials = (user) =>
  (user?.real_name || user?.name || "?")
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join("")
    .toUpperCase();
