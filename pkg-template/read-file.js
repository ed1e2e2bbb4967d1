/** Reads a file, or a part of one. Files of jsdom's, in Jest, have no `arrayBuffer`. */
export const readFile = (file) =>
  file.arrayBuffer
    ? file.arrayBuffer()
    : new Promise((resolve) => {
        const reader = new FileReader();
        reader.onloadend = () => resolve(reader.result);
        reader.readAsArrayBuffer(file);
      });
