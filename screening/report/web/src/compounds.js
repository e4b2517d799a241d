// The hits as columns, with numbers parsed once.

export class Compounds {
  constructor(data) {
    const {place, id, smiles, values} = data.hits;
    Object.assign(this, {place, id, smiles, size: id.length});
    this.columns = data.columns.map((column, at) => {
      const texts = values[at];
      const numbers = column.kind === 'number'
        ? Float64Array.from(texts, (text) => text.trim() === '' ? NaN : Number(text)) : null;
      return {...column, field: `c${at}`, texts, numbers, ...range(numbers)};
    });
    this.score = this.columns.find((column) => column.numbers);
    this.numeric = this.columns.filter((column) => column.numbers && column.min <= column.max);
    const places = Float64Array.from(place);
    this.placeColumn = {key: 'place', title: 'Place', unit: '', decimals: 0, field: 'place', numbers: places, ...range(places)};
    this.haystacks = new Array(this.size);
  }

  /** Where a hit stands by a column alone: {place, of}; ties share the better place. */
  placeBy(column, index) {
    const value = column.numbers[index];
    let place = 1, of = 0;
    for (const other of column.numbers) {
      if (Number.isNaN(other)) continue;
      ++of;
      if ((other - value) * column.better > 0) ++place;
    }
    return {place, of};
  }

  /** Everything a text search looks at, in lower case; made when first asked for. */
  haystack(index) {
    return this.haystacks[index] ??= [this.id[index], this.smiles[index],
      ...this.columns.filter((column) => !column.numbers).map((column) => column.texts[index])].join('\n').toLowerCase();
  }
}

function range(numbers) {
  let min = Infinity, max = -Infinity;
  for (const value of numbers ?? []) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return {min, max};
}
