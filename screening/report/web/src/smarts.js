// SMARTS: text to a query of atoms and bonds, each a test. What is not here (chirality, hybridisation, component grouping) is refused,
// so that no search says less than it seems to.

import {kNumbers} from './molecule.js';

const kAromatic = ['se', 'as', 'te', 'si', 'b', 'c', 'n', 'o', 'p', 's'];
const kOrganic = ['Cl', 'Br', 'B', 'C', 'N', 'O', 'P', 'S', 'F', 'I'];
const capital = (symbol) => symbol[0].toUpperCase() + symbol.slice(1);

const isElement = (number, aromatic) => (atom) => atom.number === number && (aromatic === null || atom.aromatic === aromatic);
const not = (test) => (...about) => !test(...about);
const both = (a, b) => (...about) => a(...about) && b(...about);
const either = (a, b) => (...about) => a(...about) || b(...about);

const kBonds = {
  '-': (bond) => !bond.aromatic && bond.order === 1, '=': (bond) => !bond.aromatic && bond.order === 2, '#': (bond) => bond.order === 3,
  ':': (bond) => bond.aromatic, '~': () => true, '@': (bond) => bond.inRing,
};
/** No sign between two atoms: a single or an aromatic bond. */
const plainBond = (bond) => bond.aromatic || bond.order === 1;

class Parser {
  constructor(text) { Object.assign(this, {text, at: 0, atoms: [], bonds: []}); }

  fail(what) { throw new SyntaxError(`${what} at character ${this.at + 1}`); }
  get next() { return this.text[this.at]; }
  take(sign) { return this.text.startsWith(sign, this.at) ? (this.at += sign.length, true) : false; }
  takeOne(signs) { const sign = signs.find((one) => this.text.startsWith(one, this.at)); this.at += sign?.length ?? 0; return sign; }
  number() {
    const digits = /^\d+/.exec(this.text.slice(this.at, this.at + 6))?.[0];
    this.at += digits?.length ?? 0;
    return digits === undefined ? null : Number(digits);
  }

  /** The whole text, or one inside $( ), which ends at its bracket. */
  query(inside = false) {
    const open = [], rings = new Map();
    let from = null, bond = null;
    while (this.at < this.text.length && !(inside && this.next === ')' && !open.length)) {
      if (this.take('(')) {
        if (from === null) this.fail('no atom before this bracket (grouped parts are not known here)');
        open.push(from);
      } else if (this.take(')')) {
        if (!open.length) this.fail('a bracket too many');
        from = open.pop();
      } else if (this.take('.')) {
        from = null;
      } else if (/[\d%]/.test(this.next)) {
        if (from === null) this.fail('a ring closure before any atom');
        const label = this.take('%') ? (this.at += 2, Number(this.text.slice(this.at - 2, this.at))) : Number(this.text[this.at++]);
        const first = rings.get(label);
        if (first) this.bonds.push({begin: first.atom, end: from, test: bond ?? first.bond ?? plainBond});
        if (first) rings.delete(label); else rings.set(label, {atom: from, bond});
        bond = null;
      } else if (/[-=#:~@!/\\]/.test(this.next)) {
        bond = this.bond();
      } else {
        const atom = this.atoms.push(this.atom()) - 1;
        if (from !== null) this.bonds.push({begin: from, end: atom, test: bond ?? plainBond});
        [from, bond] = [atom, null];
      }
    }
    if (open.length) this.fail('a bracket is not closed');
    if (rings.size) this.fail('a ring is not closed');
    if (bond) this.fail('no atom after a bond');
    if (!this.atoms.length) this.fail('no atom');
    return {atoms: this.atoms, steps: stepsOf(this.atoms.length, this.bonds)};
  }

  /** Tests joined by precedence: side by side or &, then comma, then semicolon. */
  joined(one, ends) {
    const alls = [];
    do {
      const anys = [];
      do {
        let all = null;
        do {
          const test = this.take('!') ? not(this.negated(one)) : one();
          all = all ? both(all, test) : test;
        } while (this.take('&') || !(this.at >= this.text.length || ends.test(this.next)));
        anys.push(all);
      } while (this.take(','));
      alls.push(anys.reduce(either));
    } while (this.take(';'));
    return alls.reduce(both);
  }

  negated(one) { return this.take('!') ? not(this.negated(one)) : one(); }

  bond() {
    return this.joined(() => {
      if (this.take('/') || this.take('\\')) return plainBond;
      const sign = this.takeOne(Object.keys(kBonds));
      if (!sign) this.fail('not a bond');
      return kBonds[sign];
    }, /[^-=#:~@!/\\&]/);
  }

  atom() {
    if (this.take('[')) return this.bracket();
    if (this.take('*')) return () => true;
    const organic = this.takeOne(kOrganic);
    if (organic) return isElement(kNumbers.get(organic), false);
    const aromatic = this.takeOne(kAromatic.slice(4));
    if (aromatic) return isElement(kNumbers.get(capital(aromatic)), true);
    if (this.take('a')) return (atom) => atom.aromatic;
    if (this.take('A')) return (atom) => !atom.aromatic;
    return this.fail(`'${this.next}' is not an atom`);
  }

  bracket() {
    const hydrogen = /^(\d*)H([+-]?\d?)\]/.exec(this.text.slice(this.at, this.at + 8));
    if (hydrogen) {
      this.at += hydrogen[0].length;
      return isElement(1, null);
    }
    const test = this.joined(() => this.primitive(), /[,;\]:]/);
    if (this.take(':')) this.number();
    if (!this.take(']')) this.fail('a square bracket is not closed');
    return test;
  }

  /** "3", "{2-4}" or nothing, as a test of a number; nothing means `otherwise`. */
  counted(value, otherwise) {
    if (this.take('{')) {
      const [all, low, high] = /^(\d*)-(\d*)\}/.exec(this.text.slice(this.at)) ?? this.fail('not a range');
      this.at += all.length;
      return (...about) => value(...about) >= Number(low) && value(...about) <= (high === '' ? Infinity : Number(high));
    }
    const number = this.number();
    return number === null ? otherwise : (...about) => value(...about) === number;
  }

