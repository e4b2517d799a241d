// The most similar hits of each hit, as report.cpp packs them.

import {unpack} from './packed.js';
import {byId} from './dom.js';

const kNone = 65535;

/** A function of a hit: [{hit, similarity}], the most similar first. */
export async function openNeighbours(size) {
  const block = byId('report-neighbours');
  if (!block) return () => [];
  const buffer = await unpack(block).arrayBuffer();
  const each = buffer.byteLength / 3 / size;
  const hits = new Uint16Array(buffer, 0, each * size), similarities = new Uint8Array(buffer, 2 * each * size);
  return (index) => Array.from({length: each}, (_, n) => ({hit: hits[index * each + n], similarity: similarities[index * each + n] / 100}))
    .filter(({hit}) => hit !== kNone);
}
