// The rows of docs/errors.md. A test in crates/e2e holds them against the codes of the SDK, the API and the gateway.

import { readFile } from "node:fs/promises";

const page = await readFile(new URL("../../docs/errors.md", import.meta.url), "utf8");

/** Each row: its code, the first column after it (a kind or a status), what to tell a user, and whether to try again. */
export const rows = page
  .split("\n")
  .map((line) => line.match(/^\| <a id="(\w+)"><\/a>`\w+` \| (.+?) \| (.+) \| (.+) \| (.+) \|$/))
  .filter(Boolean)
  .map(([, code, place, when, tell, again]) => ({ code, place, tell, again, spelled: when.match(/Also spelled `(\w+)`/)?.[1] }));

/** Every code, in each spelling. */
export const codes = rows.flatMap(({ code, spelled }) => (spelled ? [code, spelled] : [code]));
