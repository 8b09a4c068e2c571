'use strict';
// EventResizer: makes smaller images of every object that a store tells of. Resizing: the state machine for one object.

const args = require('./arguments.js');
const core = require('./core.js');
const { invalid, notConstructible } = require('./error.js');
const { StoreExchange, expectIdle } = require('./exchange.js');
const { inspectAs } = require('./inspect.js');
const { expectPresigner } = require('./presign.js');
const { assign, rulesOf } = require('./rules.js');
const { isPlain, typeName } = require('./value_type.js');
const { encodeOptions } = require('./wire.js');

const MADE = Symbol('made');
let resizerNative;

class EventResizer {
  #native;
  #policy;

  static {
    resizerNative = (value) => (typeof value === 'object' && value !== null && #native in value ? value.#native : undefined);
  }

  constructor(options) {
    const { policy, source, destination, rules } = resizerOptions(options);
    const presigners = [expectPresigner('source', source), expectPresigner('destination', destination)];
    this.#native = core.eventResizerNew(policy, ...presigners, rulesOf(rules));
    this.#policy = assign({}, core.eventResizerPolicy(this.#native));
  }

  get policy() {
    return this.#policy;
  }

  resize(object) {
    const cancel = core.cancelNew();
    return new Resizing(MADE, core.resizeBegin(this.#native, encodeObject(object), cancel), cancel);
  }
}
inspectAs(EventResizer, ({ policy }) => ({ policy }));

/** The options that are no options of the policy, and the policy's, encoded. */
function resizerOptions(options) {
  const own = { source: undefined, destination: undefined, rules: undefined };
  const read = (name) => (value) => {
    own[name] = value;
  };
  const policy = args.options(options, Object.fromEntries(Object.keys(own).map((name) => [name, read(name)])));
  return { ...own, policy };
}

/** An object as `parseStoreEvents` returns it, where `null` stands for a field that the event does not have. */
function encodeObject(object) {
  if (!isPlain(object)) throw invalid('object', 'an object of parseStoreEvents', typeName(object));
  return encodeOptions(Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null)));
}

class Resizing extends StoreExchange {
  #native;

  constructor(made, native, cancel) {
    if (made !== MADE) throw notConstructible('Resizing', 'EventResizer.resize');
    super(core.resizingExchange(native), cancel);
    this.#native = native;
  }

  finish() {
    expectIdle(this);
    const { skipped, outputs, ...resized } = core.resizingFinish(this.#native);
    return Object.freeze({ ...resized, outputs: Object.freeze(outputs.map(Object.freeze)), skipped: skipped ?? null });
  }
}
inspectAs(Resizing, () => ({}));

/** Error: `option_invalid`. */
function expectEventResizer(value) {
  if (resizerNative(value) === undefined) throw invalid('resizer', 'an EventResizer', typeName(value));
  return value;
}

module.exports = { EventResizer, Resizing, expectEventResizer };
