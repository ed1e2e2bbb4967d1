/**
 * The WebAssembly file, for those who place it themselves. What importing it gives is the bundler's
 * choice; as an asset, it is the file's URL, to hand to `init`.
 */
declare const url: string;
export default url;
