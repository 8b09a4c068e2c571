// Bytes that presize gives are a body wherever one is taken. Compiled by several versions of TypeScript, and not run.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { check, decode, transform, type Confirmation, type OwnedBuffer } from 'presize';

export async function answer(bytes: Uint8Array): Promise<Response> {
  const photo = await check(bytes, { maxBytes: 5_000_000 });
  const small = await transform(photo.bytes, { width: 320 });
  await fetch('https://example.com/photo', { method: 'PUT', body: small.bytes });
  await fetch('https://example.com/photo', { method: 'PUT', body: photo.bytes });
  const file = new File([small.bytes, photo.bytes], `photo${photo.extension}`, { type: photo.mediaType });
  await writeFile(file.name, createHash('sha256').update(small.bytes).digest());
  const pixels = await decode(photo.bytes);
  new Response(pixels.bytes);
  new Response(new Blob([pixels.bytes]));
  const kept: OwnedBuffer = photo.bytes;
  const text: string = kept.toString('base64');
  const memory: ArrayBufferLike = kept.buffer;
  return new Response(small.bytes, { headers: { 'content-type': small.mediaType, 'x-a': text, 'x-b': `${memory.byteLength}` } });
}

export async function send(confirmation: Confirmation): Promise<void> {
  const request = confirmation.nextRequest();
  if (request === null) return;
  await fetch(request.url, { method: request.method, headers: request.headers, body: request.body });
}
