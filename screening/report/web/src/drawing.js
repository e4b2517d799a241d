// Draws a compound as SVG from the coordinates that the program laid out.

import {partsOf, widthOf} from './label.js';
import {neighboursOf, sideOf} from './rings.js';

const kNamespace = 'http://www.w3.org/2000/svg';
const kBond_A = 1.5;
const kColoured = new Set(['N', 'O', 'S', 'P', 'F', 'Cl', 'Br', 'I', 'B']);
const f = (value) => value.toFixed(1);
const line = (a, b) => `M${f(a.x)} ${f(a.y)}L${f(b.x)} ${f(b.y)}`;

/**
 * An <svg> of `width` x `height` pixels; bonds are at most `bond` pixels long. `name` is read out; without one the
 * drawing is silent. `marks`: atoms on a coloured ground.
 */
export function drawCompound(drawing, width, height, name, {bond = 24, marks = null} = {}) {
  const svg = document.createElementNS(kNamespace, 'svg');
  const attributes = {viewBox: `0 0 ${width} ${height}`, width, height, class: 'structure',
    ...(name ? {role: 'img', 'aria-label': name} : {'aria-hidden': 'true'})};
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  // The markup holds numbers and what label.js lets through: letters, digits, signs.
  if (drawing) svg.innerHTML = new Picture(drawing, width, height, bond).markup(marks);
  else svg.innerHTML = `<text class="none" x="${width / 2}" y="${height / 2}" text-anchor="middle">not drawn</text>`;
  return svg;
}

/** The atoms of a drawing that the program marked: what a hit shares with its nearest active. */
export const markedAtoms = (drawing) => new Set(drawing?.marked.flatMap((mark, atom) => mark ? [atom] : []) ?? []);

class Picture {
  constructor(drawing, width, height, bond) {
    this.drawing = drawing;
    this.neighbours = neighboursOf(drawing);
    this.parts = drawing.label.map((label) => label === '' ? null : partsOf(label));
    const margin = Math.min(8, 0.06 * Math.min(width, height));
    this.fit({left: margin, right: width - margin, top: margin, bottom: height - margin}, bond);
    this.fit(this.withinLabels(width, height, margin), bond);
  }

  /** Puts the atoms into the middle of a frame, as large as it and the bond length allow. */
  fit(frame, bond) {
    const {x, y} = this.drawing;
    const [left, right] = extent(x), [bottom, top] = extent(y);
    const scale = Math.max(0.1, Math.min(bond / kBond_A, (frame.right - frame.left) / Math.max(right - left, 0.1),
                                         (frame.bottom - frame.top) / Math.max(top - bottom, 0.1)));
    this.bond = scale * kBond_A;
    this.font = Math.min(15, Math.max(4, 0.5 * this.bond));
    this.stroke = Math.min(1.8, Math.max(0.6, 0.062 * this.bond));
    const middle = {x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2};
    this.at = Array.from(x, (value, atom) => ({
      x: middle.x + scale * (value - (left + right) / 2), y: middle.y - scale * (y[atom] - (top + bottom) / 2)}));
  }

  /** The frame that leaves the labels room: narrower by what they reach beyond the outermost atoms. */
  withinLabels(width, height, margin) {
    const [left, right] = extent(this.at.map(({x}) => x)), [top, bottom] = extent(this.at.map(({y}) => y));
    const reach = {left: 0, right: 0, top: 0, bottom: 0};
    this.parts.forEach((parts, atom) => {
      if (!parts) return;
      const {x, y} = this.at[atom], half = 0.5 * widthOf(parts.symbol) * this.font;
      const room = parts.hydrogen ? this.roomAt(atom) : '';
      const hydrogens = (0.72 + 0.7 * widthOf(parts.hydrogens)) * this.font, small = 0.7 * this.font;
      const over = half + widthOf(parts.charge) * small;
      reach.left = Math.max(reach.left, left - x + half + widthOf(parts.isotope) * small + (room === 'left' ? hydrogens : 0));
      reach.right = Math.max(reach.right, x - right + over + (room === 'right' ? hydrogens : 0));
      reach.top = Math.max(reach.top, top - y + (room === 'up' ? 1.4 : 0.6) * this.font);
      reach.bottom = Math.max(reach.bottom, y - bottom + (room === 'down' ? 1.4 : 0.6) * this.font);
    });
    return {left: margin + reach.left, right: width - margin - reach.right, top: margin + reach.top, bottom: height - margin - reach.bottom};
  }

