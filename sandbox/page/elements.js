// Owns Block Kit's elements: which type is drawn how, and the buttons, selects, menus and pictures
// among them (https://docs.slack.dev/reference/block-kit/block-elements/).
//
// A context says where an element stands: {people, form, errors, act(blockId, element, value),
// options(blockId, actionId, query), upload(file)}. A place says how: {label, attributes, acts};
// `acts` is whether a change is sent at once, as everywhere but in an input block without
// dispatch_action.

import { address, change, press } from "./change.js";
import { el } from "./dom.js";
import { fileInput } from "./files.js";
import { icon } from "./icons.js";
import { EPOCH, moment, text, ticks } from "./inputs.js";
import { menuButton } from "./menu.js";
import { isSafe, plain } from "./mrkdwn.js";
import { picker } from "./picker.js";

/** `element` as a node. */
export function drawElement(element, context, blockId, place = {}) {
  const draw = DRAW[element.type];
  if (!draw) return el("span", { class: "unknown" }, `(${element.type} is not drawn here)`);
  const label = element.accessibility_label ?? element.placeholder?.text ?? "";
  return draw({
    element,
    context,
    blockId,
    place: { label, attributes: {}, acts: true, ...place },
  });
}

function button(spot) {
  const { element, blockId } = spot;
  const node = el(
    element.url ? "a" : "button",
    {
      class: `button ${element.style ? `button-${element.style}` : ""}`,
      "data-focus": `${address(blockId, element)}/${element.value ?? ""}`,
      "aria-label": element.accessibility_label,
      ...(element.url ? linkTo(element.url) : { type: "button" }),
    },
    plain(element.text.text),
  );
  node.addEventListener("click", () => press(node, spot, element.value));
  return node;
}

const linkTo = (url) =>
  isSafe(url)
    ? { href: url, target: "_blank", rel: "noopener noreferrer" }
    : { role: "link", "aria-disabled": "true" };

function select(spot) {
  const { element, context, blockId, place } = spot;
  const naming = place.attributes.id ? {} : { "aria-label": place.label };
  return picker({
    ...{ element, context, blockId, label: place.label },
    raw: context.form.raw(blockId, element),
    attributes: { ...naming, ...place.attributes },
    picked: (raw) => change(spot, raw),
  });
}

function overflow(spot) {
  const { element, blockId } = spot;
  const { root, trigger } = menuButton({
    label: "More actions",
    content: icon("dots"),
    choices: element.options.map(({ text: words, description }) => ({
      title: words.text,
      note: description?.text,
    })),
    attributes: { "data-focus": address(blockId, element) },
    picked: (place) => follow(trigger, spot, element.options[place]),
  });
  return root;
}

function follow(trigger, spot, option) {
  if (option.url && isSafe(option.url)) window.open(option.url, "_blank", "noopener,noreferrer");
  return press(trigger, spot, option);
}

/** A picture only where it costs no request to another host; its words otherwise. */
export function image({ image_url: url, alt_text: words }, size = "small") {
  const isOurs = /^(data:image\/|\/(?!\/))/.test(url ?? "");
  if (isOurs) return el("img", { class: `picture-${size}`, src: url, alt: words ?? "" });
  const properties = { class: `picture-words picture-words-${size}`, title: words };
  return el("span", properties, icon("image"), el("span", {}, words));
}

const SELECTS = ["static", "external", "users", "channels", "conversations"].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);

const DRAW = {
  ...Object.fromEntries(SELECTS.map((type) => [type, select])),
  button,
  overflow,
  image: ({ element }) => image(element),
  plain_text_input: text("text", ({ max_length: most }) => ({ maxlength: most })),
  email_text_input: text("email"),
  url_text_input: text("url"),
  number_input: text("text", () => ({ inputmode: "decimal" })),
  datepicker: moment("date"),
  timepicker: moment("time"),
  datetimepicker: moment("datetime-local", EPOCH),
  checkboxes: ticks("checkbox"),
  radio_buttons: ticks("radio"),
  file_input: fileInput,
};
