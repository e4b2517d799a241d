// Docked poses in their pockets. One viewer for all: browsers allow a page few of them, and it keeps its angle from hit to hit.

import {byId, el} from './dom.js';
import {unpack} from './packed.js';

const kColours = {hit: '#1b9e77', reference: '#e07b00', pocket: '#8d8794'};

/** Carbon in a colour of its own, the other elements in theirs. */
const coloured = (carbon) => ({prop: 'elem', map: {C: carbon, N: '#2b50c8', O: '#d0342c', S: '#c9a400', P: '#e07b00', F: '#3aa757', Cl: '#3aa757',
  Br: '#8f3b1b', I: '#6b2fa0', H: '#d9d5dc'}});

export class Poses {
  static async open() {
    const block = byId('report-poses');
    return new Poses(block ? await unpack(block).json() : {pockets: [], poses: []});
  }

  constructor({pockets, poses}) {
    this.pockets = new Map(pockets.map((pocket) => [pocket.target, pocket]));
    this.byHit = new Map(poses.map((pose) => [pose.hit, pose]));
  }

  /** The section of the panel for a hit; null when it has no pose. `contacts`: "A:LYS162 -1.32; ...". */
  section(index, contacts) {
    const pose = this.byHit.get(index);
    if (!pose) return null;
    const pocket = this.pockets.get(pose.target);
    this.frame ??= el('div', {class: 'pose', role: 'img'});
    this.frame.setAttribute('aria-label', `Docked pose in ${pose.target}`);
    const swatch = (colour, text) => {
      const mark = el('span', {class: 'swatch', 'aria-hidden': 'true'});
      mark.style.background = colour;
      return el('span', {}, mark, text);
    };
    const reference = pocket?.reference_sdf ? el('input', {type: 'checkbox', onchange: () => {
      this.withReference = reference.checked;
      this.draw(pose, pocket, contacts);
    }}) : null;
    if (reference) reference.checked = this.withReference ??= true;
    requestAnimationFrame(() => this.draw(pose, pocket, contacts));  // the viewer asks its frame for a size, which it has once it is in the page
    return el('section', {id: 'pose'}, el('h3', {}, `Docked into ${pose.target}`), this.frame,
      el('p', {class: 'legend'}, swatch(kColours.hit, 'this compound'), swatch(kColours.pocket, 'receptor'),
        reference ? el('label', {}, reference, swatch(kColours.reference, 'reference ligand')) : null),
      el('p', {class: 'fine'}, 'Drag to turn, scroll to zoom. The residues that contribute most are labelled.'));
  }

  draw(pose, pocket, contacts) {
    if (!this.frame.isConnected) return;
    const viewer = this.viewer ??= this.makeViewer();
    if (!viewer) return;
    const style = getComputedStyle(document.documentElement);
    viewer.setBackgroundColor(style.getPropertyValue('--surface').trim());
    viewer.resize();
    viewer.removeAllModels();
    viewer.removeAllLabels();
    const add = (text, format, carbon, shape) => {
      const model = viewer.addModel(text, format);
      model.setStyle({}, shape(coloured(carbon)));
      return model;
    };
    if (pocket) {
      const model = add(pocket.pocket_pdb, 'pdb', kColours.pocket, (scheme) => ({line: {colorscheme: scheme}}));
      this.showContacts(viewer, model, contacts, style);
      if (pocket.reference_sdf && this.withReference) {
        const model = add(pocket.reference_sdf, 'sdf', kColours.reference, (scheme) => ({stick: {radius: 0.07, colorscheme: scheme}}));
        model.setStyle({elem: 'H'}, {});
      }
    }
    const hit = add(pose.mol, 'sdf', kColours.hit, (scheme) => ({stick: {radius: 0.16, colorscheme: scheme}}));
    hit.setStyle({elem: 'H'}, {stick: {radius: 0.05, colorscheme: coloured(kColours.hit)}});
    if (this.shown !== pose.target) viewer.zoomTo({model: hit.getID()});
    else viewer.center({model: hit.getID()});
    this.shown = pose.target;
    viewer.render();
    this.frame.dataset.hit = String(pose.hit);
  }

  /** The residues that contribute most, drawn and named. */
  showContacts(viewer, model, contacts, style) {
    const residues = contacts.split(';').map((text) => text.trim().match(/^(.*):([A-Z0-9]*?[A-Z])(-?\d+)([A-Z]?) (-?[\d.]+)$/)).filter(Boolean);
    for (const [, chain, name, number] of residues) {
      model.setStyle({chain, resi: Number(number)}, {stick: {radius: 0.06, colorscheme: coloured(kColours.pocket)}});
      viewer.addLabel(`${name}${number}`, {fontSize: 11, backgroundOpacity: 0.75, fontColor: style.getPropertyValue('--ink').trim(),
        backgroundColor: style.getPropertyValue('--surface').trim(), inFront: true, showBackground: true}, {chain, resi: Number(number)});
    }
  }

  makeViewer() {
    try {
      const canvas = document.createElement('canvas');
      if (!canvas.getContext('webgl2') && !canvas.getContext('webgl')) throw new Error('no WebGL');
      const script = byId('report-viewer');
      if (!window.digitalisViewer) document.body.append(el('script', {}, script.textContent));
      const viewer = window.digitalisViewer(this.frame, {antialias: true, disableFog: false});
      if (viewer) return viewer;
    } catch {  // no WebGL, or not allowed
    }
    this.frame.replaceChildren(el('p', {class: 'fine'}, 'This browser shows no 3D graphics. The poses are in hits.sdf.gz.'));
    return null;
  }
}
