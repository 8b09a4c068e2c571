'use strict';
// EdgeResizer and GatewayResizer: answer requests for variants, as Lambda functions are handed them. Answering: the state machine
// for one request.

const args = require('./arguments.js');
const core = require('./core.js');
const { variantsOf } = require('./delivery.js');
const { decodeError, invalid, notConstructible } = require('./error.js');
const { eventText } = require('./event_text.js');
const { StoreExchange, expectIdle } = require('./exchange.js');
const { inspectAs } = require('./inspect.js');
const { expectPresigner } = require('./presign.js');
const { assign, rulesOf } = require('./rules.js');
const { typeName } = require('./value_type.js');

const MADE = Symbol('made');
let edgeNative;
let gatewayNative;

class EdgeResizer {
  #native;
  #options;

  static {
    edgeNative = (value) => (typeof value === 'object' && value !== null && #native in value ? value.#native : undefined);
  }

  constructor(variants, options) {
    const { own, encoded } = resizerOptions(options, ['source', 'rules']);
    const native = variantsOf(variants);
    this.#native = core.edgeResizerNew(native, expectPresigner('source', own.source), rulesOf(own.rules), encoded);
    this.#options = assign({}, core.edgeResizerOptions(this.#native));
  }

  get options() {
    return this.#options;
  }

  answer(event, options) {
    return beginAnswering(core.edgeAnswer, this.#native, event, options);
  }
}
inspectAs(EdgeResizer, ({ options }) => ({ options }));

class GatewayResizer {
  #native;
  #options;

  static {
    gatewayNative = (value) => (typeof value === 'object' && value !== null && #native in value ? value.#native : undefined);
  }

  constructor(variants, options) {
    const { own, encoded } = resizerOptions(options, ['source', 'results', 'rules']);
    const native = variantsOf(variants);
    const source = expectPresigner('source', own.source);
    const results = own.results === undefined ? undefined : expectPresigner('results', own.results);
    this.#native = core.gatewayResizerNew(native, source, results, rulesOf(own.rules), encoded);
    this.#options = assign({}, core.gatewayResizerOptions(this.#native));
  }

  get options() {
    return this.#options;
  }

  answer(event, options) {
    return beginAnswering(core.gatewayAnswer, this.#native, event, options);
  }
}
inspectAs(GatewayResizer, ({ options }) => ({ options }));

/** The options that JavaScript handles itself, and those of the core's table, encoded. */
function resizerOptions(options, names) {
  const own = {};
  const read = (name) => (value) => {
    own[name] = value;
  };
  return { encoded: args.options(options, Object.fromEntries(names.map((name) => [name, read(name)]))), own };
}

function beginAnswering(begin, resizer, event, options) {
  const { now } = args.ownOptions(options, ['now']);
  const cancel = core.cancelNew();
  return new Answering(MADE, begin(resizer, eventText(event), args.time('now', now), cancel), cancel);
}

class Answering extends StoreExchange {
  #native;

  constructor(made, native, cancel) {
    if (made !== MADE) throw notConstructible('Answering', 'EdgeResizer.answer or GatewayResizer.answer');
    super(core.answeringExchange(native), cancel);
    this.#native = native;
  }

  finish() {
    expectIdle(this);
    return JSON.parse(core.answeringFinish(this.#native));
  }

  get error() {
    expectIdle(this);
    const encoded = core.answeringError(this.#native);
    return encoded === null ? null : decodeError(encoded);
  }
}
inspectAs(Answering, () => ({}));

function isEdgeResizer(value) {
  return edgeNative(value) !== undefined;
}

function isGatewayResizer(value) {
  return gatewayNative(value) !== undefined;
}

/** Error: `option_invalid`. */
function expectAnsweringResizer(value) {
  if (!isEdgeResizer(value) && !isGatewayResizer(value)) {
    throw invalid('resizer', 'an EdgeResizer or a GatewayResizer', typeName(value));
  }
  return value;
}

module.exports = { Answering, EdgeResizer, GatewayResizer, expectAnsweringResizer, isEdgeResizer, isGatewayResizer };
