// Owns the elements a person types into or ticks: text of every kind, dates and times, check boxes,
// radio buttons. Each takes a spot {element, context, blockId, place} and returns a node.

import { address, change } from "./change.js";
import { el, freshId } from "./dom.js";
import { textObject } from "./mrkdwn.js";

const valueOf = ({ element, context, blockId }) => context.form.raw(blockId, element);

/**
 * What every field carries: its label where no <label> stands beside it, and how the focus finds it
 * again.
 */
const common = ({ element, blockId, place }) => ({
  "data-focus": address(blockId, element),
  "aria-label": place.attributes.id ? null : place.label,
  ...place.attributes,
});

/** A text input of `type`; `more` adds attributes for one element. */
export function text(type, more = () => ({})) {
  return (spot) => {
    const { multiline, placeholder } = spot.element;
    const kind = multiline ? { rows: 4 } : { type };
    const node = el(multiline ? "textarea" : "input", {
      ...{ class: "text-field", autocomplete: "off", placeholder: placeholder?.text },
      ...{ ...kind, ...more(spot.element), ...common(spot) },
    });
    node.value = valueOf(spot) ?? "";
    node.addEventListener("input", () => typed(node, spot));
    node.addEventListener("keydown", (event) => entered(event, spot));
    return node;
  };
}

const actsOn = (trigger, { element, place }) =>
  place.acts &&
  (element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]).includes(trigger);

function typed(node, spot) {
  const { element, context, blockId } = spot;
  context.form.set(blockId, element, node.value || null);
  if (actsOn("on_character_entered", spot)) context.act(blockId, element, node.value);
}

function entered(event, spot) {
  const isEnter = event.key === "Enter" && !spot.element.multiline;
  if (!isEnter || !actsOn("on_enter_pressed", spot)) return;
  event.preventDefault();
  spot.context.act(spot.blockId, spot.element, event.target.value);
}

/** A date or a time; `read` and `write` turn the field's text into Slack's value and back. */
export function moment(type, { read = (value) => value, write = (raw) => raw } = {}) {
  return (spot) => {
    const node = el("input", { class: "text-field moment", type, ...common(spot) });
    const raw = valueOf(spot);
    node.value = raw === null ? "" : write(raw);
    node.addEventListener("change", () => change(spot, node.value ? read(node.value) : null));
    return node;
  };
}

const localTime = (seconds) => {
  const offset = new Date(seconds * 1000).getTimezoneOffset() * 60;
  return new Date((seconds - offset) * 1000).toISOString().slice(0, 16);
};

/** Seconds since 1970 in a field that shows the reader's own time. */
export const EPOCH = {
  read: (value) => Math.floor(new Date(value).getTime() / 1000),
  write: localTime,
};

/** Check boxes ("checkbox") or radio buttons ("radio"), each with its label. */
export function ticks(type) {
  return (spot) => {
    const { id, ...attributes } = spot.place.attributes;
    const naming = id
      ? { id, "aria-labelledby": `${id}-label` }
      : { "aria-label": spot.place.label || null };
    const role = type === "radio" ? "radiogroup" : "group";
    const node = el("div", { role, class: "checks", ...naming, ...attributes });
    const name = freshId("ticks");
    node.append(...spot.element.options.map((option) => tick({ type, name }, option, spot)));
    node.addEventListener("change", () => change(spot, ticked(node, spot.element, type)));
    return node;
  };
}

function tick(kind, option, spot) {
  const { people } = spot.context;
  const focus = `${address(spot.blockId, spot.element)}/${option.value}`;
  const box = el("input", { ...kind, "data-focus": focus });
  box.checked = [valueOf(spot)].flat().some((one) => one?.value === option.value);
  const note = option.description;
  const words = el("span", {}, textObject(option.text, people));
  if (note) words.append(el("span", { class: "check-note" }, textObject(note, people)));
  return el("label", { class: "check" }, box, words);
}

function ticked(node, element, type) {
  const boxes = [...node.querySelectorAll("input")];
  const on = element.options.filter((_, place) => boxes[place].checked);
  return type === "radio" ? (on[0] ?? null) : on;
}
