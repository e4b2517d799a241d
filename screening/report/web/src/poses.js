// Docked poses in their pockets. One viewer for all: browsers allow a page few of them, and it keeps its angle from hit to hit.

import {contactsOf, kindOf, residueOf} from './contacts.js';
import {byId, el, shown} from './dom.js';
import {drawScene, kColours} from './viewer_scene.js';

const swatch = (colour, text) => {
  const mark = el('span', {class: 'swatch', 'aria-hidden': 'true'});
  mark.style.background = colour;
  return el('span', {}, mark, text);
};

/** The contacts as a list: what, with whom, how far. */
function contactList(contacts) {
  const number = (contact) => contact.kind === 'energy' ? `${shown(contact.energy, 2)} kcal/mol` : `${shown(contact.distance, 1)} \u00c5`;
  const detail = ({angle, ligandIsDonor, kind}) => [
    kind === 'hbond' ? `ligand ${ligandIsDonor ? 'gives' : 'takes'} the hydrogen` : null, angle == null ? null : `${angle}\u00b0`].filter(Boolean).join(', ');
  return el('ul', {class: 'contacts'}, contacts.map((contact) => {
    const {name, sign, colour} = kindOf(contact.kind);
    const mark = el('span', {class: 'sign', 'aria-hidden': 'true'}, sign);
    mark.style.color = colour;
    const residue = residueOf(contact.residue);
    return el('li', {}, mark, el('b', {}, residue?.shown ?? contact.residue, residue?.chain ? el('small', {}, ` ${residue.chain}`) : null),
      el('span', {}, contact.kind === 'energy' ? '' : name, detail(contact) ? el('small', {}, ` ${detail(contact)}`) : null), el('span', {class: 'number'}, number(contact)));
  }));
}

export class PoseView {
  constructor(app) {
    this.app = app;
    this.wanted = {reference: true, contacts: true};
  }

  /** The section of the panel for a hit; null when it has no pose. */
  section(index, pose = this.app.poses.of(index)[0]) {
    const {poses} = this.app;
    if (pose === undefined || !this.app.drawingOf(index)) return null;
    const all = poses.of(index), target = poses.targetOf(pose), pocket = poses.pockets[poses.pocket[pose]];
    const contacts = contactsOf(this.app, index, pose);
    this.frame ??= el('div', {class: 'pose', role: 'img'});
    this.frame.setAttribute('aria-label', `Docked pose in ${target}`);
    this.frame.dataset.hit = '';
    const draw = () => this.draw(index, pose, pocket, contacts);
    const toggle = (what, ...text) => {
      const input = el('input', {type: 'checkbox', onchange: () => { this.wanted[what] = input.checked; draw(); }});
      input.checked = this.wanted[what];
      return el('label', {}, input, ...text);
    };
    const choose = all.length > 1 ? el('select', {'aria-label': 'Pose', onchange: () => {
      const chosen = this.section(index, Number(choose.value));
      byId('pose').replaceWith(chosen);
      chosen.querySelector('select').focus();
    }}, all.map((one) => el('option', {value: one, selected: one === pose}, poses.nameOf(one)))) : null;
    requestAnimationFrame(draw);  // the viewer asks its frame for a size, which it has once it is in the page
    return el('section', {id: 'pose'}, el('div', {class: 'row'}, el('h3', {}, `Docked into ${target}`), choose), this.frame,
      el('p', {class: 'legend'}, swatch(kColours.hit, 'this compound'), swatch(kColours.pocket, 'receptor'),
        pocket.reference_sdf ? toggle('reference', swatch(kColours.reference, 'reference ligand')) : null, contacts.length ? toggle('contacts', 'contacts') : null),
      el('p', {class: 'fine'}, 'Drag to turn, scroll to zoom.'),
      contacts.length ? [el('h3', {class: 'sub'}, contacts[0].kind === 'energy' ? 'Residues that contribute most to the score' : 'Contacts'), contactList(contacts)] : null,
      this.said(pose));
  }

  /** Score terms and checks of the pose. */
  said(pose) {
    const rows = this.app.poses.columns.filter((column) => column.texts[pose] !== '' && !/record|interactions/.test(column.key));
    if (!rows.length) return null;
    return el('details', {class: 'terms'}, el('summary', {}, 'Score terms and checks of this pose'), el('dl', {class: 'values'}, rows.map((column) =>
      el('div', {title: column.help}, el('dt', {}, column.title), el('dd', {class: column.numbers ? null : 'wide'},
        column.numbers ? el('span', {class: 'number'}, shown(column.numbers[pose], column.decimals), el('small', {}, ` ${column.unit}`)) : column.texts[pose])))));
  }

  draw(index, pose, pocket, contacts) {
    if (!this.frame.isConnected) return;
    const viewer = this.viewer ??= this.makeViewer();
    if (!viewer) return;
    const hit = drawScene(viewer, {pocket, drawing: this.app.drawingOf(index), pose: this.app.poses.decode(pose), contacts, shown: this.wanted,
      style: getComputedStyle(document.documentElement)});
    if (this.target !== pocket.target) viewer.zoomTo({model: hit.getID()});
    else viewer.center({model: hit.getID()});
    this.target = pocket.target;
    viewer.render();
    this.frame.dataset.hit = String(index);
    this.frame.dataset.lines = String(this.wanted.contacts ? contacts.filter((contact) => contact.ligand).length : 0);
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
