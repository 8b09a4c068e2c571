/// <reference types="node" />

/**
 * A `Buffer` whose memory no other thread shares: `Buffer<ArrayBuffer>`, which `Response`, `fetch`, `Blob` and the like take as a
 * body. Before TypeScript 5.7, or with `@types/node` of that time, a `Buffer` has no parameter, and this is `Buffer`.
 */
export type OwnedBuffer = ReturnType<typeof Buffer.alloc>;
