'use strict';
// ImageRules and UploadPolicy: every option of one of the core's tables, frozen.

const args = require('./arguments.js');
const core = require('./core.js');
const { invalid } = require('./error.js');
const { isPlain, typeName } = require('./value_type.js');
const { camelCase, decodeFields, decodeOptions } = require('./wire.js');

const MADE = Symbol('made');
let rulesNative;
let policyNative;
let defaults;

/** Assigns own properties, so that `{ ...rules, maxBytes: 5 }` copies all of them. An unset option is `undefined`. */
function assign(target, encoded) {
  for (const [key, value] of Object.entries(decodeOptions(decodeFields(encoded), 0, camelCase))) {
    target[key] = freeze(value);
  }
  return Object.freeze(target);
}

/** Freezes a value with all that is in it. */
function freeze(value) {
  if (typeof value !== 'object') return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

class ImageRules {
  #native;

  static {
    rulesNative = (value) => (typeof value === 'object' && value !== null && #native in value ? value.#native : undefined);
  }

  constructor(options, native) {
    this.#native = options === MADE ? native : core.rulesNew(args.options(options));
    assign(this, core.rulesValues(this.#native));
  }
}

class UploadPolicy {
  #native;

  static {
    policyNative = (value) => (typeof value === 'object' && value !== null && #native in value ? value.#native : undefined);
  }

  constructor(options, native) {
    this.#native = options === MADE ? native : core.policyNew(args.options(options));
    assign(this, core.policyValues(this.#native));
  }

  rules() {
    return new ImageRules(MADE, core.policyRules(this.#native));
  }
}

/** The native rules of an argument: of `ImageRules`, of an object of options, or the defaults. */
function rulesOf(value) {
  if (value === undefined) {
    defaults ??= core.rulesNew('');
    return defaults;
  }
  const native = rulesNative(value);
  if (native !== undefined) return native;
  if (!isPlain(value)) throw invalid('rules', 'ImageRules or an object of its options', typeName(value));
  return core.rulesNew(args.options(value));
}

/** The policy of an argument: an `UploadPolicy`, one made of an object of options, or the default. */
function policyOf(value) {
  if (value !== undefined && policyNative(value) !== undefined) return value;
  if (value !== undefined && !isPlain(value)) {
    throw invalid('policy', 'an UploadPolicy or an object of its options', typeName(value));
  }
  return new UploadPolicy(value);
}

/** Wraps a policy of the addon. */
function policyFrom(native) {
  return new UploadPolicy(MADE, native);
}

module.exports = {
  ImageRules,
  UploadPolicy,
  assign,
  policyFrom,
  policyNative: (policy) => policyNative(policy),
  policyOf,
  rulesOf,
};
