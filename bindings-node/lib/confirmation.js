'use strict';
// Confirmation: the state machine that validates an upload, one request to the store at a time. It sends nothing itself.

const args = require('./arguments.js');
const core = require('./core.js');
const { notConstructible } = require('./error.js');
const { decodeEvent } = require('./event.js');
const { StoreExchange, expectIdle } = require('./exchange.js');
const { exifSummaryOf } = require('./exif_summary.js');
const { inspectAs } = require('./inspect.js');

const MADE = Symbol('made');
let abandonedEventOf;

class Variant {
  constructor({ key, publicUrl, format, width, height }) {
    this.key = key;
    this.publicUrl = publicUrl ?? null;
    this.format = format;
    this.width = width;
    this.height = height;
    Object.freeze(this);
  }
}

class Confirmed {
  constructor({ key, publicUrl, format, width, height, exif, bytes, etag, variants }) {
    this.key = key;
    this.publicUrl = publicUrl ?? null;
    this.format = format;
    this.width = width;
    this.height = height;
    this.exif = exifSummaryOf(exif);
    this.bytes = bytes;
    this.etag = etag;
    this.variants = Object.freeze(variants.map((variant) => new Variant(variant)));
    Object.freeze(this);
  }
}

class Confirmation extends StoreExchange {
  #native;

  static {
    abandonedEventOf = (confirmation, retryAfterSeconds) =>
      decodeEvent(core.confirmationAbandonedEvent(confirmation.#native, retryAfterSeconds, NaN));
  }

  constructor(made, native, cancel) {
    if (made !== MADE) throw notConstructible('Confirmation', 'uploads.confirm');
    super(core.confirmationExchange(native), cancel);
    this.#native = native;
  }

  get key() {
    return core.confirmationKey(this.#native);
  }

  finish() {
    expectIdle(this);
    return new Confirmed(core.confirmationFinish(this.#native));
  }

  event(options) {
    const { now } = args.ownOptions(options, ['now']);
    expectIdle(this);
    return decodeEvent(core.confirmationEvent(this.#native, args.time('now', now)));
  }
}
inspectAs(Confirmation, ({ key }) => ({ key }));

function beginConfirmation(uploads, wireOptions, now, emit) {
  const cancel = core.cancelNew();
  return new Confirmation(MADE, core.confirm(uploads, wireOptions, now, cancel, emit), cancel);
}

/** The event of a caller that no longer waits, or with `retryAfterSeconds` of one that got no slot in the queue. */
function abandonedEvent(confirmation, retryAfterSeconds) {
  return abandonedEventOf(confirmation, retryAfterSeconds);
}

module.exports = { Confirmation, Confirmed, Variant, abandonedEvent, beginConfirmation };
