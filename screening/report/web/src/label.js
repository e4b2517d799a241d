// "13CH3", "NH3+", "Fe2+": an atom's label in parts. Digits after H count hydrogens, other trailing digits the charge.

const kLabel = /^(\d*)([A-Z][a-z]?|\*)(?:(H)(\d*))?(\d*)([+-]*)$/;

export function partsOf(label) {
  const parts = kLabel.exec(label);
  if (!parts) return {isotope: '', symbol: '?', hydrogen: '', hydrogens: '', charge: ''};
  const [, isotope, symbol, hydrogen = '', hydrogens = '', size, signs] = parts;
  const charge = signs.length > 1 ? `${signs.length}${signs[0]}` : size + signs;
  return {isotope, symbol, hydrogen, hydrogens, charge: charge.replace('-', '\u2212')};
}

const kWidth = {I: 0.28, F: 0.61, S: 0.67, P: 0.67, B: 0.67, O: 0.78, '*': 0.39, l: 0.22, r: 0.33, i: 0.22};

/** Width in em of letters set in a plain sans-serif face. */
export function widthOf(text) {
  let width = 0;
  for (const letter of text) width += kWidth[letter] ?? (letter >= 'a' ? 0.56 : letter >= 'A' ? 0.72 : 0.56);
  return width;
}
