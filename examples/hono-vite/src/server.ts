import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { app } from "./app.ts";

app.use(serveStatic({ root: "dist/page" }));
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) });
