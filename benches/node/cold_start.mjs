// One URL and the end, by the signer that is named. See src/cold_start.rs.
import { createRequire } from 'node:module';

const [KEY, BUCKET, REGION] = ['uploads/user-42/1767225600000-9f86d081884c7d65.jpg', 'photos', 'eu-central-1'];
const [ID, SECRET] = ['AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'];

const peer = process.argv[2];
if (peer === 'presize') {
  const { Bucket, Credentials, Presigner } = createRequire(import.meta.url)('../../bindings-node/index.js');
  const signer = new Presigner(Bucket.s3(REGION, BUCKET), new Credentials(ID, SECRET));
  console.log(signer.get(KEY, { expiresIn: 300 }).url);
} else if (peer === 'aws-sdk') {
  const { S3Client, GetObjectCommand } = await import('@aws-sdk/client-s3');
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
  const client = new S3Client({ region: REGION, credentials: { accessKeyId: ID, secretAccessKey: SECRET } });
  console.log(await getSignedUrl(client, new GetObjectCommand({ Bucket: BUCKET, Key: KEY }), { expiresIn: 300 }));
} else if (peer === 'aws4fetch') {
  const { AwsV4Signer } = await import('aws4fetch');
  const url = `https://${BUCKET}.s3.${REGION}.amazonaws.com/${KEY}?X-Amz-Expires=300`;
  const signer = new AwsV4Signer({ accessKeyId: ID, secretAccessKey: SECRET, region: REGION, service: 's3', url, signQuery: true });
  console.log((await signer.sign()).url.toString());
}
