// Blocks that came as base64 of gzip.

/** A Response with what the block holds. */
export function unpack(block) {
  const text = atob(block.textContent.trim());
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) packed[i] = text.charCodeAt(i);
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')));
}
