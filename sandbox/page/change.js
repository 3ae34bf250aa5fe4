// Owns how what a person does to an element is kept for its form and, where the element acts, sent
// to the bot.

import { confirmed } from "./confirm.js";

/** Where an element stands, for the focus to find it again after it was drawn anew. */
export const address = (blockId, element) => `${blockId}/${element.action_id}`;

/** Keeps `raw` as the element's value, and sends it where the element acts at once. */
export async function change({ element, context, blockId, place }, raw) {
  context.form.set(blockId, element, raw);
  if (!place.acts || raw === null) return;
  if (await agreed(element, context)) await context.act(blockId, element, raw);
}

/** Sends a press of `node`; further presses count only after the bot has answered this one. */
export async function press(node, { element, context, blockId }, value) {
  if (node.getAttribute("aria-busy")) return;
  if (!(await agreed(element, context))) return;
  node.setAttribute("aria-busy", "true");
  await context.act(blockId, element, value);
  node.removeAttribute("aria-busy");
}

const agreed = async ({ confirm }, { people }) => !confirm || confirmed(confirm, people);
