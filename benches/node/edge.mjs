// An answer at the edge beside `transform` alone: `node benches/node/edge.mjs FILE` prints CPU time and memory of both, for an
// original that a store answers from memory. Each has a process of its own, and they take turns. It uses the addon of
// `bindings-node`, which `node bindings-node/npm/build.mjs` makes as it is published.
import { readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WIDTHS = [320, 1600];
const QUALITY = 80;
const ROUNDS = 15;
const CALLS = 4;

const kinds = {
  transform(presize, bytes, query, variants) {
    const options = variants.fromQuery('photo.jpg', query).transformFor(false);
    return () => presize.transform(bytes, options);
  },

  edge(presize, bytes, query, variants) {
    const { Bucket, Credentials, EdgeResizer, Presigner, answerEvent } = presize;
    const source = new Presigner(Bucket.s3('us-east-1', 'photos'), new Credentials('AKIDEXAMPLE', 'secret'));
    const edge = new EdgeResizer(variants, { source });
    const headers = { etag: '"original"', 'content-length': String(bytes.length), 'content-type': 'image/jpeg' };
    const fetch = async () => new Response(bytes, { headers });
    const request = { clientIp: '203.0.113.178', headers: {}, method: 'GET', querystring: query, uri: '/photo.jpg' };
    const response = { status: '200', statusDescription: 'OK', headers: { etag: [{ key: 'ETag', value: '"original"' }] } };
    const event = { Records: [{ cf: { config: { eventType: 'origin-response' }, request, response } }] };
    return async () => {
      const answer = await answerEvent(edge, event, { fetch });
      if (answer.status !== '200') throw new Error(answer.body);
    };
  },
};

/** A process of one kind: for a line with a number it makes so many calls, and prints their CPU time and its peak memory. */
async function child(kind, path, width) {
  const presize = createRequire(import.meta.url)('../../bindings-node/index.js');
  const bytes = readFileSync(path);
  const variants = new presize.Variants({ widths: WIDTHS, qualities: [QUALITY], formats: ['jpeg'] });
  const call = kinds[kind](presize, bytes, `w=${width}&q=${QUALITY}&f=jpeg`, variants);
  const before = process.memoryUsage.rss();
  for await (const line of createInterface({ input: process.stdin })) {
    const start = process.cpuUsage();
    for (let count = Number(line); count > 0; count -= 1) await call();
    const used = process.cpuUsage(start);
    console.log(JSON.stringify([(used.user + used.system) / 1000 / Number(line), process.resourceUsage().maxRSS * 1024 - before]));
  }
}

function start(kind, path, width) {
  const script = fileURLToPath(import.meta.url);
  const program = spawn(process.execPath, [script, '--child', kind, path, width], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: program.stdout });
  return {
    async run(calls) {
      program.stdin.write(`${calls}\n`);
      const [line] = await once(lines, 'line');
      return JSON.parse(line);
    },
    stop: () => program.stdin.end(),
  };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

async function compare(path, width) {
  const both = Object.keys(kinds).map((kind) => start(kind, path, width));
  const memory = [];
  for (const each of both) memory.push((await each.run(1))[1]);
  const times = both.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, each] of both.entries()) times[index].push((await each.run(CALLS))[0]);
  }
  for (const each of both) each.stop();
  const [transform, edge] = times.map(median);
  const megabytes = memory.map((bytes) => (bytes / 1e6).toFixed(1));
  console.log(
    `${width} px: transform ${transform.toFixed(1)} ms, ${megabytes[0]} MB; edge ${edge.toFixed(1)} ms, ${megabytes[1]} MB; ` +
      `${(edge / transform).toFixed(2)} times`,
  );
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--child') await child(...rest);
else for (const width of WIDTHS) await compare(first, width);
