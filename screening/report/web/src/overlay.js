// Two molecules in space, flattened for a picture: turned so that the first one shows its widest side.

/** Heavy atoms' places and the bonds between them of a V2000 MOL block; null when it is none. */
export function readMol(text) {
  const lines = (text ?? '').split('\n');
  const counts = lines[3] ?? '';
  if (!counts.includes('V2000')) return null;
  const [atoms, bonds] = [Number(counts.slice(0, 3)), Number(counts.slice(3, 6))];
  const all = lines.slice(4, 4 + atoms).map((line) => ({at: [0, 10, 20].map((from) => Number(line.slice(from, from + 10))), symbol: line.slice(31, 34).trim()}));
  return {atoms: all.map(({at}) => at), bonds: lines.slice(4 + atoms, 4 + atoms + bonds).map((line) => [Number(line.slice(0, 3)) - 1, Number(line.slice(3, 6)) - 1])
    .filter((ends) => ends.every((end) => all[end] && all[end].symbol !== 'H'))};
}

/** The axis along which points spread most, by power iteration on their covariance without what lies along `without`. */
function widestAxis(points, without) {
  let axis = without ? [without[1], -without[0], 0.3] : [1, 0.7, 0.4];
  const clean = (v) => {
    if (without) {
      const along = v[0] * without[0] + v[1] * without[1] + v[2] * without[2];
      v = v.map((value, k) => value - along * without[k]);
    }
    const length = Math.hypot(...v) || 1;
    return v.map((value) => value / length);
  };
  axis = clean(axis);
  for (let step = 0; step < 60; ++step) {
    const next = [0, 0, 0];
    for (const p of points) {
      const along = p[0] * axis[0] + p[1] * axis[1] + p[2] * axis[2];
      for (let k = 0; k < 3; ++k) next[k] += along * p[k];
    }
    axis = clean(next);
  }
  return axis;
}

/** For each molecule its bonds as pairs of points in a frame of `width` x `height`. */
export function projected(molecules, width, height) {
  const first = molecules[0].atoms;
  const middle = [0, 1, 2].map((k) => first.reduce((sum, at) => sum + at[k], 0) / first.length);
  const centred = first.map((at) => at.map((value, k) => value - middle[k]));
  const across = widestAxis(centred, null), up = widestAxis(centred, across);
  const flat = ({atoms}) => atoms.map((at) => [across, up].map((axis) => axis.reduce((sum, value, k) => sum + value * (at[k] - middle[k]), 0)));
  const all = molecules.map(flat);
  const reach = [0, 1].map((k) => Math.max(...all.flat().map((point) => Math.abs(point[k])), 0.1));
  const scale = Math.min((width / 2 - 12) / reach[0], (height / 2 - 12) / reach[1]);
  return molecules.map(({bonds}, m) => bonds.map((ends) => ends.map((end) => [width / 2 + scale * all[m][end][0], height / 2 - scale * all[m][end][1]])));
}
