// Serves the files of a folder, for development.

import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream";

import { UsageError } from "./usage-error.js";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webp": "image/webp",
};

/** Makes a handler. No file whose path has a part that begins with a dot is served, and none outside the folder. */
export async function staticFiles(folder, { prefix = "/" } = {}) {
  const root = await realpath(folder).catch(() => undefined);
  if (!root || !(await stat(root)).isDirectory()) throw new UsageError(`There is no folder ${folder}.`);
  return async (request, response) => {
    const found = ["GET", "HEAD"].includes(request.method) && (await find(root, request.url.slice(prefix.length)));
    if (!found) return response.writeHead(404, { "Content-Type": TYPES[".txt"] }).end("There is no such file.\n");
    const { file, isIndex } = found;
    const [path] = request.url.split("?");
    if (isIndex && !path.endsWith("/")) {
      // The page's relative addresses begin at its folder.
      const Location = `./${path.split("/").at(-1)}/${request.url.slice(path.length)}`;
      return response.writeHead(302, { Location }).end();
    }
    response.writeHead(200, {
      "Content-Type": TYPES[extname(file).toLowerCase()] ?? "application/octet-stream",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      // A page elsewhere may otherwise run a script of the folder, and read what it makes.
      "Cross-Origin-Resource-Policy": "same-site",
    });
    if (request.method === "HEAD") return response.end();
    // What fails here is a reader that has gone, or a file that goes meanwhile.
    pipeline(createReadStream(file), response, () => {});
  };
}

async function find(root, target) {
  let path;
  try {
    path = decodeURIComponent(target.split(/[?#]/)[0]);
  } catch {
    return undefined;
  }
  if (path.includes("\0") || path.split(/[\\/]/).some((part) => part.startsWith("."))) return undefined;
  for (const candidate of [path, join(path, "index.html")]) {
    // Links may lead out of the folder.
    const file = await realpath(join(root, candidate)).catch(() => undefined);
    if (file?.startsWith(root + sep) && (await stat(file)).isFile()) return { file, isIndex: candidate !== path };
  }
}
