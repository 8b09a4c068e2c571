'use strict';
// JsonScanner: limits on a JSON body, checked before it is parsed.

const args = require('./arguments.js');
const core = require('./core.js');

class JsonScanner {
  #native;

  constructor(limits) {
    this.#native = core.jsonScannerNew(args.options(limits));
  }

  push(piece) {
    core.jsonScannerPush(this.#native, args.bytes('piece', piece));
  }

  finish() {
    core.jsonScannerFinish(this.#native);
  }
}

module.exports = { JsonScanner };
