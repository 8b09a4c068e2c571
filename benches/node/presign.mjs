// Signers of JavaScript: one URL of a GET, or of a PUT with four signed headers. See peers/script.rs and src/presign.rs.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const NOW = 490_896 * 3600;
const [KEY, BUCKET, REGION] = ['uploads/user-42/1767225600000-9f86d081884c7d65.jpg', 'photos', 'eu-central-1'];
const [ID, SECRET] = ['AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'];
const [TYPE, LENGTH, METADATA] = ['image/jpeg', 3_481_220, { user: '42', kind: 'avatar' }];
const LIST = 100;

const presigner = () => {
  const { Bucket, Credentials, Presigner } = createRequire(import.meta.url)('../../bindings-node/index.js');
  return new Presigner(Bucket.s3(REGION, BUCKET), new Credentials(ID, SECRET));
};

const peers = {
  presize(isPut) {
    const signer = presigner();
    const now = new Date(NOW * 1000);
    const put = { contentType: TYPE, contentLength: LENGTH, metadata: METADATA, expiresIn: 300 };
    const work = isPut ? () => signer.put(KEY, { ...put }).url : () => signer.get(KEY, { expiresIn: 300 }).url;
    const url = () => (isPut ? signer.put(KEY, { ...put, now }) : signer.get(KEY, { expiresIn: 300, now })).url;
    return ['presize', work, url];
  },

  'presize-many'(isPut) {
    if (isPut) throw new Error('lists are of GETs here');
    const signer = presigner();
    const keys = Array(LIST).fill(KEY);
    const last = (options) => signer.signMany('get', keys, options).map((signed) => signed.url).at(-1);
    const now = new Date(NOW * 1000);
    return [`presize, ${LIST} in one call, each`, () => last({ expiresIn: 300 }), () => last({ expiresIn: 300, now })];
  },

  async 'aws-sdk'(isPut) {
    const { S3Client, GetObjectCommand, PutObjectCommand } = await import('@aws-sdk/client-s3');
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const { default: about } = await import('@aws-sdk/s3-request-presigner/package.json', { with: { type: 'json' } });
    const credentials = { accessKeyId: ID, secretAccessKey: SECRET };
    // No checksums beyond what the others sign.
    const checksums = { requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' };
    const client = new S3Client({ region: REGION, credentials, ...checksums });
    const command = () =>
      isPut
        ? new PutObjectCommand({ Bucket: BUCKET, Key: KEY, ContentType: TYPE, ContentLength: LENGTH, Metadata: METADATA })
        : new GetObjectCommand({ Bucket: BUCKET, Key: KEY });
    const headers = isPut
      ? {
          signableHeaders: new Set(['content-type', 'content-length']),
          unhoistableHeaders: new Set(['x-amz-meta-user', 'x-amz-meta-kind']),
        }
      : {};
    const sign = (date) => getSignedUrl(client, command(), { expiresIn: 300, ...headers, ...date });
    return [`@aws-sdk/s3-request-presigner ${about.version}`, () => sign(), () => sign({ signingDate: new Date(NOW * 1000) })];
  },

  async aws4fetch(isPut) {
    const { AwsV4Signer } = await import('aws4fetch');
    const cache = new Map();
    const headers = isPut
      ? { 'content-type': TYPE, 'content-length': String(LENGTH), 'x-amz-meta-user': '42', 'x-amz-meta-kind': 'avatar' }
      : {};
    const url = `https://${BUCKET}.s3.${REGION}.amazonaws.com/${KEY}?X-Amz-Expires=300`;
    const sign = async (datetime) => {
      const signer = new AwsV4Signer({
        accessKeyId: ID, secretAccessKey: SECRET, region: REGION, service: 's3', method: isPut ? 'PUT' : 'GET',
        url, headers, signQuery: true, allHeaders: true, cache, datetime,
      });
      return (await signer.sign()).url.toString();
    };
    const date = new Date(NOW * 1000).toISOString().replace(/[:-]|\.\d{3}/g, '');
    return ['aws4fetch 1', () => sign(), () => sign(date)];
  },
};

const [peer, operation] = process.argv.slice(2);
const [name, work, url] = await peers[peer](operation === 'put');
const isMany = peer.endsWith('-many');
const isAsync = work() instanceof Promise;
console.log(name);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'url') {
    console.log(await url());
    continue;
  }
  const times = Number(line);
  const calls = isMany ? Math.ceil(times / LIST) : times;
  const start = process.cpuUsage();
  if (isAsync) for (let count = calls; count > 0; count -= 1) await work();
  else for (let count = calls; count > 0; count -= 1) work();
  const used = process.cpuUsage(start);
  const took = (used.user + used.system) * 1000;
  console.log(String(Math.round(isMany ? (took * times) / (calls * LIST) : took)));
}
