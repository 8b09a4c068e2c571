/**
 * presign + resize: the image-upload path of a web back end as one small dependency.
 *
 * Calls that work on pixels are promises on libuv's pool of threads and take a `signal`; all others are synchronous. An
 * option that is left out or `undefined` has its default; any other value that is not what the option takes, `null` and
 * unknown names among them, is the error `option_invalid` and never coerced.
 */
export * from './lib/answers.js';
export * from './lib/bucket.js';
export * from './lib/bytes.js';
export * from './lib/cloudfront.js';
export * from './lib/confirmation.js';
export * from './lib/deliver.js';
export * from './lib/delivery.js';
export * from './lib/error.js';
export * from './lib/event.js';
export * from './lib/exchange.js';
export * from './lib/images.js';
export * from './lib/json_scan.js';
export * from './lib/options.js';
export * from './lib/pool.js';
export * from './lib/presign.js';
export * from './lib/resize.js';
export * from './lib/rules.js';
export * from './lib/store.js';
export * from './lib/store_events.js';
export * from './lib/uploads.js';
