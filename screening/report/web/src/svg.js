// Small charts as SVG. Text gets in as text nodes only.

const kNamespace = 'http://www.w3.org/2000/svg';

export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(kNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(name, String(value));
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** A picture with a name that is read out. */
export const picture = (width, height, name, ...children) =>
  svg('svg', {viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': name, class: 'chart'}, ...children);
