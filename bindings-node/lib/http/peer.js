'use strict';

// Who a client is where nobody is signed in: the address that its connection comes from.

const { isIPv6 } = require('node:net');

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The name of a client for the queue. A subscriber has 2^64 addresses of IPv6 (RFC 6177), which count as one. */
function peerName(address) {
  if (typeof address !== 'string') return undefined;
  const [, mapped] = MAPPED.exec(address) ?? [];
  if (mapped !== undefined || !isIPv6(address)) return `peer ${mapped ?? address}`;
  return `peer ${groups(address).slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an address of IPv6, of which `::` leaves out those that are zero. */
function groups(address) {
  const [start, end] = address.split('%', 1)[0].toLowerCase().split('::');
  const read = (text) => (text === undefined || text === '' ? [] : text.split(':'));
  const [before, after] = [read(start), read(end)];
  const zeros = Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array(zeros).fill('0'), ...after].map((group) => group.replace(/^0+(?=.)/, ''));
}

/** That of a request of node:http; a framework that stands behind proxies knows better, and says `ip`. */
function peerOf({ ip, socket }) {
  return peerName(ip ?? socket?.remoteAddress);
}

module.exports = { peerName, peerOf };
