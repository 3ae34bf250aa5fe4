// Owns how nodes are made and patched. Text becomes a text node and nothing else: no function here,
// or anywhere in this page, parses HTML, and no style attribute is written (a
// Content-Security-Policy without 'unsafe-inline' would drop it).

const SIGNATURES = new WeakMap();

/**
 * A new element: `on…` properties are listeners, `vars` are CSS custom properties, the rest
 * attributes.
 */
export function el(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "vars")
      for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

export const byId = (id) => document.getElementById(id);

let lastId = 0;
/** An id no other element of the page has. */
export const freshId = (prefix) => `${prefix}-${(lastId += 1)}`;

/**
 * Makes `parent`'s children match `items`, touching only what differs; `leave` may animate what
 * goes.
 */
export function keyed(parent, items, { key, create, update, leave = (node) => node.remove() }) {
  const known = new Map(
    [...parent.children].filter((node) => node.dataset.key).map((node) => [node.dataset.key, node]),
  );
  const wanted = new Set(items.map(key));
  for (const [name, node] of known) if (!wanted.has(name)) forget(node, leave);
  let cursor = parent.firstElementChild;
  for (const item of items) {
    while (cursor && !cursor.dataset.key) cursor = cursor.nextElementSibling;
    let node = known.get(key(item));
    const isNew = !node;
    if (isNew) {
      node = create(item);
      node.dataset.key = key(item);
    }
    if (node === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
    update?.(node, item, isNew);
  }
}

function forget(node, leave) {
  delete node.dataset.key;
  leave(node);
}

/** Replaces `slot`'s children when `signature` changed, keeping the focus; says whether it did. */
export function refresh(slot, signature, build) {
  if (SIGNATURES.get(slot) === signature) return false;
  const first = !SIGNATURES.has(slot);
  const held = holdFocus(slot);
  slot.replaceChildren(...[build()].flat());
  SIGNATURES.set(slot, signature);
  held?.();
  return !first;
}

/**
 * Where the focus is inside `slot`, as a function that puts it back on the node that took its
 * place.
 */
function holdFocus(slot) {
  const active = document.activeElement;
  if (!active || active === slot || !slot.contains(active)) return null;
  const { value, selectionStart, selectionEnd } = active;
  const address = active.dataset.focus ?? "";
  return () => {
    const heir = heirOf(slot, address) ?? slot.closest("[tabindex]") ?? document.body;
    heir.focus({ preventScroll: true });
    if ("selectionStart" in heir) restoreText(heir, value, selectionStart, selectionEnd);
  };
}

/**
 * The node at the same address; Slack may have renamed the block, which is the address's first
 * part.
 */
function heirOf(slot, address) {
  const nodes = [...slot.querySelectorAll("[data-focus]")];
  const within = (text) => text.slice(text.indexOf("/"));
  const at = (node) => node.dataset.focus;
  return (
    nodes.find((node) => at(node) === address) ??
    nodes.find((node) => within(at(node)) === within(address))
  );
}

function restoreText(field, value, start, end) {
  field.value = value;
  if (start !== null && start !== undefined) field.setSelectionRange(start, end);
}

/**
 * Plays the CSS animation of class `name` once; the class goes with its end, or it would play
 * again.
 */
export function play(node, name) {
  node.classList.remove(name);
  node.getBoundingClientRect(); // restarts the animation
  node.classList.add(name);
  node.addEventListener("animationend", () => node.classList.remove(name), { once: true });
}

/** Shows `text` as a short-lived note; for what went wrong, and for nothing a person must keep. */
export function toast(text) {
  const note = el("p", { class: "toast" }, text);
  byId("toasts").append(note);
  setTimeout(() => note.remove(), 7000);
}

/** Says `text` to people who listen instead of looking. */
export function announce(text) {
  byId("announcer").replaceChildren(el("p", {}, text));
}
