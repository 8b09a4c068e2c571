// What must compile, and, after each `@ts-expect-error`, what must not.

import {
  PresizeError,
  UploadList,
  downscale,
  fileToDataUri,
  formatFileSize,
  imageUrlToDataUri,
  upload,
  uploadAll,
  validateImageFile,
  type FileUpload,
  type UploadedImage,
} from 'presize/browser';

declare const file: File;
declare const input: HTMLInputElement;

export async function pageOfPhotos(): Promise<UploadedImage[]> {
  const { format, mediaType, sizeBytes } = await validateImageFile(file, {
    formats: ['jpeg', 'jpg', 'png'],
    maxBytes: 5_000_000,
  });
  const small: File = await downscale(file, { maxWidth: 800, format: 'image/webp', quality: 0.7 });
  const text: string = (await fileToDataUri(small)) + (await imageUrlToDataUri('/cat.jpg', { credentials: 'include' }));
  console.log(format, mediaType, formatFileSize(sizeBytes), text);

  const image = await upload(file, {
    endpoint: '/api/upload',
    headers: async () => ({ authorization: 'Bearer token' }),
    downscale: { maxWidth: 1920 },
    onProgress: ({ phase, percent, loaded, total }) => console.log(phase, percent, loaded / total),
    signal: AbortSignal.timeout(60_000),
  });
  const key: string = image.key;
  const url: string | null = image.publicUrl;
  console.log(key, url);

  const states: FileUpload[] = await uploadAll(input.files ?? [], {
    concurrency: 2,
    onFile: ({ index }) => console.log(index),
  });
  return states.flatMap(({ image }) => (image === null ? [] : [image]));
}

export function reason(error: unknown): string {
  if (!(error instanceof PresizeError)) return 'unknown';
  const known: boolean = error.code === 'image_too_large' || error.code === 'upload_too_large';
  const status: number | null = error.httpStatus;
  return `${known} ${status} ${error.toJSON().message}`;
}

export function store(): () => void {
  const list = new UploadList({ maxBytes: 1_000_000 });
  const { upload, getSnapshot } = list;
  void upload(file);
  return list.subscribe(() => console.log(getSnapshot().files[0]?.previewUrl));
}

export async function mistakes(): Promise<void> {
  // @ts-expect-error: an option that there is not
  await upload(file, { endpint: '/api' });
  // @ts-expect-error: progress of all files is told by onFile
  await uploadAll([file], { onProgress: () => {} });
  // @ts-expect-error: formats have no dots
  await validateImageFile(file, { formats: ['.jpg'] });
  // @ts-expect-error: a canvas makes no GIF
  await downscale(file, { format: 'gif' });
  // @ts-expect-error: a path is no file
  await fileToDataUri('/tmp/a.jpg');
  // @ts-expect-error: null is no option's value
  await upload(file, { maxBytes: null });
  const image = await upload(file);
  // @ts-expect-error: nothing of it changes
  image.key = 'other';
}
