// Stands in for the glue of wasm-bindgen: its functions return their name and arguments.

/** The modules that were started. */
export const started = [];

export const initSync = ({ module }) => void started.push(module);

export const initUpload = (...given) => ["initUpload", ...given];
export const putFile = (...given) => ["putFile", ...given];
export const classify = (...given) => ["classify", ...given];
export const createCharacter = (...given) => ["createCharacter", ...given];
export const upload = (...given) => ["upload", ...given];
export const getCharacter = (...given) => ["getCharacter", ...given];
export const waitForCharacter = (...given) => ["waitForCharacter", ...given];
export const listCharacters = (...given) => ["listCharacters", ...given];
export const updateCharacter = (...given) => ["updateCharacter", ...given];
export const deleteCharacter = (...given) => ["deleteCharacter", ...given];
export const saveCharacter = (...given) => ["saveCharacter", ...given];
export const regenerateRef = (...given) => ["regenerateRef", ...given];
export const resynthesizeCharacter = (...given) => ["resynthesizeCharacter", ...given];
