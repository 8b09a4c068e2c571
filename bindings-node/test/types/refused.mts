// What the types refuse before the core does: each of these lines must be an error.
import {
  Bucket,
  CheckedImage,
  Confirmation,
  Credentials,
  ImageRules,
  Presigner,
  UploadPolicy,
  Uploads,
  check,
  confirmUpload,
  decode,
  encode,
  encodeDataUri,
  inspect,
  transform,
  transformMany,
} from 'presize';

declare const bytes: Uint8Array;
declare const presigner: Presigner;

// @ts-expect-error a path is no picture
inspect('/tmp/a.jpg');
// @ts-expect-error an ArrayBuffer is no Uint8Array
void check(new ArrayBuffer(8));
// @ts-expect-error the core's spelling
void check(bytes, { max_bytes: 5 });
// @ts-expect-error null is no rules
void check(bytes, null);
// @ts-expect-error a controller is no signal
void check(bytes, {}, { signal: new AbortController() });
// @ts-expect-error a client is a text
void check(bytes, {}, { client: 5 });
// @ts-expect-error an unknown option
void transform(bytes, { widht: 5 });
// @ts-expect-error null is no width
void transform(bytes, { width: null });
// @ts-expect-error a number in a string is no number
void transform(bytes, { width: '5' });
// @ts-expect-error a word that is none of the fits
void transform(bytes, { fit: 'crop' });
// @ts-expect-error a format that is not written
void transform(bytes, { format: 'gif' });
// @ts-expect-error rules are in the third argument
void transform(bytes, { width: 5, rules: new ImageRules() });
// @ts-expect-error a list of options
void transformMany(bytes, { width: 5 });
// @ts-expect-error an option of an encoder
void decode(bytes, { quality: 5 });
// @ts-expect-error pixels need a format
void encode({ bytes, width: 1, height: 1, channels: 1 }, {});
// @ts-expect-error an unknown format
encodeDataUri(bytes, 'bmp');
// @ts-expect-error made by the functions of the class alone
new Bucket('photos');
// @ts-expect-error made by `check` alone
new CheckedImage();
// @ts-expect-error the style is missing
Bucket.custom('http://localhost:9000', 'us-east-1', 'photos');
// @ts-expect-error a secret is missing
new Credentials('AKIDEXAMPLE');
// @ts-expect-error an object that only looks like a bucket
new Presigner({ name: 'photos', region: 'auto', host: 'localhost', internal: () => undefined }, Credentials.fromEnv());
// @ts-expect-error an option that a GET does not have
presigner.get('a', { contentType: 'image/png' });
// @ts-expect-error seconds are no time
presigner.get('a', { now: 5 });
// @ts-expect-error an operation that there is not
presigner.request('list', 'a');
// @ts-expect-error the size is missing
presigner.postForm('a', {});
// @ts-expect-error the size is missing
new Uploads(presigner).issue({ owner: 'a', contentType: 'image/png' });
// @ts-expect-error a value is not changed
new UploadPolicy().maxBytes = 5;
// @ts-expect-error nor is a list in it
new ImageRules().formats.push('gif');
// @ts-expect-error made by `Uploads.confirm` alone
new Confirmation();
// @ts-expect-error whose upload it is, is not optional
void confirmUpload(new Uploads(presigner), { key: 'a' });
// @ts-expect-error seconds are no milliseconds
void confirmUpload(new Uploads(presigner), { owner: 'a', key: 'a' }, { timeout: 30 });
// @ts-expect-error tags are copied
presigner.copy('b', 'photos/a', { tagging: {} });
// @ts-expect-error nor are its variants changed
new UploadPolicy().variantWidths.push(5);
