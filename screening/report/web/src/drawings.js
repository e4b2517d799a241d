// Opens the block of drawings that drawing_block.hpp describes; a drawing is decoded when it is asked for.

import {unpack} from './packed.js';

const kMarked = 0x8000;

export async function openDrawings(block, labels) {
  const buffer = await unpack(block).arrayBuffer();
  const offsets = new Uint32Array(buffer, 4, new DataView(buffer).getUint32(0, true) + 1);

  return (index) => {
    if (!(offsets[index] < offsets[index + 1])) return null;
    const [atoms, bonds] = new Uint16Array(buffer, offsets[index], 2);
    let at = offsets[index] + 4;
    const take = (Type, length) => {
      const values = new Type(buffer, at, length);
      at += 2 * length;
      return values;
    };
    const x = Float32Array.from(take(Int16Array, atoms), (value) => value / 100);
    const y = Float32Array.from(take(Int16Array, atoms), (value) => value / 100);
    const words = take(Uint16Array, atoms);
    const label = Array.from(words, (value) => labels[value & ~kMarked]);
    const marked = Array.from(words, (value) => (value & kMarked) !== 0);
    const begin = take(Uint16Array, bonds), end = take(Uint16Array, bonds);
    const kind = take(Uint16Array, bonds);
    return {x, y, label, marked, bonds: Array.from(kind, (value, i) => ({
      begin: begin[i], end: end[i], order: value & 3, stereo: value >> 2 & 3, inRing: (value & 16) !== 0, aromatic: (value & 32) !== 0}))};
  };
}
