// Owns the page's line icons: one path each on a 20 by 20 grid, drawn in the colour of the text
// around them.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  hash: "M8 3 6 17M14 3l-2 14M3.5 7.5h13.5M3 12.5h13.5",
  bubble: "M3.5 5.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9l-4 3v-3a1.7 1.7 0 0 1-1.5-2z",
  home: "M3.5 9.5 10 4l6.5 5.5M5.5 8.5v7.5h9V8.5",
  eye: "M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  send: "M4 10h11M10.5 5l5 5-5 5",
  chevron: "m6 8 4 4 4-4",
  close: "m5.5 5.5 9 9m0-9-9 9",
  back: "M16 10H5m4.5-5-5 5 5 5",
  dots: "M5 10h.01M10 10h.01M15 10h.01",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0-3v4.2c0 1.2.8 2 1.9 2 1.5 0 2.3-1.4 2.3-3.2a7.2 7.2 0 1 0-3 5.9",
  slash: "M12.5 4l-5 12",
  sun: "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM10 2.5v1.7M10 15.8v1.7M2.5 10h1.7M15.8 10h1.7M4.7 4.7l1.2 1.2M14.1 14.1l1.2 1.2M15.3 4.7l-1.2 1.2M5.9 14.1l-1.2 1.2",
  moon: "M16 11.8A6.5 6.5 0 0 1 8.2 4a6.5 6.5 0 1 0 7.8 7.8z",
  screen: "M3 4.5h14v9H3zM7.5 16.5h5",
  thread: "M5 4v7a3 3 0 0 0 3 3h7m-3-3 3 3-3 3",
  image: "M3.5 4.5h13v11h-13zM3.5 13l3.5-3.5 3 3 2.5-2 4 3.5M12.5 8h.01",
  bolt: "M11 2.5 4.5 11.5H10l-1 6 6.5-9H10z",
};

/** The icon `name` as a decoration: assistive technology does not see it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
