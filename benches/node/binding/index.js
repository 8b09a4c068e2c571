// The JavaScript half of the binding for the benches: it takes the usual options apart, because that costs less here.
'use strict';
const native = require('./presize_bench.node');

class PresignedRequest {
  #text;

  constructor(method, text, end) {
    this.method = method;
    this.url = end < 0 ? text : text.slice(0, end);
    this.#text = text;
  }

  get headers() {
    const lines = this.#text.split('\n').slice(1);
    return Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2)));
  }
}

class Presigner {
  #state;

  constructor({ region, bucket, accessKeyId, secretAccessKey }) {
    this.#state = native.open(region, bucket, accessKeyId, secretAccessKey);
  }

  get(key, options) {
    let expiresIn = -1;
    let now = -1;
    for (const name in options) {
      const value = options[name];
      if (typeof value !== 'number' || !(value >= 0)) return this.#sign('get', key, options);
      if (name === 'expiresIn') expiresIn = value;
      else if (name === 'now') now = value;
      else return this.#sign('get', key, options);
    }
    return new PresignedRequest('GET', native.get(this.#state, key, expiresIn, now), -1);
  }

  put(key, options) {
    let contentType = '';
    let contentLength = -1;
    let metadata = '';
    let expiresIn = -1;
    let now = -1;
    for (const name in options) {
      const value = options[name];
      if (typeof value === 'number' && value >= 0) {
        if (name === 'contentLength') contentLength = value;
        else if (name === 'expiresIn') expiresIn = value;
        else if (name === 'now') now = value;
        else return this.#sign('put', key, options);
      } else if (name === 'contentType' && typeof value === 'string' && value !== '') {
        contentType = value;
      } else if (name === 'metadata' && typeof value === 'object' && value !== null) {
        for (const entry in value) {
          const text = value[entry];
          if (typeof text !== 'string' || text.includes('\n') || entry.includes('\n')) {
            return this.#sign('put', key, options);
          }
          metadata += `${entry}\n${text}\n`;
        }
      } else {
        return this.#sign('put', key, options);
      }
    }
    const text = native.put(this.#state, key, contentType, contentLength, metadata, expiresIn, now);
    return new PresignedRequest('PUT', text, text.indexOf('\n'));
  }

  getMany(keys, { expiresIn = -1, now = -1 } = {}) {
    const urls = native.getMany(this.#state, keys, expiresIn, now);
    return urls.map((url) => new PresignedRequest('GET', url, -1));
  }

  #sign(operation, key, { now = -1, ...options }) {
    const named = {};
    for (const name in options) named[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = options[name];
    const text = native.sign(this.#state, operation, key, named, now);
    return new PresignedRequest(operation.toUpperCase(), text, text.indexOf('\n'));
  }
}

module.exports = { Presigner };
