// Sends a picture to a route, and prints the answer.
import { readFile } from "node:fs/promises";

const answer = await fetch(process.argv[2], { method: "POST", body: await readFile(process.env.PICTURE) });
console.log(await answer.text());
