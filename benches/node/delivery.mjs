// Delivery in JavaScript: the variant of a query, and an event of 100 records. See peers/script.rs and src/delivery.rs.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [KEY, QUERY] = ['photos/cat.jpg', 'w=200&h=150&q=90&utm_source=x'];
const ACCEPT = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8';

const record = (number) => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  awsRegion: 'eu-central-1',
  eventTime: '2026-11-30T08:15:30.123Z',
  eventName: 'ObjectCreated:Put',
  userIdentity: { principalId: 'AIDAEXAMPLE' },
  requestParameters: { sourceIPAddress: '203.0.113.7' },
  responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810' },
  s3: {
    s3SchemaVersion: '1.0',
    configurationId: 'resize',
    bucket: { name: 'photos', ownerIdentity: { principalId: 'A3NL1KOZZKExample' }, arn: 'arn:aws:s3:::photos' },
    object: {
      key: `photos/my+cat%2B${number}.jpg`,
      size: 48211,
      eTag: 'd41d8cd98f00b204e9800998ecf8427e',
      sequencer: '0055AED6DCD90281E5',
    },
  },
});
const event = { Records: Array.from({ length: 100 }, (_, number) => record(number)) };
const text = JSON.stringify(event);
const presize = () => createRequire(import.meta.url)('../../bindings-node/index.js');

const peers = {
  query() {
    const { Variants } = presize();
    const variants = new Variants({ widths: [200, 320, 800], heights: [150], qualities: [90], formats: ['webp', 'jpeg', 'png'] });
    return ['presize', () => variants.fromQuery(KEY, QUERY, { accept: ACCEPT }).cacheKey];
  },
  'query-alone': () => [`URLSearchParams alone, Node ${process.versions.node}`, () => new URLSearchParams(QUERY).get('w')],
  event() {
    const { parseStoreEvents } = presize();
    return ['presize, the object that Lambda makes', () => parseStoreEvents(event)];
  },
  'event-text'() {
    const { parseStoreEvents } = presize();
    return ['presize, its JSON', () => parseStoreEvents(text)];
  },
  'event-alone': () => [`JSON.parse alone, Node ${process.versions.node}`, () => JSON.parse(text)],
};

const [name, work] = peers[process.argv[2]]();
console.log(name);
for await (const line of createInterface({ input: process.stdin })) {
  const start = process.cpuUsage();
  // What is thrown away need not be made.
  for (let count = Number(line); count > 0; count -= 1) globalThis.made = work();
  const used = process.cpuUsage(start);
  console.log(String((used.user + used.system) * 1000));
}
