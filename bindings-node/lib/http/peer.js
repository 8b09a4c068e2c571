'use strict';
// The client of a request without a user: the address of its connection.

const { isIPv6 } = require('node:net');

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * The name of a client for the queue. An IPv6 subscriber has at least a /64, that is 2^64 addresses (RFC 6177), which count as
 * one.
 */
function peerName(address) {
  if (typeof address !== 'string') return undefined;
  const [, mapped] = MAPPED.exec(address) ?? [];
  if (mapped !== undefined || !isIPv6(address)) return `peer ${mapped ?? address}`;
  return `peer ${groups(address).slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, including the zero groups that `::` abbreviates. */
function groups(address) {
  const [start, end] = address.split('%', 1)[0].toLowerCase().split('::');
  const read = (text) => (text === undefined || text === '' ? [] : text.split(':'));
  const [before, after] = [read(start), read(end)];
  const zeros = Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array(zeros).fill('0'), ...after].map((group) => group.replace(/^0+(?=.)/, ''));
}

/** The name of a node:http request. A framework that is configured for proxies sets `ip`. */
function peerOf({ ip, socket }) {
  return peerName(ip ?? socket?.remoteAddress);
}

module.exports = { peerName, peerOf };
