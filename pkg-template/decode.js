// Decodes the text that holds the wasm in a script. xtask/src/build/text.rs writes that text, and describes
// its format.

/** The prefix of a pair is "(" or ")", 40 or 41. Halved, both are this. */
const PREFIX = 20;

/** Gives a pair a number beyond those of the 128 single characters. */
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
  // In place: a byte takes no more room than its code. With a function call for each byte this would take 1.6
  // times as long, since it runs once, before an engine optimises it.
  let length = 0;
  for (let at = 256; at < codes.length; ) {
    const code = codes[at++];
    codes[length++] = bytes[code >> 1 === PREFIX ? pair(code, codes[at++]) : code];
  }
  return codes.subarray(0, length);
}
