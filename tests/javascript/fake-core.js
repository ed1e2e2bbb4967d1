// Stands in for the glue of wasm-bindgen: its functions return their name and arguments.

/** The modules that were started. */
export const started = [];

export const initSync = ({ module }) => void started.push(module);

export const initUpload = (...given) => ["initUpload", ...given];
export const putFile = (...given) => ["putFile", ...given];
export const classify = (...given) => ["classify", ...given];
export const createCharacter = (...given) => ["createCharacter", ...given];
export const upload = (...given) => ["upload", ...given];
