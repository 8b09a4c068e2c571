'use strict';
// ImageRules and UploadPolicy: all rows of one of the core's tables, frozen.

const core = require('./core.js');
const { invalid } = require('./error.js');
const given = require('./given.js');
const { fields, isPlain, keyOf, typeName, unpack } = require('./packed.js');

const MADE = Symbol('made');
let rulesNative;
let policyNative;
let defaults;

/** Own properties, so that `{ ...rules, maxBytes: 5 }` has all of them. What is unset is `undefined`. */
function assign(target, packed) {
  for (const [key, value] of Object.entries(unpack(fields(packed), 0, keyOf))) {
    target[key] = typeof value === 'object' ? Object.freeze(value) : value;
  }
  return Object.freeze(target);
}

class ImageRules {
  #native;

  static {
    rulesNative = (value) => (typeof value === 'object' && value !== null && #native in value ? value.#native : undefined);
  }

  constructor(options, native) {
    this.#native = options === MADE ? native : core.rulesNew(given.options(options));
    assign(this, core.rulesValues(this.#native));
  }
}

class UploadPolicy {
  #native;

  static {
    policyNative = (value) => (typeof value === 'object' && value !== null && #native in value ? value.#native : undefined);
  }

  constructor(options, native) {
    this.#native = options === MADE ? native : core.policyNew(given.options(options));
    assign(this, core.policyValues(this.#native));
  }

  rules() {
    return new ImageRules(MADE, core.policyRules(this.#native));
  }
}

/** What the addon knows rules by: those given, made of options, or the core's own. */
function rulesOf(value) {
  if (value === undefined) {
    defaults ??= core.rulesNew('');
    return defaults;
  }
  const native = rulesNative(value);
  if (native !== undefined) return native;
  if (!isPlain(value)) throw invalid('rules', 'ImageRules or an object of its options', typeName(value));
  return core.rulesNew(given.options(value));
}

/** The policy given, made of options, or the core's own. */
function policyOf(value) {
  if (value !== undefined && policyNative(value) !== undefined) return value;
  if (value !== undefined && !isPlain(value)) {
    throw invalid('policy', 'an UploadPolicy or an object of its options', typeName(value));
  }
  return new UploadPolicy(value);
}

/** The policy that the addon has made. */
function policyFrom(native) {
  return new UploadPolicy(MADE, native);
}

module.exports = {
  ImageRules,
  UploadPolicy,
  policyFrom,
  policyNative: (policy) => policyNative(policy),
  policyOf,
  rulesOf,
};