  /** A coloured ground behind atoms, and behind the bonds between them. */
  ground(marks) {
    const round = (atom) => `<circle cx="${f(this.at[atom].x)}" cy="${f(this.at[atom].y)}" r="${f(0.34 * this.bond)}"/>`;
    const bonds = this.drawing.bonds.filter(({begin, end}) => marks.has(begin) && marks.has(end)).map(({begin, end}) => line(this.at[begin], this.at[end]));
    return `<g class="ground"><path stroke-width="${f(0.5 * this.bond)}" d="${bonds.join('')}"/>${[...marks].map(round).join('')}</g>`;
  }

  markup(marks) {
    let lines = '', solid = '';
    this.drawing.bonds.forEach((bond, index) => {
      const ends = this.endsOf(bond);
      if (bond.stereo === 1) solid += this.wedge(ends);
      else if (bond.stereo === 2) lines += this.hash(ends);
      else if (bond.stereo === 3) lines += this.wave(ends);
      else if (bond.order === 2) lines += this.double(bond, index, ends);
      else if (bond.order === 3) lines += line(ends.a, ends.b) + this.beside(ends, 0.15) + this.beside(ends, -0.15);
      else lines += line(ends.a, ends.b);
    });
    const labels = this.parts.map((parts, atom) => parts ? this.label(parts, atom) : '').join('');
    return (marks?.size ? this.ground(marks) : '') + `<path class="bonds" stroke-width="${this.stroke.toFixed(2)}" d="${lines}"/>` +
      (solid ? `<path class="wedges" d="${solid}"/>` : '') + labels;
  }

  /** Where the bond's line begins and ends: short of the labels; with its direction and its left-hand normal. */
  endsOf({begin, end}) {
    const a = this.at[begin], b = this.at[end];
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const u = {x: (b.x - a.x) / length, y: (b.y - a.y) / length};
    const trim = (atom) => {
      const parts = this.parts[atom];
      if (!parts) return 0;
      const half = {x: (0.5 * widthOf(parts.symbol) + 0.14) * this.font, y: 0.52 * this.font};
      return Math.min(half.x / Math.abs(u.x || 1e-9), half.y / Math.abs(u.y || 1e-9), 0.45 * length);
    };
    const [cutA, cutB] = [trim(begin), trim(end)];
    return {u, n: {x: u.y, y: -u.x}, cutA, cutB, a: {x: a.x + u.x * cutA, y: a.y + u.y * cutA},
            b: {x: b.x - u.x * cutB, y: b.y - u.y * cutB}};
  }

  /** A parallel line `offset` bond lengths to the left, shortened by `inset` bond lengths where it meets no label. */
  beside({a, b, u, n, cutA, cutB}, offset, inset = 0) {
    const d = offset * this.bond, [i, j] = [cutA ? 0 : inset * this.bond, cutB ? 0 : inset * this.bond];
    return line({x: a.x + n.x * d + u.x * i, y: a.y + n.y * d + u.y * i},
                {x: b.x + n.x * d - u.x * j, y: b.y + n.y * d - u.y * j});
  }

  double(bond, index, ends) {
    const side = sideOf(this.drawing, this.neighbours, index);
    if (side === 0) return this.beside(ends, 0.085) + this.beside(ends, -0.085);
    return line(ends.a, ends.b) + this.beside(ends, 0.165 * side, 0.13);
  }

  wedge({a, b, n}) {
    const w = 0.12 * this.bond;
    return `M${f(a.x)} ${f(a.y)}L${f(b.x + n.x * w)} ${f(b.y + n.y * w)}L${f(b.x - n.x * w)} ${f(b.y - n.y * w)}Z`;
  }

