// Opens the blocks of poses that pose_block.hpp describes; a pose is decoded when it is asked for.

import {byId} from './dom.js';
import {unpack} from './packed.js';

const kNoAngle = 65535, kLigandIsDonor = 256;

export class PoseData {
  /** A few kilobytes of JSON now; positions when the first pose is looked at. */
  static async open() {
    const block = byId('report-poses');
    const json = block ? await unpack(block).json() : {pockets: [], columns: [], kinds: [], residues: [], hit: [], pocket: [], stage: [], values: []};
    return new PoseData(json, block ? await unpack(byId('report-pose-atoms')).arrayBuffer() : null);
  }

  constructor(json, buffer) {
    Object.assign(this, json, {buffer, decoded: new Map()});
    this.columns = json.columns.map((column, at) => ({...column, texts: json.values[at],
      numbers: column.kind === 'number' ? Float64Array.from(json.values[at], (text) => text === '' ? NaN : Number(text)) : null}));
    this.offsets = buffer ? new Uint32Array(buffer, 4, json.hit.length + 1) : [];
    this.ofHit = new Map();
    json.hit.forEach((hit, pose) => this.ofHit.set(hit, [...this.ofHit.get(hit) ?? [], pose]));
  }

  /** Numbers of a hit's poses, best first. */
  of(hit) { return this.ofHit.get(hit) ?? []; }

  /** What tells a pose from the others of its hit: "EGFR", "EGFR, dock_2", "EGFR, pose 2". */
  nameOf(pose) {
    const others = this.of(this.hit[pose]).filter((other) => this.targetOf(other) === this.targetOf(pose));
    const ofStage = others.filter((other) => this.stage[other] === this.stage[pose]);
    return [this.targetOf(pose), ofStage.length < others.length ? this.stage[pose] : null,
      ofStage.length > 1 ? `pose ${ofStage.indexOf(pose) + 1}` : null].filter(Boolean).join(', ');
  }

  targetOf(pose) { return this.pockets[this.pocket[pose]].target; }

  /** {atoms: [[x, y, z]], hydrogens: [{on, at}], contacts: [{kind, residue, ...}]}, lengths in Å. */
  decode(pose) {
    if (!this.decoded.has(pose)) {
      if (this.decoded.size > 500) this.decoded.clear();
      this.decoded.set(pose, this.read(pose));
    }
    return this.decoded.get(pose);
  }

  read(pose) {
    const {origin_A: origin} = this.pockets[this.pocket[pose]];
    let at = this.offsets[pose];
    const take = (Type, length) => {
      const values = new Type(this.buffer, at, length);
      at += 2 * length;
      return values;
    };
    const places = (n) => {
      const axes = [0, 1, 2].map(() => take(Int16Array, n));
      return Array.from({length: n}, (_, i) => axes.map((axis, k) => origin[k] + axis[i] / 100));
    };
    const [nAtoms, nHydrogens, nContacts, nWaters] = take(Uint16Array, 4);
    const atoms = places(nAtoms);
    const on = take(Uint16Array, nHydrogens), hydrogenAt = places(nHydrogens);
    const [kind, residue, distance, angle] = [0, 1, 2, 3].map(() => take(Uint16Array, nContacts));
    const ligand = places(nContacts), receptor = places(nContacts);
    const contacts = Array.from(kind, (word, i) => ({kind: this.kinds[word & 255], ligandIsDonor: word >= kLigandIsDonor, residue: this.residues[residue[i]],
      distance: distance[i] / 100, angle: angle[i] === kNoAngle ? null : angle[i], ligand: ligand[i], receptor: receptor[i], water: null}));
    const through = take(Uint16Array, nWaters);
    places(nWaters).forEach((water, i) => { contacts[through[i]].water = water; });
    return {atoms, hydrogens: Array.from(on, (atom, i) => ({on: atom, at: hydrogenAt[i]})), contacts};
  }
}
