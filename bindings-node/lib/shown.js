'use strict';
// How a value is shown by console.log and its like: what is as good as a password is left out.

/** What makes a form as good as a password. */
const SECRETS = new Set(['policy', 'x-amz-credential', 'x-amz-signature', 'x-amz-security-token']);

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** `show` gives what is shown: an object, or a text. */
function shownAs(kind, show) {
  Object.defineProperty(kind.prototype, INSPECT, {
    value(_depth, options, inspect) {
      const shown = show(this);
      return `${kind.name} ${typeof shown === 'string' ? shown : inspect({ ...shown }, options)}`;
    },
    configurable: true,
    writable: true,
  });
}

function withoutQuery(url) {
  const end = url.indexOf('?');
  return end < 0 ? url : `${url.slice(0, end)}?...`;
}

/** Headers without the key that a customer keeps, and that S3 does not. */
function withoutKey(headers) {
  const secret = 'x-amz-server-side-encryption-customer-key';
  return Object.hasOwn(headers, secret) ? { ...headers, [secret]: '...' } : headers;
}

/** Fields of a form without those that sign it. */
function withoutSecrets(fields) {
  const shown = Object.entries(fields).map(([name, value]) => [name, SECRETS.has(name.toLowerCase()) ? '...' : value]);
  return Object.fromEntries(shown);
}

module.exports = { shownAs, withoutKey, withoutQuery, withoutSecrets };
