// What a program in TypeScript can write. It is compiled, and not run.
import {
  Bucket,
  CloudFrontKeyPair,
  CloudFrontSigner,
  Credentials,
  ImageRules,
  PresignedRequest,
  Presigner,
  PresizeError,
  UploadPolicy,
  Uploads,
  VariantPolicy,
  Variants,
  check,
  checkTotals,
  completeMultipartBody,
  configurePool,
  confirmUpload,
  contentDisposition,
  decode,
  decodeDataUri,
  decodeDataUris,
  encode,
  encodeDataUri,
  explain,
  inspect,
  parseStoreEvents,
  placeholder,
  requestMalformed,
  requestTooLarge,
  requestUnauthenticated,
  sqsBatchResponse,
  stripMetadata,
  transform,
  transformMany,
  workPixels,
  type CallOptions,
  type CheckedImage,
  type ConfirmOptions,
  type Confirmation,
  type Confirmed,
  type EncodedImage,
  type ErrorCode,
  type ExifSummary,
  type ImageFormat,
  type OwnedBuffer,
  type Placeholder,
  type RemovedMetadata,
  type RenderedVariant,
  type RequestedVariant,
  type StoreRequest,
  type TransformOptions,
  type UploadEvent,
  type UploadTicket,
} from 'presize';

declare const bytes: Uint8Array;
declare const width: number | undefined;

