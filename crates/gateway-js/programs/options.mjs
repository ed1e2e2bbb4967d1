// The command line and the environment of the program `aurous-gateway`, as options of `createGateway`: so that
// whatever tries the program can try the handler, too.

/** The flags that take no value. */
const SWITCHES = ["allow-anonymous", "allow-insecure-upstream"];

/** The flags whose values are numbers. */
const NUMBERS = /^(max|ipv6)-|-(ms|bytes|second)$/;

/** What the program alone has. */
const OF_THE_PROGRAM =
  /^(listen|admin-|log-format|max-(connections|late|log)|(header|keep-alive|drain|write-idle)-.*|shutdown-delay-ms)/;

export function optionsOf(argumentList, environment) {
  const options = {
    apiKey: environment.AUROUS_API_KEY,
    sessionSecrets: environment.AUROUS_SESSION_SECRETS,
    sealingSecrets: environment.AUROUS_SEALING_SECRETS,
  };
  const rest = [...argumentList];
  while (rest.length) {
    const flag = rest.shift().replace(/^--/, "");
    if (flag === "print-addresses") continue;
    const name = flag.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    if (SWITCHES.includes(flag)) {
      options[name] = true;
      continue;
    }
    const value = rest.shift();
    if (OF_THE_PROGRAM.test(flag)) continue;
    if (NUMBERS.test(flag)) options[name] = Number(value);
    else if (name in options) options[name] = [options[name], value.split(",")].flat();
    else options[name] = value.includes(",") ? value.split(",") : value;
  }
  return options;
}

/** A line of the handler's log, as the program writes it. */
export function lineOf({ level, message, requestId, error, ...fields }) {
  const plain = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? undefined]));
  const code = message === "answered" ? { code: fields.code ?? "" } : {};
  return JSON.stringify({ level: level.toUpperCase(), message, request_id: requestId, ...plain, ...code, error: error && String(error) });
}
