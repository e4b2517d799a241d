// The smallest set of smallest rings: shortest ways round, each independent of those taken before.
// J. D. Horton, SIAM J. Comput. 16 (1987) 358-366, doi:10.1137/0216026.

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
  const basis = [];
  let taken = 0;
  for (const [mask, members] of [...cycles].sort((a, b) => a[1].size - b[1].size)) {
    if (taken === wanted) break;
    let rest = mask;
    for (const row of basis) if ((rest ^ row) < rest) rest ^= row;
    if (rest === 0n) continue;
    basis.push(rest);
    basis.sort((a, b) => (a < b ? 1 : -1));
    ++taken;
    for (const atom of members) sizes[atom].push(members.size);
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
