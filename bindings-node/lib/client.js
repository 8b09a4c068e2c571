'use strict';

// Whose a call is where it does not say so itself: that of the request whose handlers make it.

const { AsyncLocalStorage } = require('node:async_hooks');

const requestClient = new AsyncLocalStorage();

/** The common name of those whose requests presize reads, and of whom nothing is known. */
const UNKNOWN = 'unknown';

/** Calls `next`. Calls of the queue that are made there, and in what it begins, are of this client. */
function within(client, next) {
  requestClient.run(client, next);
}

function currentClient() {
  return requestClient.getStore();
}

module.exports = { UNKNOWN, currentClient, within };
