export default {
  // Pre-bundled for the dev server, the script would lie apart from its wasm.
  optimizeDeps: { exclude: ["aurous-web"] },
  // The gateway wants the Host that the page was opened with.
  server: { proxy: { "/aurous": { target: process.env.GATEWAY, changeOrigin: false } } },
};
