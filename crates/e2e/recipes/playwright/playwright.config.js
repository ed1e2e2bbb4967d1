const site = `http://localhost:${process.env.PORT}/`;

export default {
  use: { baseURL: site, launchOptions: { executablePath: process.env.AUROUS_CHROMIUM } },
  webServer: { command: `node ../node_modules/aurous-web/cli.js dev . --port ${process.env.PORT}`, url: site },
};
