// Owns the rich_text block (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block/).

import { slackDate } from "./dates.js";
import { el } from "./dom.js";
import { emoji } from "./emoji.js";
import { link, mention } from "./mrkdwn.js";

const TAGS = [
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
  ["code", "code"],
];

/** The nodes of a rich_text block's elements. */
export const richText = (elements, people) =>
  elements.map((element) => (PARTS[element.type] ?? unknown)(element, people));

const unknown = (element) =>
  el("span", { class: "unknown" }, `(${element.type} is not drawn here)`);
const leaves = ({ elements }, people) =>
  elements.map((leaf) => styled((LEAVES[leaf.type] ?? unknown)(leaf, people), leaf.style));

function styled(node, style = {}) {
  return TAGS.reduce((inner, [name, tag]) => (style[name] ? el(tag, {}, inner) : inner), node);
}

const PARTS = {
  rich_text_section: (part, people) => el("div", { class: "prose" }, leaves(part, people)),
  rich_text_quote: (part, people) => el("blockquote", { class: "prose" }, leaves(part, people)),
  rich_text_preformatted: (part, people) => el("pre", {}, el("code", {}, leaves(part, people))),
  rich_text_list: ({ style, indent = 0, elements }, people) =>
    el(
      style === "ordered" ? "ol" : "ul",
      { class: `rich-list indent-${Math.min(indent, 4)}` },
      elements.map((item) => el("li", {}, leaves(item, people))),
    ),
};

const LEAVES = {
  text: ({ text }) => text,
  link: ({ url, text }) => link(url, text ?? url),
  user: ({ user_id: id }, people) => mention(id, null, people),
  channel: ({ channel_id: id }, people) =>
    el("span", { class: "mention" }, `#${people.channels.get(id)?.name ?? id}`),
  emoji: ({ name }) => emoji(name) ?? `:${name}:`,
  broadcast: ({ range }) => el("span", { class: "mention" }, `@${range}`),
  usergroup: ({ usergroup_id: id }) => el("span", { class: "mention" }, `@${id}`),
  color: ({ value }) => el("code", {}, value),
  date: ({ timestamp, format, url, fallback }) => {
    const text = slackDate(timestamp, format, fallback ?? "");
    return url ? link(url, text) : el("span", {}, text);
  },
};
