'use strict';
// The public names. Each module is loaded when one of its names is first asked for: a program that only signs loads
// nothing of images, and starts sooner.

const HOMES = [
  [() => require('./lib/answers.js'), ['Answering', 'EdgeResizer', 'GatewayResizer']],
  [() => require('./lib/bucket.js'), ['Bucket', 'Credentials']],
  [
    () => require('./lib/cloudfront.js'),
    ['CloudFrontKeyPair', 'CloudFrontSigner', 'PreparedCookies', 'PreparedUrl', 'SignedCookies', 'SignedUrl'],
  ],
  [() => require('./lib/confirmation.js'), ['Confirmation', 'Confirmed', 'Variant']],
  [() => require('./lib/deliver.js'), ['answerEvent', 'resizeObject']],
  [() => require('./lib/delivery.js'), ['RequestedVariant', 'VariantPolicy', 'Variants', 'placeholder']],
  [() => require('./lib/event.js'), ['UploadEvent']],
  [() => require('./lib/exchange.js'), ['StoreRequest']],
  [
    () => require('./lib/error.js'),
    [
      'PresizeError',
      'requestMalformed',
      'requestTooLarge',
      'requestTypeUnsupported',
      'requestUnauthenticated',
      'serverBusy',
    ],
  ],
  [
    () => require('./lib/images.js'),
    [
      'CheckedImage',
      'EncodedImage',
      'Explanation',
      'ImageInfo',
      'PixelImage',
      'StrippedImage',
      'check',
      'checkTotals',
      'decode',
      'decodeDataUri',
      'decodeDataUris',
      'encode',
      'encodeDataUri',
      'explain',
      'inspect',
      'stripMetadata',
      'transform',
      'transformMany',
      'workPixels',
    ],
  ],
  [() => require('./lib/json_scan.js'), ['JsonScanner']],
  [() => require('./lib/pool.js'), ['configurePool']],
  [
    () => require('./lib/presign.js'),
    ['PostForm', 'PresignedRequest', 'Presigner', 'completeMultipartBody', 'contentDisposition', 'parseUploadId'],
  ],
  [() => require('./lib/resize.js'), ['EventResizer', 'Resizing']],
  [() => require('./lib/rules.js'), ['ImageRules', 'UploadPolicy']],
  [() => require('./lib/store.js'), ['confirmUpload']],
  [() => require('./lib/store_events.js'), ['parseStoreEvents', 'sqsBatchResponse']],
  [() => require('./lib/uploads.js'), ['UploadTicket', 'Uploads']],
];

for (const [load, names] of HOMES) {
  for (const name of names) {
    // Once asked for, a property like any other; so it is at once for those who put something else in its place.
    const become = (value) => {
      Object.defineProperty(exports, name, { value, enumerable: true, configurable: true, writable: true });
      return value;
    };
    Object.defineProperty(exports, name, {
      get: () => become(load()[name]),
      set: become,
      enumerable: true,
      configurable: true,
    });
  }
}
