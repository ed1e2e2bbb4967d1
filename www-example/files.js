/**
 * Returns the files of a drop or a paste; of a folder, the pictures in it. A browser may give none: of a picture
 * on another page, some give a link alone.
 */
export async function filesOf({ items }) {
  // All at once: `items` is empty as soon as the event is over.
  const given = [...items].map((item) => [item.webkitGetAsEntry?.(), item.getAsFile()]);
  const files = given.map(([entry, file]) => (entry?.isDirectory ? picturesIn(entry).catch(() => []) : file));
  return (await Promise.all(files)).flat().filter(Boolean); // a text has no file
}

async function picturesIn(folder) {
  const reader = folder.createReader();
  const read = () => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  const entries = [];
  for (let some = await read(); some.length; some = await read()) entries.push(...some); // 100 at a time in Chromium
  const files = entries.map((entry) =>
    entry.isDirectory ? picturesIn(entry) : new Promise((resolve, reject) => entry.file(resolve, reject)));
  // By its type, which is a guess from its name. `._IMG_1.jpg` is what macOS stores beside IMG_1.jpg.
  return (await Promise.all(files)).flat().filter(({ name, type }) => type.startsWith("image/") && !name.startsWith("."));
}
