// What the compiler must accept of presize/express, and what it must not.

import express, { type Express } from 'express';
import { Bucket, CheckedImage, Credentials, ImageRules, Presigner, Uploads, decodeDataUris, transform } from 'presize';
import { bodyLimit, imageDataUris, imageFile, imageFiles, presizeErrors, uploadRouter, type Owner } from 'presize/express';

const uploads = new Uploads(new Presigner(Bucket.s3('eu-central-1', 'photos'), Credentials.fromEnv()));
const app: Express = express();

app.use('/api/upload', uploadRouter(uploads, { currentUser: (request) => request.get('x-user') }));
app.use(
    '/api/upload',
    uploadRouter(uploads, {
        currentUser: async () => 'user-7',
        case: 'snake',
        onError: (error) => void error.code,
        onEvent: (event) => void event.outcome,
        retries: 1,
    }),
);
const owner: (id: number) => Owner = (id) => (id === 0 ? null : id);
app.use(uploadRouter(uploads, { currentUser: (request) => owner(request.ip?.length ?? 0) }));

app.post('/api/avatar', imageFile(new ImageRules({ maxBytes: 5_000_000 })), async (request, response) => {
    const photo: CheckedImage | undefined = request.image;
    if (photo === undefined) throw new Error('imageFile has read it');
    const small = await transform(photo.bytes, { width: 80 });
    response.type(small.mediaType).send(small.bytes);
});
app.post('/api/album', imageFiles({ maxImages: 3 }, { field: 'photos', maxBodyBytes: 1000 }), (request, response) => {
    response.json(request.images?.map((image) => image.width));
});
app.post('/api/generate', bodyLimit(32 * 1024 * 1024), express.json({ limit: '32mb' }), async (request, response) => {
    response.json((await decodeDataUris(request.body.images)).length);
});
app.post('/api/images', imageDataUris({ maxImages: 3 }, { field: 'photos', client: (request) => request.ip }), (request, response) => {
    response.json(request.images?.map((image) => image.width));
});
app.post('/api/raw', bodyLimit(1000, { maxStructureBytes: 1000, maxDepth: 4, maxDataUris: 1 }), express.json());
app.use(presizeErrors());
app.use(presizeErrors({ onError: (error) => console.error(error.code, error.httpStatus) }));

// @ts-expect-error currentUser is not optional
uploadRouter(uploads, {});
// @ts-expect-error a user is a text or a number
uploadRouter(uploads, { currentUser: () => true });
// @ts-expect-error there are two cases
uploadRouter(uploads, { currentUser: () => 'user-7', case: 'kebab' });
// @ts-expect-error rules have known names
imageFile({ maxSize: 5 });
// @ts-expect-error a number of bytes
bodyLimit('1mb');
// @ts-expect-error limits have known names
bodyLimit(5, { depth: 4 });
// @ts-expect-error a function that says it
imageFile({}, { client: 'user-7' });
