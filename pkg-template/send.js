// A request to its answer, by `fetch` or, where somebody wants to know how far it is, by `XMLHttpRequest`.

export async function sendByFetch({ url, ...options }, body, signal) {
  // A redirect is an error: `fetch` would carry the key, the token and the body along to wherever it points.
  const response = await fetch(new Request(url, { ...options, body, signal, redirect: "error" }));
  const { status, headers } = response;
  // Of a success, only an API call's body is of interest. What an engine says of one that is no JSON, or
  // breaks off, quotes it.
  const json = options.method === "PUT" && response.ok ? undefined : await response.json().catch(() => {});
  return answer(status, (name) => headers.get(name), json);
}

/**
 * The PUT over `XMLHttpRequest`, since `fetch` tells nothing of an upload's progress.
 *
 * Its only header is the same one, and `withCredentials` stays false. On the page's own origin the browser
 * adds its cookies and the referrer all the same, and everywhere it follows redirects: nothing turns that
 * off. A gateway drops the former; a redirect is found out afterwards.
 */
export function sendByXhr({ url, method, headers }, body, signal, say) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const { upload } = xhr;
    upload.onprogress = ({ loaded }) => say(loaded);
    // Whatever ended it: a load, an error, and in Safari an abort of its own making.
    xhr.onloadend = () => {
      if (!xhr.status) {
        reject();
        return;
      }
      // All at once: Chromium writes each one asked for that it may not show into the console.
      const lines = xhr.getAllResponseHeaders();
      const header = (name) => lines.match(new RegExp(`^${name}: *(.*)`, "im"))?.[1];
      let json;
      try {
        json = JSON.parse(xhr.responseText);
      } catch {}
      const isRedirected = !!xhr.responseURL && xhr.responseURL !== url.split("#")[0];
      resolve({ ...answer(xhr.status, header, json), isRedirected });
    };
    signal.addEventListener("abort", () => {
      upload.onprogress = xhr.onloadend = null;
      xhr.abort();
    });
    xhr.open(method, url);
    xhr.setRequestHeader("Content-Type", headers.get("Content-Type"));
    say(0);
    xhr.send(body);
  });
}

const answer = (status, header, body) => ({
  status,
  body,
  requestId: header("aurous-request-id"),
  retryAfter: header("retry-after"),
  retryDate: Date.parse(header("retry-after")),
  gateway: header("aurous-gateway"),
});
