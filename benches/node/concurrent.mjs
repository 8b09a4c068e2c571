// Many pictures at once: PEER FILE OUTPUT, where the peer is `presize` or `sharp`. For a line `PICTURES AT_ONCE` it makes them
// and prints seconds of wall and of CPU time, and how late the event loop was in milliseconds, p99 and at most. See
// src/concurrent.rs.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

const [peer, path, output] = process.argv.slice(2);
const bytes = readFileSync(path);
const [size, format, quality] = output.split(':');
const width = Number.parseInt(size, 10);
const TICK = 5;

const peers = {
  presize() {
    const { transform } = createRequire(import.meta.url)('../../bindings-node/index.js');
    return ['presize', () => transform(bytes, { width, format, quality: Number(quality) })];
  },

  async sharp() {
    const { default: sharp } = await import('sharp');
    sharp.cache(false);
    const make = () => sharp(bytes).rotate().resize({ width }).toFormat(format, { quality: Number(quality) }).toBuffer();
    return [`sharp ${sharp.versions.sharp}, concurrency ${sharp.concurrency()}`, make];
  },
};

/** How late a timer of `TICK` milliseconds is, each time, until it is stopped. */
function watch() {
  const late = [];
  let due = performance.now() + TICK;
  let timer;
  const tick = () => {
    const now = performance.now();
    late.push(Math.max(0, now - due));
    due = now + TICK;
    timer = setTimeout(tick, TICK);
  };
  timer = setTimeout(tick, TICK);
  return () => {
    clearTimeout(timer);
    return late.sort((a, b) => a - b);
  };
}

const [name, make] = await peers[peer]();
console.log(name);
for await (const line of createInterface({ input: process.stdin })) {
  const [pictures, atOnce] = line.split(' ').map(Number);
  let left = pictures;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      await make();
    }
  };
  const stop = watch();
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await Promise.all(Array.from({ length: atOnce }, one));
  const [wall, used] = [(performance.now() - start) / 1e3, process.cpuUsage(cpu)];
  const late = stop();
  const p99 = late[Math.floor(late.length * 0.99)];
  console.log([wall, (used.user + used.system) / 1e6, p99, late.at(-1)].join(' '));
}
