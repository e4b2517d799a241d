// A drawing as a molecule: elements, charges, hydrogens, aromaticity. The program perceived them; nothing is guessed here.

import {partsOf} from './label.js';

export const kSymbols = ('* H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru ' +
  'Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np ' +
  'Pu Am Cm Bk Cf Es Fm Md No Lr').split(' ');
export const kNumbers = new Map(kSymbols.map((symbol, number) => [symbol, number]));

/** "2+", "\u2212", "3-" as a number. */
function chargeOf(text) {
  if (!text) return 0;
  const size = Number(text.replace(/[^0-9]/g, '') || 1);
  return text.includes('+') ? size : -size;
}

/**
 * Atoms in the drawing's order: {number, charge, isotope, hydrogens (written and drawn), aromatic, bonds: [{to, bond}]}; bonds as drawn.
 * A hydrogen that the drawing shows is counted at its neighbour and has no bonds: `heavy` lists the others.
 */
export function moleculeOf(drawing) {
  const atoms = drawing.label.map((label) => {
    const parts = label === '' ? null : partsOf(label);
    return {number: parts ? kNumbers.get(parts.symbol) ?? 0 : 6, charge: chargeOf(parts?.charge), isotope: Number(parts?.isotope || 0), corner: !parts,
      hydrogens: parts?.hydrogen ? Number(parts.hydrogens || 1) : 0, aromatic: false, bonds: [], order: 0};
  });
  drawing.bonds.forEach((bond) => {
    const ends = [atoms[bond.begin], atoms[bond.end]];
    for (const atom of ends) atom.order += bond.order;
    const shown = ends.find((atom) => atom.number === 1);
    if (shown && ends.some((atom) => atom.number !== 1)) {
      ends.find((atom) => atom !== shown).hydrogens += 1;
      return;
    }
    ends[0].bonds.push({to: bond.end, bond});
    ends[1].bonds.push({to: bond.begin, bond});
    if (bond.aromatic) for (const atom of ends) atom.aromatic = true;
  });
  // A corner is a plain carbon: hydrogens fill its valence of four.
  for (const atom of atoms) if (atom.corner) atom.hydrogens += Math.max(0, 4 - atom.order);
  const heavy = atoms.flatMap((atom, i) => atom.number === 1 && atom.bonds.length === 0 && atoms.length > 1 ? [] : [i]);
  return {atoms, bonds: drawing.bonds, heavy};
}
