// Finds a query of smarts.js in molecules.

import {moleculeOf} from './molecule.js';
import {ringSizes} from './ring_sizes.js';

export class Target {
  constructor(drawing) {
    Object.assign(this, moleculeOf(drawing));
    this.held = new Map();
  }

  /** Sizes of the rings that an atom is in. */
  ringsAt(index) { return (this.rings ??= ringSizes(this))[index]; }

  /** Whether the query is here with its first atom at `index`. */
  holdsAt(query, index) {
    let known = this.held.get(query);
    if (!known) this.held.set(query, known = new Map());
    if (!known.has(index)) known.set(index, this.search(query, () => true, index));
    return known.get(index);
  }

  holds(query) { return this.search(query, () => true); }

  /** Atoms in any of the first matches. */
  matched(query, most = 200) {
    const atoms = new Set();
    let n = 0;
    this.search(query, (places) => {
      for (const atom of places) atoms.add(atom);
      return ++n >= most;
    });
    return atoms;
  }

  /** Places the query's atoms one by one; `found` says whether to stop. */
  search({atoms: tests, steps}, found, anchor = null) {
    const {atoms, heavy} = this;
    const places = new Array(tests.length), used = new Set();
    const fits = ({atom, back}, at) => {
      if (used.has(at) || !tests[atom](atoms[at], this, at)) return false;
      return back.every(({to, test}) => {
        const bond = atoms[at].bonds.find((one) => one.to === places[to]);
        return bond !== undefined && test(bond.bond);
      });
    };
    const place = (n) => {
      if (n === steps.length) return found(places);
      const step = steps[n];
      const candidates = n === 0 && anchor !== null ? [anchor] : step.back.length ? atoms[places[step.back[0].to]].bonds.map(({to}) => to) : heavy;
      for (const at of candidates) {
        if (!fits(step, at)) continue;
        places[step.atom] = at;
        used.add(at);
        if (place(n + 1)) return true;
        used.delete(at);
      }
      return false;
    };
    return place(0);
  }
}
