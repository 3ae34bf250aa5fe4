// Judges what is drawn inside `root`, as a careful reader would: answers [fault, where] pairs.
(root) => {
  const LEAST_CONTRAST = 4.5; // WCAG 2.2, 1.4.3, for letters of any size
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (colour, ground) => {
    for (const layer of [`rgb(${ground})`, colour]) {
      canvas.fillStyle = layer;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = (part) => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const grounds = new Map([[null, [255, 255, 255]]]);
  const ground = (node) => {
    if (!grounds.has(node)) {
      const { backgroundColor } = getComputedStyle(node);
      grounds.set(node, paint(backgroundColor, ground(node.parentElement)));
    }
    return grounds.get(node);
  };
  const contrast = (colour, node) => {
    const pair = [light(paint(colour, ground(node))), light(ground(node))];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };

  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  const speaks = (node) => [...node.childNodes].some(isText);
  const isField = (node) => node.matches("input, textarea");
  const colours = (node) => {
    if (speaks(node)) return [getComputedStyle(node).color];
    if (!isField(node)) return [];
    const holder = node.placeholder && !node.value ? "::placeholder" : null;
    return node.value || holder ? [getComputedStyle(node, holder).color] : [];
  };
  const isFaint = (node) =>
    colours(node).some((colour) => contrast(colour, node) < LEAST_CONTRAST);

  const edge = root.getBoundingClientRect();
  const scrolls = (node) => ["auto", "scroll"].includes(getComputedStyle(node).overflowX);
  const isInline = (node) => getComputedStyle(node).display === "inline";
  const isCut = (node) => !isInline(node) && !scrolls(node) && node.scrollWidth > node.clientWidth + 1;
  const leaves = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && (box.right > edge.right + 1 || box.left < edge.left - 1);
  };

  const isEmpty = (node) =>
    node.matches(".block:not(.block-divider)") &&
    !node.textContent.trim() &&
    !node.querySelector("input, textarea, img, button");
  const RAW = /:[a-z_]{2,}:|<[@!#]|&(amp|lt|gt);|undefined|\bNone\b|\[object /;
  const isRaw = (node) => [...node.childNodes].some((one) => isText(one) && RAW.test(one.data));

  const faults = {
    "cannot be read": isFaint,
    "is cut": isCut,
    "leaves its place": leaves,
    "is empty": isEmpty,
    "shows its markup": isRaw,
    "is not drawn": (node) => node.matches(".unknown"),
  };
  const where = (node) => `${node.tagName}.${node.className}: ${node.textContent.slice(0, 60)}`;
  return [...root.querySelectorAll("*")]
    .filter((node) => node.checkVisibility() && !node.closest("svg, .unseen"))
    .flatMap((node) =>
      Object.entries(faults).flatMap(([fault, has]) => (has(node) ? [[fault, where(node)]] : [])),
    );
}
