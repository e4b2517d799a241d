// The only way text from the data gets into the page: as text nodes and attribute values, never as markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'class') node.className = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== ''));
  return node;
}

export const byId = (id) => document.getElementById(id);

const grouped = new Intl.NumberFormat('en-GB');
export const count = (n) => grouped.format(n);
export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** A share of a whole: 86 %, 0.3 %, 0.0012 %; 100 % only when nothing is missing. */
export function percent(part, whole) {
  if (!whole) return '';
  const value = 100 * part / whole;
  if (part < whole && value >= 99.5) return `${(Math.floor(100 * value) / 100).toFixed(2)} %`;
  return `${value >= 10 || value === 0 ? value.toFixed(0) : value.toPrecision(2)} %`;
}

/** A minus sign as wide as the digits; hyphens stay in identifiers. */
export const shown = (number, decimals) => number.toFixed(decimals).replace('-', '\u2212');

export const narrow = () => matchMedia('(max-width: 640px)').matches;
