import express from 'express';
import { Uploads, decodeDataUris, transform } from 'presize';
import { bodyLimit, imageFile, presizeErrors, uploadRouter } from 'presize/express';

const uploads = Uploads.fromEnv({ maxBytes: 20_000_000, variantWidths: [320] });
const currentUser = (request) => request.get('x-user'); // yours: the user that the request's token or session belongs to

const app = express();
app.use('/api/upload', uploadRouter(uploads, { currentUser, onEvent: (event) => console.log(JSON.stringify(event)) }));

app.post('/api/avatar', imageFile({ maxBytes: 5_000_000, minWidth: 80, minHeight: 80 }), async (request, response) => {
  const small = await transform(request.image.bytes, { width: 80, height: 80, fit: 'cover', format: 'jpeg' });
  response.type(small.mediaType).send(small.bytes);
});

app.post('/api/albums', bodyLimit(32 * 1024 * 1024), express.json({ limit: '32mb' }), async (request, response) => {
  const photos = await decodeDataUris(request.body?.photos, { maxImages: 10, maxTotalBytes: 24_000_000 });
  response.json(photos.map((photo) => `${photo.format} ${photo.width}x${photo.height}`));
});

app.use(presizeErrors());
app.listen(process.env.PORT ?? 3000);
