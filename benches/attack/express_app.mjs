// The application that is attacked, written as the README of the npm package tells.

import express from 'express';
import { Uploads, decodeDataUris, transform } from 'presize';
import { bodyLimit, imageDataUris, imageFile, presizeErrors, uploadRouter } from 'presize/express';

const uploads = Uploads.fromEnv({ maxBytes: 20_000_000, variantWidths: [320] });
const currentUser = (request) => request.get('x-user');

const app = express();
app.use('/api/upload', uploadRouter(uploads, { currentUser }));

app.get('/health', (request, response) => response.json('ok'));

app.post('/api/avatar', imageFile(), async (request, response) => {
  const small = await transform(request.image.bytes, { width: 320, format: 'jpeg' });
  response.type(small.mediaType).send(small.bytes);
});

app.post('/api/generate', imageDataUris({ maxImages: 10 }), (request, response) => {
  response.json(request.images.map(({ format, width, height }) => `${format} ${width}x${height}`));
});

// The other way to images in JSON, which has all of the body parsed.
app.post('/api/notes', bodyLimit(34 * 1024 * 1024), express.json({ limit: '34mb' }), async (request, response) => {
  const images = await decodeDataUris(request.body?.images, { maxImages: 10 });
  response.json(images.length);
});

app.use(presizeErrors());
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
