// Makes the wasm of the text that stands for it in a script. xtask/src/build/text.rs writes the text, and
// describes it.

/** The prefixes of pairs are "(" and ")": 40 and 41. Halved, both are this. */
const PREFIX = 20;

/** A number for a pair, beyond the 128 of single characters. */
const pair = (prefix, second) => ((prefix & 1) + 1) * 128 + second;

export function decode(text) {
  const codes = new TextEncoder().encode(text);
  const table = codes.slice(0, 256);
  const alphabet = [...new Set(table)];
  const bytes = new Uint8Array(3 * 128);
  let pairs = 0;
  table.forEach((code, byte) => {
    bytes[code >> 1 === PREFIX ? pair(code, alphabet[pairs++ % alphabet.length]) : code] = byte;
  });
  // In place, since a byte takes no more room than its code. Without a function call for each byte: this
  // runs once, before an engine optimises anything, and would take 1.6 times as long.
  let length = 0;
  for (let at = 256; at < codes.length; ) {
    const code = codes[at++];
    codes[length++] = bytes[code >> 1 === PREFIX ? pair(code, codes[at++]) : code];
  }
  return codes.subarray(0, length);
}
