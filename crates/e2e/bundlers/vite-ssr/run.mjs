// Renders on the server as a framework on Vite does.
import { createServer } from "vite";

const vite = await createServer({ server: { middlewareMode: true, ws: false }, appType: "custom", logLevel: "error" });
try {
  const { make } = await vite.ssrLoadModule(`/${process.argv[2]}`);
  console.log(await make());
} finally {
  await vite.close();
}
