'use strict';
// Delivery: which variant of an image a request asks for, and whether the policy allows it; srcset; placeholders. Nothing here
// fetches or stores anything.

const args = require('./arguments.js');
const core = require('./core.js');
const { PresizeError, invalid, notConstructible } = require('./error.js');
const { encoded } = require('./images.js');
const { inspectAs } = require('./inspect.js');
const { run } = require('./pool.js');
const { assign, rulesOf } = require('./rules.js');
const { isPlain, typeName } = require('./value_type.js');
const { camelCase, decodeFields, decodeOptions, decodePairs, encodeValue } = require('./wire.js');

const MADE = Symbol('made');
let policyNative;
let variantsNative;

class VariantPolicy {
  #native;

  static {
    policyNative = (value) => (typeof value === 'object' && value !== null && #native in value ? value.#native : undefined);
  }

  constructor(options) {
    this.#native = core.variantPolicyNew(args.options(options));
    assign(this, core.variantPolicyValues(this.#native));
  }
}

/** What a request is read from, as src/delivery.rs numbers it. */
const FORM = { query: 0, url: 1, path: 2, preset: 3 };

class RequestedVariant {
  #variants;
  #request;
  #made;

  /** `request` has the other arguments of `variantFields`. */
  constructor(mark, variants, request) {
    if (mark !== MADE) throw notConstructible('RequestedVariant', 'Variants.fromQuery and its like');
    const [form, first, second, accept, now] = request;
    const fields = decodeFields(core.variantFields(variants, form, first, second, accept, now));
    this.#variants = variants;
    this.#request = [form, first, second, accept, Number(fields[7])];
    this.key = fields[0];
    this.format = fields[1];
    this.canonicalQuery = fields[2];
    this.cacheKey = fields[3];
    this.storeKey = fields[4];
    this.cacheControl = fields[5];
    this.varies = fields[6] !== '';
    Object.freeze(this);
  }

  /** The variant in the addon. It is made when it is needed first, for the time of the request. */
  get #native() {
    this.#made ??= core.variantNew(this.#variants, ...this.#request);
    return this.#made;
  }

  get transform() {
    return decodeTransform(core.variantTransform(this.#native));
  }

  transformFor(hasAlpha) {
    return decodeTransform(core.variantTransformFor(this.#native, encodeValue(hasAlpha)));
  }

  outputFormat(hasAlpha) {
    return core.variantOutputFormat(this.#native, encodeValue(hasAlpha));
  }

  headers(hasAlpha = false) {
    return decodePairs(decodeFields(core.variantHeaders(this.#native, encodeValue(hasAlpha))), 0);
  }

  entityTag(original) {
    return core.variantEntityTag(this.#native, args.text('original', original));
  }

  notModified(original, ifNoneMatch) {
    const tags = ifNoneMatch === undefined ? '' : args.text('if_none_match', ifNoneMatch);
    const headers = core.variantNotModified(this.#native, args.text('original', original), tags);
    return headers === '' ? null : decodePairs(decodeFields(headers), 0);
  }

  async render(bytes, options) {
    const { rules, ...call } = args.ownOptions(options, ['rules', 'signal', 'client']);
    const rendered = await run(this.render, call, (cancel) => {
      const native = rulesOf(rules);
      return core.renderVariant(this.#native, args.bytes('bytes', bytes, native), native, cancel);
    });
    const headers = decodePairs(decodeFields(rendered.headers), 0);
    return Object.freeze({ image: encoded(rendered.image), headers });
  }
}
inspectAs(RequestedVariant, (variant) => `(${variant.cacheKey})`);

/** The options of a transform that are set. */
function decodeTransform(text) {
  const options = decodeOptions(decodeFields(text), 0, camelCase);
  for (const key of Object.keys(options)) if (options[key] === undefined) delete options[key];
  return options;
}

class Variants {
  #native;
  #policy;

  static {
    variantsNative = (value) =>
      typeof value === 'object' && value !== null && #native in value ? value.#native : undefined;
  }

  constructor(policy) {
    this.#policy = policyOf(policy);
    this.#native = core.variantsNew(policyNative(this.#policy));
  }

  get policy() {
    return this.#policy;
  }

  fromQuery(key, query, options) {
    const { accept, now } = args.ownOptions(options, ['accept', 'now']);
    return this.#requested(FORM.query, args.text('key', key), args.text('query', query), accept, now);
  }

  fromUrl(url, options) {
    const { accept, now } = args.ownOptions(options, ['accept', 'now']);
    return this.#requested(FORM.url, args.text('url', url), '', accept, now);
  }

  fromPath(path, options) {
    const { accept } = args.ownOptions(options, ['accept']);
    return this.#requested(FORM.path, args.text('path', path), '', accept);
  }

  fromPreset(name, key, options) {
    const { accept } = args.ownOptions(options, ['accept']);
    return this.#requested(FORM.preset, args.text('name', name), args.text('key', key), accept);
  }

  #requested(form, first, second, accept, now) {
    return new RequestedVariant(MADE, this.#native, [form, first, second, acceptOf(accept), args.time('now', now)]);
  }

  sign(key, query, options) {
    const { expiresIn, now } = args.ownOptions(options, ['expiresIn', 'now']);
    const lifetime = expiresIn === undefined ? '' : encodeValue(expiresIn);
    const [path, text] = [args.text('key', key), args.text('query', query)];
    return core.signVariant(this.#native, path, text, lifetime, args.time('now', now));
  }

  srcset(key, width, height, options) {
    const sides = [encodeValue(width), encodeValue(height)];
    const fields = decodeFields(core.srcset(this.#native, args.text('key', key), ...sides, args.options(options)));
    const [src, srcset, sizes] = fields;
    return Object.freeze({ src, srcset, sizes, width: Number(fields[3]), height: Number(fields[4]) });
  }

  cloudfrontFunction(options) {
    const { originPath = '' } = args.ownOptions(options, ['originPath']);
    return core.cloudfrontFunction(this.#native, args.text('originPath', originPath));
  }

  errorHeaders(error) {
    const status = encodeValue(error instanceof PresizeError ? error.httpStatus : error);
    return decodePairs(decodeFields(core.statusHeaders(this.#native, status)), 0);
  }
}

/** The policy of an argument: a `VariantPolicy`, or one made of an object of options. */
function policyOf(value) {
  if (policyNative(value) !== undefined) return value;
  if (value !== undefined && !isPlain(value)) {
    throw invalid('policy', 'a VariantPolicy or an object of its options', typeName(value));
  }
  return new VariantPolicy(value);
}

/** The native variants of an argument: of `Variants`. Error: `option_invalid`. */
function variantsOf(value) {
  const native = variantsNative(value);
  if (native === undefined) throw invalid('variants', 'Variants', typeName(value));
  return native;
}

/** `undefined` is a request without the header. */
function acceptOf(accept) {
  return accept === undefined ? '' : args.text('accept', accept);
}

async function placeholder(bytes, options) {
  const call = {};
  let rules;
  const wireOptions = args.options(options, {
    rules: (value) => {
      rules = value;
    },
    signal: (value) => {
      call.signal = value;
    },
    client: (value) => {
      call.client = value;
    },
  });
  const made = await run(placeholder, call, (cancel) => {
    const native = rulesOf(rules);
    return core.placeholder(args.bytes('bytes', bytes, native), wireOptions, native, cancel);
  });
  return Object.freeze({ ...made, dataUri: made.dataUri ?? null });
}

module.exports = { RequestedVariant, VariantPolicy, Variants, placeholder, variantsOf };