/** Fails to compile unless both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(..._proof: Same<A, B> extends true ? [] : [never]): void {}

export async function images(signal: AbortSignal): Promise<void> {
  const rules = new ImageRules({ formats: ['jpeg', 'jpg', 'png'], maxBytes: 5_000_000, allowWhitespace: true });
  const others = new ImageRules({ ...rules, maxBytes: 6_000_000 });
  const info = inspect(Buffer.from(bytes));
  same<typeof info.format, ImageFormat>();
  same<number, ReturnType<typeof workPixels>>();
  checkTotals([bytes, Buffer.from(bytes)], rules);
  if (workPixels(bytes, rules) > 64_000_000 || workPixels(bytes, { maxBytes: 5_000_000 }) === 0) return;
  const checked = await check(bytes, rules, { declared: 'image/jpeg', signal, client: 'user-7' });
  const { removed }: { removed: readonly RemovedMetadata[] } = await stripMetadata(checked.bytes, rules, { signal });
  const exif: ExifSummary | null = checked.info.exifSummary;
  console.log(removed[0]?.kind, exif?.takenAt);
  same<typeof checked, CheckedImage>();
  same<typeof checked.bytes, OwnedBuffer>();
  same<typeof checked.extension, string>();
  const small: EncodedImage = await transform(checked.bytes, { width, height: 300, fit: 'cover' }, { rules: others });
  const options: TransformOptions[] = [{ width: 80 }, { width: 500, format: 'webp', lossless: true }];
  const many: EncodedImage[] = await transformMany(bytes, options, { rules: { maxPixels: 1_000_000 }, signal });
  const plan: number = explain(bytes, options[0], { rules }).decodeEighths;
  const pixels = await decode(bytes, { width: 8, fit: 'fill' });
  await encode({ ...pixels, width: 8 }, { format: 'png' });
  await encode({ bytes, width: 1, height: 1, channels: 3 }, { format: 'jpeg', quality: 70 });
  const uri: string = small.toDataUri() + encodeDataUri(bytes, 'gif');
  const call: CallOptions = { signal };
  await decodeDataUri(uri, undefined, call);
  const lists: CheckedImage[] = await decodeDataUris([uri] as const, { allowBareBase64: true });
  console.log(plan, many.length, lists.length, rules.formats[0]);
}

export function signing(): UploadTicket {
  const bucket = Bucket.custom('http://localhost:9000', 'us-east-1', 'photos', 'path', { urlStyle: 'path' });
  const presigner = new Presigner(bucket.internal(), Credentials.fromEnv(process.env));
  const { method, url, headers, expiresAt }: PresignedRequest = presigner.put('a', {
    contentType: 'image/webp',
    metadata: { owner: 'user-7' },
    expiresIn: 300,
    now: new Date(),
  });
  presigner.get('a', { responseContentDisposition: contentDisposition('attachment', 'a.jpg') });
  presigner.signMany('get', ['a', 'b'], { expiresIn: 60 }).map((request) => request.url);
  presigner.uploadPart('a', 'id', 1, { checksumCrc32: 'AAAAAA==' });
  presigner.createMultipartUpload('a', { checksumAlgorithm: 'crc32' });
  completeMultipartBody([{ number: 1, etag: 'abc' }]);
  presigner.postForm('a/${filename}', { maxBytes: 5_000_000, successActionStatus: 201 }).fields['key'];
  console.log(method, url, headers['content-type'], expiresAt.getTime());
  void fetch(url, { method, headers });

  const uploads = new Uploads(presigner, new UploadPolicy({ prefix: 'avatars' }));
  new Uploads(presigner, { publicBaseUrl: 'https://cdn.example.com' });
  new CloudFrontSigner('K1', 'pem').signUrl('https://cdn.example.com/a.jpg');
  const signer = CloudFrontSigner.withSigner('K1', 'rsa', (message, hash) => {
    same<typeof message, OwnedBuffer>();
    same<typeof hash, 'sha1' | 'sha256'>();
    return new Uint8Array(256);
  });
  console.log(signer.signUrl('https://cdn.example.com/a.jpg', { ipRange: '192.0.2.0/24' }).expiresAt);
  console.log(new CloudFrontKeyPair('K1', 'ecdsa-p256').prepareCookies('https://a.example/*').finish(bytes).cookies);
  const ticket = uploads.issue({ owner: 'user-7', contentType: 'image/jpeg', sizeBytes: 5, filename: undefined });
  same<typeof ticket.publicUrl, string | null>();
  return ticket;
}

export async function confirming(signal: AbortSignal): Promise<Confirmed> {
  const uploads = Uploads.fromEnv({ variantWidths: [320, 640], verify: 'full' }, { AWS_REGION: 'eu-central-1' });
  const events: UploadEvent[] = [];
  const onEvent = (event: UploadEvent): void => void events.push(event);
  const ticket = uploads.issue({ owner: 'user-7', contentType: 'image/jpeg', sizeBytes: 5, onEvent });
  const fields: Record<string, string> = ticket.fields;
  configurePool();
  configurePool({ concurrency: 2, maxWaiting: 10, maxWaitingPerClient: 5, maxWaitingBytes: 1, heavyPixels: undefined });
  const options: ConfirmOptions = { signal, client: 'user-7', fetch, timeoutMs: 10_000, retries: 0, onEvent };
  const confirmed = await confirmUpload(uploads, { owner: 'user-7', key: ticket.key, filename: undefined }, options);
  same<typeof confirmed.format, ImageFormat>();
  const widths: number[] = confirmed.variants.map((variant) => variant.width);
  const confirmation: Confirmation = uploads.confirm({ owner: 'user-7', key: ticket.key, sizeBytes: 5, onEvent });
  for (let request: StoreRequest | null; (request = confirmation.nextRequest({ now: new Date() })) !== null; ) {
    const answer = await fetch(request.url, { method: request.method, headers: request.headers });
    const body = new Uint8Array(await answer.arrayBuffer());
    await confirmation.answer({ status: answer.status, headers: answer.headers, body }, { signal });
    await confirmation.answer({ status: 200, headers: { etag: '"a"', vary: ['a', 'b'] }, body: [body, Buffer.alloc(5)] });
    await confirmation.answer({ status: 404, headers: [['etag', '"a"']] });
  }
  console.log(fields, widths, events[0]?.code, confirmation.event().outcome === 'confirmed', uploads.policy.rules().maxBytes);
  const { bucket } = uploads.presigner;
  uploads.presigner.copy('b', bucket.copySource('a'), { metadataDirective: 'replace', contentType: 'image/png' });
  return confirmation.finish();
}

export function errors(error: unknown): ErrorCode | undefined {
  if (!(error instanceof PresizeError)) return undefined;
  const shown: { code: string; message: string } = error.toJSON();
  const made: PresizeError[] = [requestMalformed('a', 'b'), requestTooLarge(5), requestUnauthenticated()];
  console.log(shown, error.httpStatus === error.status, error.statusCode, error.details['name'], error.index?.toFixed(), error.cause, made);
  switch (error.code) {
    case 'image_corrupt':
    case 'upload_too_large':
      return error.code;
    default:
      return undefined;
  }
}

export async function delivery(signal: AbortSignal): Promise<string | undefined> {
  const policy = new VariantPolicy({ widths: [200, width ?? 400], presets: { avatar: { width: 96, format: 'jpg' } }, widthSet: 'next' });
  const variants: Variants = new Variants(policy);
  new Variants({ signingKeys: ['a'.repeat(32)], fits: ['inside'], formats: ['webp', 'jpg'] });
  const variant: RequestedVariant = variants.fromQuery('a.jpg', 'w=200', { accept: undefined, now: new Date() });
  const rendered: RenderedVariant = await variant.render(bytes, { rules: { maxBytes: 5 }, signal });
  await transform(bytes, variant.transformFor(true), { signal });
  new Response(rendered.image.bytes, { headers: rendered.headers });
  const made: Placeholder = await placeholder(bytes, { dataUri: true, signal, rules: new ImageRules() });
  const { src, width: shown } = variants.srcset('a.jpg', 1000, 750, { baseUrl: '/i', maxWidth: 600 });
  const ids = parseStoreEvents({ Records: [] }).objects.map((created) => created.messageId ?? '');
  same<typeof shown, number>();
  same<ReturnType<typeof variant.outputFormat>, 'jpeg' | 'png' | 'webp'>();
  const code: string = variants.cloudfrontFunction({ originPath: '/originals' });
  if (code === '') return variants.cloudfrontFunction();
  variants.errorHeaders(sqsBatchResponse(ids).batchItemFailures.length === 0 ? 404 : requestUnauthenticated());
  return made.dataUri ?? variants.fromUrl('/a.jpg?w=200').headers()['vary'] ?? src;
}
