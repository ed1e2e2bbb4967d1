// The log of a gateway that was given no other: what an operator must look at, on the console.

/** @param {{ level: string }} line */
export function logProblems(line) {
  if (line.level === "info") return;
  const { error, ...fields } = line;
  console.error(`aurous-web/server ${JSON.stringify(fields)}`, ...(error === undefined ? [] : [error]));
}
