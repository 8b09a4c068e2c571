'use strict';
// JSON bodies, bounded before they are parsed.

const core = require('./core.js');
const given = require('./given.js');

class JsonScanner {
  #native;

  constructor(limits) {
    this.#native = core.jsonScannerNew(given.options(limits));
  }

  push(piece) {
    core.jsonScannerPush(this.#native, given.bytes('piece', piece));
  }

  finish() {
    core.jsonScannerFinish(this.#native);
  }
}

module.exports = { JsonScanner };
