const output = document.querySelector("output");
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

worker.addEventListener("message", ({ data }) => (output.textContent = data));
document.querySelector("input").addEventListener("change", (event) => worker.postMessage(event.target.files[0]));
output.textContent = "pick a picture";
