// Owns how Slack's mrkdwn becomes nodes
// (https://docs.slack.dev/messaging/formatting-message-text/). What people typed is text to the
// last step: only the node kinds below can come out, whatever goes in.

import { slackDate } from "./dates.js";
import { el } from "./dom.js";
import { emoji } from "./emoji.js";

const FENCE = /```([\s\S]+?)```/;
const ATOM =
  /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+):|(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]'"])/g;
const STYLES = [
  ["*", "strong"],
  ["_", "em"],
  ["~", "s"],
].map(([mark, tag]) => [
  new RegExp(
    `(?<![\\p{L}\\p{N}${mark}])[${mark}](?=[^\\s${mark}])([^${mark}\\n]*[^\\s${mark}])[${mark}](?![\\p{L}\\p{N}${mark}])`,
    "u",
  ),
  tag,
]);
const OPEN = "\uE000";
const CLOSE = "\uE001";
const HELD = /\uE000(\d+)\uE001/;
const LINKS = new Set(["http:", "https:", "mailto:", "tel:"]);

/** Slack's three escapes, read back. */
export const unescape = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/**
 * `text` as a fragment; `people` knows names (users, channels, me), `verbatim` leaves bare
 * addresses alone.
 */
export function mrkdwn(text, people, { verbatim = false } = {}) {
  const fragment = document.createDocumentFragment();
  String(text ?? "")
    .replace(/[\uE000\uE001]/g, "")
    .split(FENCE)
    .forEach((part, place) => {
      if (place % 2 === 1)
        fragment.append(el("pre", {}, el("code", {}, unescape(part.replace(/^\n|\n$/g, "")))));
      else fragment.append(...lines(part, { people, verbatim }));
    });
  return fragment;
}

/** A text object (plain_text or mrkdwn) as a fragment. */
export function textObject(object, people) {
  if (!object) return document.createDocumentFragment();
  if (object.type === "mrkdwn") return mrkdwn(object.text, people, { verbatim: object.verbatim });
  return plain(object.text, object.emoji !== false);
}

/** Plain text, in which only emoji names are read. */
export function plain(text, withEmoji = true) {
  const fragment = document.createDocumentFragment();
  const source = String(text ?? "");
  fragment.append(
    withEmoji
      ? source.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => emoji(name) ?? whole)
      : source,
  );
  return fragment;
}

function lines(text, context) {
  const nodes = [];
  for (const group of groups(text)) {
    if (group.quoted) nodes.push(el("blockquote", {}, inline(group.lines.join("\n"), context)));
    else nodes.push(...inline(group.lines.join("\n"), context));
  }
  return nodes;
}

function groups(text) {
  const found = [];
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    const last = found.at(-1);
    if (last && last.quoted === Boolean(quote)) last.lines.push(quote ? quote[1] : line);
    else found.push({ quoted: Boolean(quote), lines: [quote ? quote[1] : line] });
  }
  return found;
}

/** Takes out what nothing may reach into (code, links, emoji), then reads the styles around it. */
function inline(text, context) {
  const atoms = [];
  const held = text.replace(ATOM, (whole, code, angle, name, address) => {
    const node = atom({ code, angle, name, address }, context);
    if (node === null) return whole;
    atoms.push(node);
    return `${OPEN}${atoms.length - 1}${CLOSE}`;
  });
  return styled(held, atoms);
}

function atom({ code, angle, name, address }, context) {
  if (code) return el("code", {}, unescape(code));
  if (angle) return reference(angle, context.people);
  if (name) return emoji(name);
  return context.verbatim ? null : link(unescape(address), unescape(address));
}

function styled(text, atoms) {
  for (const [pattern, tag] of STYLES) {
    const match = pattern.exec(text);
    if (!match) continue;
    const after = match.index + match[0].length;
    return [
      ...styled(text.slice(0, match.index), atoms),
      el(tag, {}, styled(match[1], atoms)),
      ...styled(text.slice(after), atoms),
    ];
  }
  return text
    .split(HELD)
    .map((part, place) => (place % 2 === 1 ? atoms[Number(part)] : unescape(part)))
    .filter(Boolean);
}

function reference(inside, people) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length > 0 ? unescape(rest.join("|")) : null;
  if (target.startsWith("@")) return mention(target.slice(1), label, people);
  if (target.startsWith("#"))
    return el(
      "span",
      { class: "mention" },
      `#${people.channels.get(target.slice(1))?.name ?? label ?? "private channel"}`,
    );
  if (target.startsWith("!")) return special(target.slice(1), label, people);
  return link(unescape(target), label ?? unescape(target).replace(/^mailto:/, ""));
}

/** A person's name as a mention; shown stronger where it is the reader. */
export function mention(id, label, people) {
  const person = people.users.get(id);
  const name = person?.real_name || person?.name || label || id;
  return el(
    "span",
    { class: id === people.me ? "mention mention-me" : "mention", title: person?.title },
    `@${name}`,
  );
}

const group = (id, people) => `@${people.groups.get(id)?.handle ?? id}`;

function special(target, label, people) {
  const [kind, ...rest] = target.split("^");
  if (kind === "date") return date(rest, label);
  if (kind === "subteam") return el("span", { class: "mention" }, label ?? group(rest[0], people));
  return el("span", { class: "mention" }, `@${kind}`);
}

function date([timestamp, pattern, address], fallback) {
  const text = slackDate(timestamp, unescape(pattern ?? ""), fallback ?? "");
  if (address) return link(unescape(address), text);
  const when = new Date(Number(timestamp) * 1000);
  return Number.isNaN(when.getTime())
    ? el("span", {}, text)
    : el("time", { datetime: when.toISOString(), title: when.toString() }, text);
}

/** Whether a person may be sent to `address`: it is a whole one, of a scheme that runs nothing. */
export const isSafe = (address) => URL.canParse(address) && LINKS.has(new URL(address).protocol);

/** A link that opens beside the page; an address of any other scheme stays text. */
export function link(address, label) {
  return isSafe(address)
    ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label)
    : el("span", {}, label);
}
