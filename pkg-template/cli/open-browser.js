import { spawn } from "node:child_process";

const COMMANDS = { darwin: ["open"], win32: ["cmd", "/c", "start", ""] };

/** Opens the user's browser. Where there is none, the address on the terminal has to do. */
export function openBrowser(url) {
  const [command, ...before] = COMMANDS[process.platform] ?? ["xdg-open"];
  const browser = spawn(command, [...before, url], { stdio: "ignore", detached: true });
  browser.on("error", () => console.error(`No browser could be opened. Open ${url} yourself.`));
  browser.unref();
}
