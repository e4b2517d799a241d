// Kinds of contacts: what they are called, how they are drawn. Colours after Okabe and Ito, who chose them for colour-blind readers;
// a sign says the same without colour.

const kKinds = {
  hbond: {name: 'Hydrogen bond', sign: 'H', colour: '#0072b2'},
  salt_bridge: {name: 'Salt bridge', sign: '\u00b1', colour: '#d55e00'},
  hydrophobic: {name: 'Hydrophobic', sign: '\u2022', colour: '#7d7a80'},
  pi_stacking_parallel: {name: 'Pi stacking, parallel', sign: '\u03c0', colour: '#009e73'},
  pi_stacking_t: {name: 'Pi stacking, T', sign: '\u22a4', colour: '#009e73'},
  cation_pi: {name: 'Cation and pi', sign: '+', colour: '#b0548a'},
  halogen_bond: {name: 'Halogen bond', sign: 'X', colour: '#2a8fc7'},
  metal: {name: 'Metal', sign: 'M', colour: '#b87800'},
  water_bridge: {name: 'Water bridge', sign: 'W', colour: '#2a8fc7'},
  energy: {name: 'Contributes to the score', sign: '\u2212', colour: '#8a5a83'},
};

export const kindOf = (kind) => kKinds[kind] ?? {name: kind, sign: '?', colour: '#7d7a80'};

/** "A:LEU:83" or "A:LEU83" as {chain, name, number, shown: "LEU 83"}; null for what is neither. */
export function residueOf(text) {
  const parts = /^(.*):([A-Z0-9]*?[A-Z]):?(-?\d+)([A-Za-z]?)$/.exec(text);
  return parts && {chain: parts[1], name: parts[2], number: Number(parts[3]), shown: `${parts[2]} ${parts[3]}${parts[4]}`};
}

/** What holds a hit in a target: geometric contacts of its best pose there, or else the residues that the score names ("A:LYS162 -1.32; ..."). */
export function contactsOf(app, index, pose) {
  const chosen = pose ?? app.poses.of(index)[0];
  if (chosen === undefined) return [];
  const {contacts} = app.poses.decode(chosen);
  if (contacts.length) return contacts;
  const texts = app.compounds.columns.find((column) => column.key === `strongest_residues_kcal_mol_${app.poses.targetOf(chosen)}`)?.texts[index] ?? '';
  return texts.split(';').flatMap((text) => {
    const parts = /^(.+) (-?[\d.]+)$/.exec(text.trim());
    return parts && residueOf(parts[1]) ? [{kind: 'energy', residue: parts[1], energy: Number(parts[2]), ligand: null}] : [];
  });
}