  charge(sign) {
    const times = /^[+-]*/.exec(this.text.slice(this.at))[0];
    this.at += times.length;
    const value = (this.number() ?? times.length + 1) * (sign === '+' ? 1 : -1);
    return (atom) => atom.charge === value;
  }

  primitive() {
    if (this.take('$(')) {
      const inner = new Parser(this.text);
      inner.at = this.at;
      const query = inner.query(true);
      this.at = inner.at;
      if (!this.take(')')) this.fail('$( is not closed');
      return (atom, mol, index) => mol.holdsAt(query, index);
    }
    const isotope = this.number();
    if (isotope !== null) return (atom) => atom.isotope === isotope;
    if (this.take('#')) {
      const number = this.number() ?? this.fail('no number after #');
      return isElement(number, null);
    }
    if (this.take('*')) return () => true;
    const sign = this.takeOne(['+', '-']);
    if (sign) return this.charge(sign);
    const symbol = /^([A-Z][a-z]?)/.exec(this.text.slice(this.at))?.[1] ?? '';
    for (const one of [symbol, symbol[0]]) {
      if (!one || !kNumbers.has(one) || ['D', 'H', 'X', 'R', 'A'].includes(one)) continue;
      this.at += one.length;
      return isElement(kNumbers.get(one), false);
    }
    const aromatic = this.takeOne(kAromatic);
    if (aromatic) return isElement(kNumbers.get(capital(aromatic)), true);
    const letter = this.text[this.at++];
    const inRing = (atom) => atom.bonds.some(({bond}) => bond.inRing);
    switch (letter) {
      case 'a': return (atom) => atom.aromatic;
      case 'A': return (atom) => !atom.aromatic;
      case 'D': return this.counted((atom) => atom.bonds.length, (atom) => atom.bonds.length === 1);
      case 'H': return this.counted((atom) => atom.hydrogens, (atom) => atom.hydrogens === 1);
      case 'h': return this.counted((atom) => atom.hydrogens, (atom) => atom.hydrogens > 0);
      case 'X': return this.counted((atom) => atom.bonds.length + atom.hydrogens, (atom) => atom.bonds.length + atom.hydrogens === 1);
      case 'v': return this.counted(valenceOf, (atom) => valenceOf(atom) === 1);
      case 'x': return this.counted((atom) => atom.bonds.filter(({bond}) => bond.inRing).length, inRing);
      case 'R': return this.counted((atom, mol, index) => mol.ringsAt(index).length, inRing);
      case 'r': return this.counted((atom, mol, index) => Math.min(...mol.ringsAt(index), Infinity), inRing);
      default:
        --this.at;
        return this.fail(letter === '@' ? 'chirality is not known here' : `'${letter ?? 'the end'}' is not known here`);
    }
  }
}

const valenceOf = (atom) => atom.hydrogens + atom.bonds.reduce((sum, {bond}) => sum + bond.order, 0);

/** In which order atoms are placed: each after a neighbour where it has one, with all bonds to those placed before. */
function stepsOf(size, bonds) {
  const steps = [], placed = new Set();
  const place = (atom) => {
    placed.add(atom);
    const back = bonds.filter(({begin, end}) => begin === atom && placed.has(end) || end === atom && placed.has(begin))
      .map(({begin, end, test}) => ({to: begin === atom ? end : begin, test}));
    steps.push({atom, back});
    for (const {begin, end} of bonds) {
      const other = begin === atom ? end : end === atom ? begin : null;
      if (other !== null && !placed.has(other)) place(other);
    }
  };
  for (let atom = 0; atom < size; ++atom) if (!placed.has(atom)) place(atom);
  return steps;
}

/** @throws SyntaxError that says what is wrong and where */
export const parseSmarts = (text) => new Parser(text).query();
