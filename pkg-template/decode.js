// Makes the wasm of the text that stands for it in a script. xtask/src/build/text.rs writes the text, and
// describes it.

/** The prefixes of pairs are "(" and ")": 40 and 41. */
const PREFIX = 40;

export function decode(text) {
  const codes = new TextEncoder().encode(text);
  const table = codes.slice(0, 256);
  const alphabet = [...new Set(table)];
  const bytes = [];
  // Behind the 128 codes of characters.
  const pair = (prefix, second) => (prefix - PREFIX + 1) * 128 + second;
  let pairs = 0;
  table.forEach((code, byte) => {
    bytes[code >> 1 === PREFIX >> 1 ? pair(code, alphabet[pairs++ % alphabet.length]) : code] = byte;
  });
  // In place, since a byte takes no more room than its code.
  let length = 0;
  for (let at = 256; at < codes.length; ) {
    const code = codes[at++];
    codes[length++] = bytes[code] ?? bytes[pair(code, codes[at++])];
  }
  return codes.subarray(0, length);
}
