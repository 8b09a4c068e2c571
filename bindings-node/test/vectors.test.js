'use strict';
// Runs the conformance suite in core/tests/vectors, which Rust and Python run too, through the public API. What a call means
// is in runner/; how results are compared, in runner/comparison.js.

const assert = require('node:assert');
const fs = require('node:fs');
const { describe, test } = require('node:test');
const { PresizeError } = require('presize');
const { compare, errorFields, inJavaScript } = require('./runner/comparison.js');
const { VECTORS, read } = require('./runner/inputs.js');

const CALLS = {
  ...require('./runner/images.js'),
  ...require('./runner/signing.js').CALLS,
  ...require('./runner/cloudfront.js'),
  ...require('./runner/confirm.js').CALLS,
  ...require('./runner/json_scan.js'),
  ...require('./runner/delivery.js'),
  ...require('./runner/resize.js').CALLS,
  ...require('./runner/answers.js').CALLS,
  ...require('./runner/events.js'),
};

// Files that are no cases to run one by one: the tests of the API, of the errors and of the frameworks hold them.
const NOT_CASES = new Set(['api.json', 'decode.json', 'errors.json', 'frameworks.json']);
// What a case can say of a refusal beside the error.
const BESIDE_ERROR = {
  confirm: require('./runner/confirm.js').besideError,
  resize_object: require('./runner/resize.js').besideError,
};
// Features of the crate that a case may need. The package is built with all of them.
const FEATURES = new Set(['cloudfront-rsa']);

// The only case to run, in whichever file it is.
const ONLY = process.env.PRESIZE_CASE;

const called = new Set();
const names = new Set();
let isFound = false;

for (const file of fs.readdirSync(VECTORS).sort()) {
  if (!file.endsWith('.json') || NOT_CASES.has(file)) continue;
  describe(file, () => {
    for (const given of read(file).cases) {
      const name = `${file}: ${given.name}`;
      assert.ok(!names.has(name), `${name} is taken twice`);
      names.add(name);
      called.add(given.call);
      if (ONLY !== undefined && ONLY !== given.name) continue;
      isFound = true;
      test(given.name, () => run(given));
    }
  });
}

async function run(given) {
  assert.ok((given.ok === undefined) !== (given.error === undefined), 'a case has either ok or error');
  assert.ok(given.feature === undefined || FEATURES.has(given.feature));
  let received;
  try {
    received = await CALLS[given.call](given.input);
  } catch (error) {
    if (!(error instanceof PresizeError)) throw error;
    assert.ok(given.error !== undefined, `refused: ${error.code}: ${error.message}`);
    const beside = BESIDE_ERROR[given.call];
    compare('error', inJavaScript(given.error), { ...errorFields(error), ...(beside && (await beside(given.input))) });
    return;
  }
  assert.ok(given.ok !== undefined, `accepted ${JSON.stringify(received)}`);
  compare('ok', given.ok, received);
}

test('every call has cases', () => {
  assert.ok(isFound, `no case is called ${ONLY}`);
  assert.deepStrictEqual([...called].sort(), Object.keys(CALLS).sort());
  assert.ok(names.size > 1000, `only ${names.size} cases`);
});
