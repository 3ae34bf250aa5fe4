// Owns the table block (https://docs.slack.dev/reference/block-kit/blocks/table-block/): the first
// row is its heading.

import { el } from "./dom.js";
import { richText } from "./richtext.js";

/** A table that scrolls sideways inside itself where it is wider than its message. */
export function table({ rows, column_settings: columns = [] }, people) {
  const [head, ...body] = rows;
  const row = (cells, tag) =>
    el(
      "tr",
      {},
      cells.map((cell, place) =>
        el(
          tag,
          { scope: tag === "th" ? "col" : null, class: `align-${columns[place]?.align ?? "left"}` },
          words(cell, people),
        ),
      ),
    );
  return el(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
    el(
      "table",
      {},
      el("thead", {}, row(head, "th")),
      el(
        "tbody",
        {},
        body.map((cells) => row(cells, "td")),
      ),
    ),
  );
}

const words = (cell, people) =>
  cell.type === "rich_text" ? richText(cell.elements, people) : (cell.text ?? "");
