// MOL blocks (V2000) and SD records of compounds, from what the page draws.

import {kSymbols, moleculeOf} from './molecule.js';

const kMost = 999;  // atoms or bonds that V2000 can count
const wide = (value, width) => String(value).padStart(width);
const oneLine = (text) => text.replace(/[\u0000-\u001f\u007f]/g, ' ');

function propertyLines(name, entries) {
  const lines = [];
  for (let i = 0; i < entries.length; i += 8) {
    const some = entries.slice(i, i + 8);
    lines.push(`M  ${name}${wide(some.length, 3)}${some.map(([atom, value]) => `${wide(atom + 1, 4)}${wide(value, 4)}`).join('')}`);
  }
  return lines;
}

/** A MOL block of a drawing: in its pose where there is one, else flat with wedges. '' beyond 999 atoms. */
export function molBlock(drawing, title, pose = null) {
  const {atoms, heavy} = moleculeOf(drawing);
  const written = [], at = [], number = new Map();
  const add = (atom, place) => { written.push(atom); at.push(place); };
  if (pose) {
    heavy.slice(0, pose.atoms.length).forEach((i, n) => { number.set(i, n); add({...atoms[i]}, pose.atoms[n]); });
    for (const hydrogen of pose.hydrogens) add({number: 1, charge: 0, isotope: 0}, hydrogen.at);
  } else {
    atoms.forEach((atom, i) => { number.set(i, i); add(atom, [drawing.x[i], drawing.y[i], 0]); });
  }
  const bonds = drawing.bonds.filter(({begin, end}) => number.has(begin) && number.has(end))
    .map(({begin, end, order, stereo}) => [number.get(begin), number.get(end), order, pose ? 0 : [0, 1, 6, 4][stereo]]);
  if (pose) pose.hydrogens.forEach(({on}, i) => bonds.push([on, pose.atoms.length + i, 1, 0]));
  if (written.length > kMost || bonds.length > kMost) return '';
  return [oneLine(title).slice(0, 80), `  digitalis         ${pose ? '3D' : '2D'}`, '',
    `${wide(written.length, 3)}${wide(bonds.length, 3)}  0  0  0  0  0  0  0  0999 V2000`,
    ...written.map((atom, i) => `${at[i].map((value) => wide(value.toFixed(4), 10)).join('')} ${(kSymbols[atom.number] ?? '*').padEnd(3)} 0  0  0  0  0  0  0  0  0  0  0  0`),
    ...bonds.map(([begin, end, order, stereo]) => [begin + 1, end + 1, order, stereo].map((value) => wide(value, 3)).join('')),
    ...propertyLines('CHG', written.flatMap((atom, i) => atom.charge ? [[i, atom.charge]] : [])),
    ...propertyLines('ISO', written.flatMap((atom, i) => atom.isotope ? [[i, atom.isotope]] : [])),
    'M  END', ''].join('\n');
}

/** The record with its data fields; a field's value stays on one line, an empty one is left out. */
export function sdRecord(drawing, title, pose, fields) {
  const block = drawing ? molBlock(drawing, title, pose) : '';
  const none = [oneLine(title).slice(0, 80), '  digitalis', '', '  0  0  0  0  0  0  0  0  0  0999 V2000', 'M  END', ''].join('\n');
  return (block || none) + fields.filter(([, value]) => value !== '')
    .map(([name, value]) => `>  <${oneLine(name).replace(/[<>]/g, '_')}>\n${oneLine(value)}\n\n`).join('') + '$$$$\n';
}
