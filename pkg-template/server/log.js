// The log of a gateway that was given no other: what an operator must look at, on the console.

/** The reasons that were printed: strangers can cause a refusal as often as they like. */
const printedReasons = new Set();

/** @param {{ level: string, reason?: string | null }} line */
export function logProblems(line) {
  const { error, ...fields } = line;
  if (line.level === "info") {
    if (!line.reason || printedReasons.has(line.reason)) return;
    printedReasons.add(line.reason);
  }
  console.error(`aurous-web/server ${JSON.stringify(fields)}`, ...(error === undefined ? [] : [error]));
}
