// The same types from CommonJS, and that both kinds of modules have one class.
import presize = require('presize');
import type { PresizeError } from 'presize' with { 'resolution-mode': 'import' };

export async function both(bytes: Buffer): Promise<void> {
  const image: presize.EncodedImage = await presize.transform(bytes, { width: 80 });
  const error: PresizeError = presize.requestUnauthenticated();
  const same: presize.PresizeError = error;
  console.log(image.extension, same.code);
}
