'use strict';
// The functions of the addon, with errors of the core thrown as PresizeError.

const { translate } = require('./error.js');
const native = require('./native.js');

for (const [name, call] of Object.entries(native)) {
  const wrapped = (a, b, c, d, e, f) => {
    try {
      return call(a, b, c, d, e, f);
    } catch (error) {
      const translated = translate(error);
      if (translated !== error) Error.captureStackTrace(translated, wrapped);
      throw translated;
    }
  };
  exports[name] = wrapped;
}
