'use strict';
// The functions of the addon, which throw a PresizeError where the core refuses.

const native = require('./native.js');
const { translate } = require('./error.js');

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
