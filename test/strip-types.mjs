import { stripTypeScriptTypes } from 'node:module';

/** Jest runs TypeScript as Node does: types are erased, lines and columns stay as they are. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
