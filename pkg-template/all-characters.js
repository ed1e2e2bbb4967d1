// All characters, page by page: a loop around `listCharacters`.

/** Makes `allCharacters` of a function that gets a page. */
export const allCharactersBy = (listCharacters) =>
  async function* (query, options) {
    for (let next = query; ; ) {
      const { data, has_more, next_cursor } = await listCharacters(next, options);
      yield* data;
      // A page that does not say where the next one begins would be the same one again.
      if (!has_more || !next_cursor) {
        return;
      }
      next = { ...query, starting_after: next_cursor };
    }
  };
