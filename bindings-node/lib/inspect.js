'use strict';
// What console.log and util.inspect show of a value: everything but its secrets.

/** The fields that sign a form: together they are as good as a password. */
const SECRET_FIELDS = new Set(['policy', 'x-amz-credential', 'x-amz-signature', 'x-amz-security-token']);

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Defines how instances of a class are inspected. `show` returns an object or a text. */
function inspectAs(kind, show) {
  Object.defineProperty(kind.prototype, INSPECT, {
    value(_depth, options, inspect) {
      const shown = show(this);
      return `${kind.name} ${typeof shown === 'string' ? shown : inspect({ ...shown }, options)}`;
    },
    configurable: true,
    writable: true,
  });
}

/** A URL without its query, which holds the signature. */
function redactQuery(url) {
  const end = url.indexOf('?');
  return end < 0 ? url : `${url.slice(0, end)}?...`;
}

/** Headers without the customer's own encryption key (SSE-C). */
function redactHeaders(headers) {
  const secret = 'x-amz-server-side-encryption-customer-key';
  return Object.hasOwn(headers, secret) ? { ...headers, [secret]: '...' } : headers;
}

/** The fields of a form without those that sign it. */
function redactFields(fields) {
  const isSecret = (name) => SECRET_FIELDS.has(name.toLowerCase());
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, isSecret(name) ? '...' : value]));
}

module.exports = { inspectAs, redactFields, redactHeaders, redactQuery };
