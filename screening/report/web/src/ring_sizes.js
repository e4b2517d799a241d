// Rings as chemists count them: every ring that is no sum of smaller ones, so that all three of bicyclooctane count.
// J. D. Horton, SIAM J. Comput. 16 (1987) 358-366, doi:10.1137/0216026; P. Vismara, Electron. J. Comb. 4 (1997) R9, doi:10.37236/1294.

/** For each atom the sizes of the rings it is in. */
export function ringSizes({atoms, bonds}) {
  const sizes = atoms.map(() => []);
  const ringBonds = bonds.flatMap((bond, i) => bond.inRing ? [i] : []);
  if (!ringBonds.length) return sizes;
  const ringAtoms = [...new Set(ringBonds.flatMap((i) => [bonds[i].begin, bonds[i].end]))];
  const bit = new Map(ringBonds.map((i, n) => [i, 1n << BigInt(n)]));
  const wanted = ringBonds.length - ringAtoms.length + parts(ringAtoms, ringBonds, bonds);

  const cycles = new Map();
  for (const from of ringAtoms) {
    const way = shortestWays(from, atoms, bonds, bit);
    for (const i of ringBonds) {
      const {begin, end} = bonds[i], a = way.get(begin), b = way.get(end);
      if (!a || !b || a.mask & bit.get(i) || b.mask & bit.get(i)) continue;
      const shared = a.atoms.filter((atom) => b.atoms.includes(atom));
      if (shared.length !== 1) continue;  // the two ways must meet at their start only
      cycles.set(a.mask ^ b.mask ^ bit.get(i), new Set([...a.atoms, ...b.atoms]));
    }
  }
  const basis = [];  // of the cycles taken, the highest bit first
  const rest = (mask) => basis.reduce((left, row) => (left ^ row) < left ? left ^ row : left, mask);
  const all = [...cycles].sort((a, b) => a[1].size - b[1].size);
  for (let at = 0; at < all.length && basis.length < wanted;) {
    const {size} = all[at][1];
    const ofSize = all.slice(at).filter(([, members]) => members.size === size);
    at += ofSize.length;
    for (const [, members] of ofSize.filter(([mask]) => rest(mask) !== 0n)) {  // against smaller ones only
      for (const atom of members) sizes[atom].push(size);
    }
    for (const [mask] of ofSize) {
      const left = rest(mask);
      if (left === 0n) continue;
      basis.push(left);
      basis.sort((a, b) => (a < b ? 1 : -1));
    }
  }
  return sizes;
}

function parts(ringAtoms, ringBonds, bonds) {
  const root = new Map(ringAtoms.map((atom) => [atom, atom]));
  const find = (atom) => root.get(atom) === atom ? atom : find(root.get(atom));
  for (const i of ringBonds) root.set(find(bonds[i].begin), find(bonds[i].end));
  return ringAtoms.filter((atom) => find(atom) === atom).length;
}

function shortestWays(from, atoms, bonds, bit) {
  const ways = new Map([[from, {atoms: [from], mask: 0n}]]);
  const queue = [from];
  for (let head = 0; head < queue.length; ++head) {
    const way = ways.get(queue[head]);
    for (const {to, bond} of atoms[queue[head]].bonds) {
      if (!bond.inRing || ways.has(to)) continue;
      ways.set(to, {atoms: [...way.atoms, to], mask: way.mask | bit.get(bonds.indexOf(bond))});
      queue.push(to);
    }
  }
  return ways;
}
