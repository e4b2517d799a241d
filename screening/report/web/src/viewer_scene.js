// What stands in the 3D viewer for a pose: the pocket, a reference, the hit, its contacts.

import {molBlock} from './mol_block.js';
import {kindOf, residueOf} from './contacts.js';

export const kColours = {hit: '#1b9e77', reference: '#e07b00', pocket: '#8d8794'};

/** Carbon in a colour of its own, the other elements in theirs. */
const coloured = (carbon) => ({prop: 'elem', map: {C: carbon, N: '#2b50c8', O: '#d0342c', S: '#c9a400', P: '#e07b00', F: '#3aa757', Cl: '#3aa757',
  Br: '#8f3b1b', I: '#6b2fa0', H: '#d9d5dc'}});
const point = ([x, y, z]) => ({x, y, z});

/** @param shown {reference, contacts}: what the reader wants to see beside hit and pocket */
export function drawScene(viewer, {pocket, drawing, pose, contacts, shown, style}) {
  viewer.setBackgroundColor(style.getPropertyValue('--surface').trim());
  viewer.resize();
  viewer.removeAllModels();
  viewer.removeAllLabels();
  viewer.removeAllShapes();
  const add = (text, format, carbon, shape) => {
    const model = viewer.addModel(text, format);
    model.setStyle({}, shape(coloured(carbon)));
    return model;
  };
  const receptor = add(pocket.pocket_pdb, 'pdb', kColours.pocket, (scheme) => ({line: {colorscheme: scheme}}));
  if (pocket.reference_sdf && shown.reference) {
    const reference = add(pocket.reference_sdf, 'sdf', kColours.reference, (scheme) => ({stick: {radius: 0.07, colorscheme: scheme}}));
    reference.setStyle({elem: 'H'}, {});
  }
  const hit = add(molBlock(drawing, 'pose', pose), 'sdf', kColours.hit, (scheme) => ({stick: {radius: 0.16, colorscheme: scheme}}));
  hit.setStyle({elem: 'H'}, {stick: {radius: 0.05, colorscheme: coloured(kColours.hit)}});
  if (shown.contacts) showContacts(viewer, receptor, contacts, style);
  return hit;
}

/** Residues as sticks with their names; a dashed line for each contact that has two ends. */
function showContacts(viewer, receptor, contacts, style) {
  const named = new Set();
  for (const contact of contacts) {
    const residue = residueOf(contact.residue);
    if (residue && !named.has(contact.residue)) {
      named.add(contact.residue);
      const {chain, number} = residue;
      receptor.setStyle({chain, resi: number}, {stick: {radius: 0.06, colorscheme: coloured(kColours.pocket)}});
      viewer.addLabel(residue.shown, {fontSize: 11, backgroundOpacity: 0.75, fontColor: style.getPropertyValue('--ink').trim(),
        backgroundColor: style.getPropertyValue('--surface').trim(), inFront: true, showBackground: true}, {chain, resi: number});
    }
    if (!contact.ligand) continue;
    const {colour} = kindOf(contact.kind);
    const ends = contact.water ? [[contact.ligand, contact.water], [contact.water, contact.receptor]] : [[contact.ligand, contact.receptor]];
    for (const [start, end] of ends)
      viewer.addCylinder({start: point(start), end: point(end), radius: 0.07, color: colour, dashed: true, dashLength: 0.22, gapLength: 0.16, fromCap: 1, toCap: 1});
    if (contact.water) viewer.addSphere({center: point(contact.water), radius: 0.3, color: colour});
  }
}
