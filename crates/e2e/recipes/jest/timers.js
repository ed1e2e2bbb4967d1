export { jest as timers } from "@jest/globals";