  hash({a, b, n}) {
    const steps = Math.max(4, Math.round(this.bond / 3.4));
    let path = '';
    for (let step = 0; step <= steps; ++step) {
      const t = step / steps, w = (0.02 + 0.11 * t) * this.bond;
      const x = a.x + t * (b.x - a.x), y = a.y + t * (b.y - a.y);
      path += line({x: x + n.x * w, y: y + n.y * w}, {x: x - n.x * w, y: y - n.y * w});
    }
    return path;
  }

  wave({a, b, n}) {
    const steps = 6;
    let path = `M${f(a.x)} ${f(a.y)}`;
    for (let step = 0; step < steps; ++step) {
      const w = (step % 2 ? -0.16 : 0.16) * this.bond, mid = (step + 0.5) / steps, to = (step + 1) / steps;
      path += `Q${f(a.x + mid * (b.x - a.x) + n.x * w)} ${f(a.y + mid * (b.y - a.y) + n.y * w)} ` +
        `${f(a.x + to * (b.x - a.x))} ${f(a.y + to * (b.y - a.y))}`;
    }
    return path;
  }

  /** 'right', 'left', 'up' or 'down': where an atom's hydrogens crowd nothing. */
  roomAt(atom) {
    let x = 0, y = 0, right = 0, left = 0;
    for (const next of this.neighbours[atom]) {
      const dx = this.at[next.atom].x - this.at[atom].x, dy = this.at[next.atom].y - this.at[atom].y;
      x += dx;
      y += dy;
      if (dx > 0.5 * this.bond) ++right;
      if (dx < -0.5 * this.bond) ++left;
    }
    if (right && left) return y > 0 ? 'up' : 'down';
    return x > 0.1 * this.bond ? 'left' : 'right';
  }

  /** Where a charge meets no bond: upper right, else upper left, else straight above. */
  chargeSpot(atom) {
    const taken = (side) => this.neighbours[atom].some((next) => {
      const dx = side * (this.at[next.atom].x - this.at[atom].x), dy = this.at[atom].y - this.at[next.atom].y;
      return dx > 0.2 * this.bond && dy > -0.15 * this.bond;
    });
    return !taken(1) ? 'right' : !taken(-1) ? 'left' : 'above';
  }

  label({isotope, symbol, hydrogen, hydrogens, charge}, atom) {
    const {x, y} = this.at[atom], size = this.font, small = 0.7 * size;
    const base = y + 0.36 * size, half = 0.5 * widthOf(symbol) * size;
    const sub = (text, shift) => text && `<tspan font-size="${f(small)}" dy="${f(shift)}">${text}</tspan>`;
    const text = (px, py, anchor, content) => `<text x="${f(px)}" y="${f(py)}" text-anchor="${anchor}">${content}</text>`;
    const drop = 0.22 * size, rise = -0.38 * size;
    const room = hydrogen ? this.roomAt(atom) : 'none';
    const count = hydrogens && sub(hydrogens, drop);
    let out = text(x, base, 'middle', symbol);
    if (isotope) out += text(x - half, base + rise, 'end', sub(isotope, 0));
    let free = x + half;
    if (room === 'right') {
      out += text(free, base, 'start', `H${count}`);
      free += 0.72 * size + (hydrogens ? widthOf(hydrogens) * small : 0);
    } else if (room === 'left') {
      out += text(x - half - widthOf(isotope) * small, base, 'end', `H${count}`);
    } else if (room !== 'none') {
      out += text(x - 0.36 * size, base + (room === 'up' ? -0.86 : 0.86) * size, 'start', `H${count}`);
    }
    if (charge) {
      const spot = room === 'right' ? 'right' : this.chargeSpot(atom);
      if (spot === 'right') out += text(free, base + rise, 'start', sub(charge, 0));
      else if (spot === 'left') out += text(x - half - widthOf(isotope) * small, base + rise, 'end', sub(charge, 0));
      else out += text(x, base - 0.82 * size, 'middle', sub(charge, 0));
    }
    return `<g class="atom${kColoured.has(symbol) ? ` ${symbol}` : ''}" font-size="${f(size)}">${out}</g>`;
  }
}

function extent(values) {
  let min = Infinity, max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}
