'use strict';

// Goes before an application (`node --require`) and tells the process that started it which port it has.

const { Server } = require('node:net');

const { listen } = Server.prototype;
Server.prototype.listen = function tell(...given) {
  this.once('listening', () => process.send(this.address().port));
  return listen.apply(this, given);
};
