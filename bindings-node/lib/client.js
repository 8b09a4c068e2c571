'use strict';
// The client that a call of the queue belongs to. Without the option `client` it is that of the request being handled.

const { AsyncLocalStorage } = require('node:async_hooks');

const requestClient = new AsyncLocalStorage();

/** The client of requests that nothing is known about. They share one name. */
const UNKNOWN = 'unknown';

/** Calls `next`. Calls of the queue made there, or in async work that it starts, belong to this client. */
function within(client, next) {
  requestClient.run(client, next);
}

function currentClient() {
  return requestClient.getStore();
}

module.exports = { UNKNOWN, currentClient, within };
