export default { transform: {}, testEnvironment: "./jsdom-with-fetch.js" };
