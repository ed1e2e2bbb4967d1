export default {
  // The gateway wants the Host that the page was opened with.
  server: { proxy: { "/aurous": { target: process.env.GATEWAY, changeOrigin: false } } },
};
