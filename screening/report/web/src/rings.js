// On which side of a double bond its second line is drawn.

/** Neighbours of each atom, as {atom, bond} pairs. */
export function neighboursOf(drawing) {
  const all = Array.from(drawing.x, () => []);
  drawing.bonds.forEach(({begin, end}, bond) => {
    all[begin].push({atom: end, bond});
    all[end].push({atom: begin, bond});
  });
  return all;
}

/** The shortest way round from one end of a ring bond to the other that avoids `closed` atoms; null when there is none. */
function wayRound(drawing, neighbours, bond, closed) {
  const {begin, end} = drawing.bonds[bond];
  const from = new Map([[begin, null]]);
  const queue = [begin];
  for (let head = 0; head < queue.length; ++head) {
    for (const next of neighbours[queue[head]]) {
      if (next.bond === bond || !drawing.bonds[next.bond].inRing || from.has(next.atom) || closed.has(next.atom)) continue;
      from.set(next.atom, {atom: queue[head], bond: next.bond});
      if (next.atom === end) {
        const way = {atoms: [end], doubles: 0};
        for (let step = from.get(end); step; step = from.get(step.atom)) {
          way.atoms.push(step.atom);
          way.doubles += drawing.bonds[step.bond].order === 2 ? 1 : 0;
        }
        return way;
      }
      queue.push(next.atom);
    }
  }
  return null;
}

/** The point a ring bond's second line leans towards: the middle of its smallest, or of its more unsaturated, ring. */
function ringMiddle(drawing, neighbours, bond) {
  const first = wayRound(drawing, neighbours, bond, new Set());
  if (!first) return null;
  const second = wayRound(drawing, neighbours, bond, new Set(first.atoms.slice(1, -1)));
  const better = second && second.atoms.length < 8 && second.doubles > first.doubles ? second : first;
  let x = 0, y = 0;
  for (const atom of better.atoms) {
    x += drawing.x[atom];
    y += drawing.y[atom];
  }
  return {x: x / better.atoms.length, y: y / better.atoms.length};
}

/** +1 (left of begin to end), -1 (right), 0: on both sides of the axis. */
export function sideOf(drawing, neighbours, bond) {
  const {begin, end, inRing} = drawing.bonds[bond];
  const {x, y} = drawing;
  const left = (px, py) => Math.sign((x[end] - x[begin]) * (py - y[begin]) - (y[end] - y[begin]) * (px - x[begin]));
  if (inRing) {
    const middle = ringMiddle(drawing, neighbours, bond);
    if (middle) return left(middle.x, middle.y) || 1;
  }
  const degrees = [neighbours[begin].length, neighbours[end].length];
  if (Math.min(...degrees) === 1 && (Math.max(...degrees) !== 2)) return 0;
  let sum = 0;
  for (const atom of [begin, end]) {
    for (const next of neighbours[atom]) if (next.bond !== bond) sum += left(x[next.atom], y[next.atom]);
  }
  return Math.sign(sum) || (Math.max(...degrees) > 2 ? 0 : 1);
}
