// Owns the shape of an element's state, as Slack sends it under view.state.values and reads it from
// initial_… (https://docs.slack.dev/reference/block-kit/block-elements/), and the checks Slack
// makes before a form is sent.

const TEXT = { field: "value", initial: "initial_value", empty: null };
const ONE_OPTION = { field: "selected_option", initial: "initial_option", empty: null };
const MANY_OPTIONS = { field: "selected_options", initial: "initial_options", empty: [] };
const one = (name) => ({ field: `selected_${name}`, initial: `initial_${name}`, empty: null });
const many = (name) => ({ field: `selected_${name}s`, initial: `initial_${name}s`, empty: [] });

const SHAPES = {
  plain_text_input: TEXT,
  email_text_input: TEXT,
  url_text_input: TEXT,
  number_input: TEXT,
  static_select: ONE_OPTION,
  external_select: ONE_OPTION,
  radio_buttons: ONE_OPTION,
  multi_static_select: MANY_OPTIONS,
  multi_external_select: MANY_OPTIONS,
  checkboxes: MANY_OPTIONS,
  users_select: one("user"),
  multi_users_select: many("user"),
  channels_select: one("channel"),
  multi_channels_select: many("channel"),
  conversations_select: one("conversation"),
  multi_conversations_select: many("conversation"),
  datepicker: one("date"),
  timepicker: one("time"),
  datetimepicker: one("date_time"),
  file_input: { field: "files", initial: "initial_files", empty: [] },
};

export const hasState = (element) => element.type in SHAPES;

/** The state object of `element` holding `raw`. */
export function stateOf(element, raw) {
  const { field, empty } = SHAPES[element.type];
  return { type: element.type, [field]: raw ?? empty };
}

export const initialRaw = (element) =>
  element[SHAPES[element.type].initial] ?? SHAPES[element.type].empty;
export const rawOf = (state) => state[SHAPES[state.type].field];

const isEmpty = (raw) =>
  raw === null || raw === undefined || raw === "" || (Array.isArray(raw) && raw.length === 0);

const CHECKS = {
  plain_text_input: (text, { min_length: least, max_length: most }) => {
    if (least && text.length < least) return `Write at least ${least} characters.`;
    if (most && text.length > most) return `Write at most ${most} characters.`;
    return null;
  },
  email_text_input: (text) =>
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? null : "Write a whole e-mail address.",
  url_text_input: (text) =>
    /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : "")
      ? null
      : "Write a whole address, with https://.",
  number_input: (text, { min_value: least, max_value: most, is_decimal_allowed: decimal }) => {
    if (!(decimal ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/).test(text))
      return decimal ? "Write a number." : "Write a whole number.";
    if (least !== undefined && Number(text) < Number(least)) return `The least is ${least}.`;
    if (most !== undefined && Number(text) > Number(most)) return `The most is ${most}.`;
    return null;
  },
};

/**
 * What one view's fields hold, outside the nodes: drawing a form again loses nothing that was
 * typed.
 */
export class FormValues {
  #held = new Map();

  raw(blockId, element) {
    const held = this.#held.get(`${blockId}/${element.action_id}`);
    return held === undefined ? initialRaw(element) : held;
  }

  set(blockId, element, raw) {
    this.#held.set(`${blockId}/${element.action_id}`, raw);
  }

  /** values[block_id][action_id] for every element with a state in `blocks`. */
  collect(blocks) {
    const values = {};
    for (const [blockId, element] of statefulElements(blocks)) {
      values[blockId] = {
        ...values[blockId],
        [element.action_id]: stateOf(element, this.raw(blockId, element)),
      };
    }
    return values;
  }

  /** {block_id: sentence} for what Slack refuses to send. */
  errors(blocks) {
    const errors = {};
    for (const block of blocks.filter((one) => one.type === "input" && hasState(one.element))) {
      const raw = this.raw(block.block_id, block.element);
      const complaint = isEmpty(raw)
        ? missing(block)
        : CHECKS[block.element.type]?.(raw, block.element);
      if (complaint) errors[block.block_id] = complaint;
    }
    return errors;
  }
}

const missing = (block) => (block.optional ? null : "Please complete this required field.");

function statefulElements(blocks) {
  const found = [];
  for (const block of blocks) {
    const elements = [block.element, block.accessory, ...(block.elements ?? [])];
    for (const element of elements)
      if (element && hasState(element)) found.push([block.block_id, element]);
  }
  return found;
}
