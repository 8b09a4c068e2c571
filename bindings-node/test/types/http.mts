// What the compiler must accept of presize/http, and what it must not.

import { Bucket, CheckedImage, Credentials, Presigner, Uploads, requestUnauthenticated } from 'presize';
import { confirmHandler, errorResponse, readDataUris, readImage, readImages, readJson, uploadHandler } from 'presize/http';
import type { ConfirmationAnswer, ConfirmationRequest, TicketAnswer, TicketRequest, UploadHandler } from 'presize/http';

const uploads = new Uploads(new Presigner(Bucket.s3('eu-central-1', 'photos'), Credentials.fromEnv()));

export const POST: UploadHandler = uploadHandler(uploads, {
    currentUser: (request) => request.headers.get('x-user'),
});
confirmHandler(uploads, { currentUser: () => 'user-7', onEvent: (event) => console.log(event.code), timeoutMs: 5_000 });
confirmHandler(uploads, { currentUser: () => 'user-7', onEvent: async (event) => console.log(event.code) });
uploadHandler(uploads, {
    case: 'snake',
    currentUser: async (request) => {
        if (!request.headers.has('authorization')) throw Response.json({ error: 'No token provided' }, { status: 401 });
        if (request.url.endsWith('?')) throw requestUnauthenticated();
        return undefined;
    },
});

export async function avatar(request: Request): Promise<Response> {
    try {
        const photo: CheckedImage = await readImage(
            request,
            { maxBytes: 5_000_000 },
            { field: 'photo', signal: request.signal },
        );
        return Response.json({ width: photo.width });
    } catch (error) {
        return errorResponse(error);
    }
}

export async function album(request: Request): Promise<CheckedImage[]> {
    const body: unknown = await readJson(request, { maxBodyBytes: 1000 });
    if (typeof body === 'object') return readImages(request);
    return readDataUris(request, undefined, { field: 'photos' });
}

export async function ask(question: TicketRequest): Promise<string> {
    const answer = await fetch('/api/upload/presigned-url', { method: 'POST', body: JSON.stringify(question) });
    const ticket = (await answer.json()) as TicketAnswer;
    return ticket.publicUrl ?? ticket.uploadUrl;
}

export async function confirm(question: ConfirmationRequest): Promise<string | undefined> {
    const answer = await fetch('/api/upload/confirm', { method: 'POST', body: JSON.stringify(question) });
    const { publicUrl, variants } = (await answer.json()) as ConfirmationAnswer;
    return publicUrl ?? variants[0]?.key;
}

// @ts-expect-error the limit is not optional
readJson(new Request('http://x/'));
// @ts-expect-error a list is what readImages gives
const one: Promise<CheckedImage> = readImages(new Request('http://x/'));
void one;
