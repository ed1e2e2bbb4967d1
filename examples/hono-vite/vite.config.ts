import { getRequestListener } from "@hono/node-server";
import { defineConfig } from "vite";

export default defineConfig({
  build: { outDir: "dist/page" },
  plugins: [
    {
      name: "gateway",
      // In development, one server has both: Vite's, for the page, passes the gateway's requests to the app.
      configureServer: ({ middlewares, ssrLoadModule }) => {
        middlewares.use(async (request, response, next) => {
          if (!request.url?.startsWith("/aurous/")) return next();
          const { app } = await ssrLoadModule("/src/app.ts");
          getRequestListener(app.fetch)(request, response);
        });
      },
    },
  ],
});
