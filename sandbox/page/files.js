// Owns the element that takes files (https://docs.slack.dev/reference/block-kit/block-elements/
// file-input-element): a file is sent when it is chosen, as Slack's own client does, and the form
// holds what Slack made of it.

import { address, change } from "./change.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";

const MOST = 10; // Slack's own limit where the element names none

/** A field for files: what was chosen, how to take it out again, and a button to choose. */
export function fileInput(spot) {
  const { element, blockId, place } = spot;
  const { id, ...attributes } = place.attributes;
  const chooser = el("input", {
    ...{ id, type: "file", class: "unseen", ...attributes },
    multiple: most(element) > 1,
    accept: (element.filetypes ?? []).map((ending) => `.${ending}`).join(",") || null,
    "data-focus": address(blockId, element),
    "aria-label": id ? null : place.label,
  });
  const parts = {
    chosen: el("ul", { class: "file-list" }),
    button: el("label", { class: "button file-button" }, "Choose a file", chooser),
    alert: el("p", { class: "field-error", role: "alert" }),
  };
  chooser.addEventListener("change", () => take(spot, parts, chooser));
  draw(spot, parts);
  return el("div", { class: "file-field" }, parts.chosen, parts.button, parts.alert);
}

const most = (element) => element.max_files ?? MOST;
const held = ({ element, context, blockId }) => context.form.raw(blockId, element);

function draw(spot, { chosen, button }) {
  const files = held(spot);
  chosen.replaceChildren(...files.map((file) => line(file, spot, { chosen, button })));
  button.hidden = files.length >= most(spot.element);
}

function line(file, spot, parts) {
  const remove = el(
    "button",
    { type: "button", class: "chip-remove", "aria-label": `Remove ${file.name}` },
    icon("close"),
  );
  remove.addEventListener("click", async () => {
    await change(
      spot,
      held(spot).filter(({ id }) => id !== file.id),
    );
    draw(spot, parts);
    parts.button.control.focus();
  });
  return el("li", { class: "chip" }, file.name, remove);
}

async function take(spot, parts, chooser) {
  const files = [...chooser.files];
  chooser.value = "";
  parts.alert.textContent = complaint(spot, files) ?? "";
  if (parts.alert.textContent) return;
  parts.button.setAttribute("aria-busy", "true");
  for (const file of files) {
    const answer = await spot.context.upload(file);
    if (answer.ok) await change(spot, [...held(spot), answer.file]);
    else parts.alert.textContent = answer.error;
  }
  parts.button.removeAttribute("aria-busy");
  draw(spot, parts);
}

function complaint(spot, files) {
  const endings = spot.element.filetypes ?? [];
  const fits = ({ name }) => endings.some((one) => name.toLowerCase().endsWith(`.${one}`));
  if (endings.length > 0 && !files.every(fits))
    return `Choose a file that ends in .${endings.join(" or .")}.`;
  const room = most(spot.element);
  return held(spot).length + files.length > room ? `Choose at most ${room}.` : null;
}
