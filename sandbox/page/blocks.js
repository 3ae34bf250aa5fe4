// Owns Block Kit's layout blocks (https://docs.slack.dev/reference/block-kit/blocks/) on every
// surface: messages, modals and the Home. Blocks are patched one by one, so that a change beside a
// field leaves the field alone.

import { el, freshId, keyed, refresh } from "./dom.js";
import { drawElement, image } from "./elements.js";
import { plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { table } from "./table.js";

const COMPACT_WIDTH = 3; // an actions block with more elements than this wraps anyway

/**
 * A block's name among its siblings. Inputs keep theirs when others come between; Slack names other
 * blocks anew at every update, so they are known by where they stand.
 */
const nameOf = ({ type, block_id: id }, place) =>
  type === "input" ? `input:${id}` : `${place}:${type}`;

/** Makes `root` show `blocks` in `context`. */
export function drawBlocks(root, blocks, context) {
  const named = blocks.map((block, place) => ({ block, name: nameOf(block, place) }));
  keyed(root, named, {
    key: ({ name }) => name,
    create: ({ block }) => el("div", { class: `block block-${block.type}` }),
    update: (node, { block }) => {
      const signature = JSON.stringify([block, context.errors?.[block.block_id]]);
      refresh(node, signature, () => drawBlock(block, context));
    },
  });
}

function drawBlock(block, context) {
  const draw = DRAW[block.type];
  return draw
    ? draw(block, context)
    : el("p", { class: "unknown" }, `(a ${block.type} block is not drawn here)`);
}

function section({ text, fields, accessory, block_id: blockId }, context) {
  const words = el(
    "div",
    { class: "section-words" },
    text && el("div", { class: "prose" }, textObject(text, context.people)),
    fields && fieldGrid(fields, context),
  );
  const label = text ? text.text.replace(/[*_~`]|:[a-z0-9_+-]+:/g, "").trim() : "";
  return [
    words,
    accessory &&
      el(
        "div",
        { class: "accessory" },
        drawElement(
          accessory,
          context,
          blockId ?? "",
          accessory.type === "button" ? {} : { label },
        ),
      ),
  ].filter(Boolean);
}

const fieldGrid = (fields, { people }) =>
  el(
    "div",
    { class: "fields" },
    fields.map((field) => el("div", { class: "prose" }, textObject(field, people))),
  );

function actions({ elements, block_id: blockId }, context) {
  return el(
    "div",
    { class: elements.length > COMPACT_WIDTH ? "actions actions-many" : "actions" },
    elements.map((element) => drawElement(element, context, blockId ?? "")),
  );
}

function context({ elements }, { people }) {
  return el(
    "div",
    { class: "context" },
    elements.map((element) =>
      element.type === "image"
        ? image(element)
        : el("span", { class: "prose" }, textObject(element, people)),
    ),
  );
}

/** A labelled field with its hint and its error, tied together for people who listen. */
function input(block, surroundings) {
  const {
    element,
    label,
    hint,
    optional,
    block_id: blockId,
    dispatch_action: acts = false,
  } = block;
  const error = surroundings.errors?.[blockId];
  const id = freshId("input");
  const described =
    [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ") || null;
  const attributes = {
    id,
    "aria-describedby": described,
    "aria-invalid": error ? "true" : null,
    "aria-required": optional || element.type === "checkboxes" ? null : "true",
  };
  const isGroup = ["checkboxes", "radio_buttons"].includes(element.type);
  const title = el(
    isGroup ? "p" : "label",
    { class: "input-label", id: `${id}-label`, for: isGroup ? null : id },
    plain(label.text),
    optional && el("span", { class: "optional" }, " (optional)"),
  );
  return [
    title,
    drawElement(element, surroundings, blockId ?? "", { label: label.text, attributes, acts }),
    error && el("p", { class: "field-error", id: `${id}-error` }, error),
    hint && el("p", { class: "hint", id: `${id}-hint` }, plain(hint.text)),
  ].filter(Boolean);
}

function picture(block, { people }) {
  return el(
    "figure",
    {},
    block.title && el("figcaption", {}, textObject(block.title, people)),
    image(block, "large"),
  );
}

const DRAW = {
  section,
  actions,
  context,
  input,
  header: ({ text }) => el("h3", { class: "header" }, plain(text.text)),
  divider: () => el("hr", {}),
  image: picture,
  rich_text: ({ elements }, { people }) => richText(elements, people),
  table: (block, { people }) => table(block, people),
};
