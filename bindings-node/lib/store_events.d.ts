import type { EventSource, IgnoredReason } from './options.js';

/** An object that was created. Frozen. */
export interface CreatedObject {
  /** The bucket. */
  readonly bucket: string;
  /** The key, decoded. */
  readonly key: string;
  /** The size, in bytes. */
  readonly sizeBytes: number | null;
  /** The entity tag, without quotes. */
  readonly entityTag: string | null;
  /** The version, in a bucket that has versions: it is the one to be read. */
  readonly versionId: string | null;
  /** Orders the events of a key. */
  readonly sequencer: string | null;
  /** What created it: `ObjectCreated:Put`, `PutObject`. */
  readonly eventName: string;
  /** When, as the store writes it (RFC 3339). */
  readonly eventTime: string | null;
  /** The region of the bucket. */
  readonly region: string | null;
  /** The message of SQS that the event came in, for `sqsBatchResponse`. */
  readonly messageId: string | null;
  /** Which service wrote the event. */
  readonly source: EventSource;
}

/** An event that nothing follows from. It is to be acknowledged like one that was worked off. Frozen. */
export interface IgnoredEvent {
  /** Why. */
  readonly reason: IgnoredReason;
  /** What the event tells of, where it says so. */
  readonly eventName: string | null;
  /** The bucket, where it is known. */
  readonly bucket: string | null;
  /** The key, where it is known: decoded, or as it stands in the event where that is not possible. */
  readonly key: string | null;
  /** The message of SQS that the event came in. */
  readonly messageId: string | null;
}

/** What an event says: every record of it is in one of the two. Frozen. */
export interface StoreEvents {
  /** The objects that were created, in the order of their records. */
  readonly objects: readonly CreatedObject[];
  /** What nothing follows from. */
  readonly ignored: readonly IgnoredEvent[];
}

/**
 * Reads an event of a store: its JSON, or the object that Lambda has made of it. That is a notification of S3, MinIO or R2 or an
 * event of EventBridge, by itself, in messages of SQS, in a message of SNS, or both. Keys are decoded once, by the rule of the
 * service; events that came twice are left out.
 *
 * ```js
 * const { objects } = parseStoreEvents(event);
 * objects[0].key; // 'my cat+1.jpg' of 'my+cat%2B1.jpg'
 * ```
 *
 * Errors: `event_malformed` for what is no JSON, is larger than 8 MiB, or is no event at all; `option_invalid` for an argument of
 * another type.
 */
export function parseStoreEvents(event: string | Uint8Array | object): StoreEvents;

/**
 * What a Lambda function answers to a batch of SQS messages of which some are to come again: those that may pass later, for
 * example because the store was not reachable. An image that is damaged never will.
 *
 * Error: `option_invalid` for an id that is empty, with which the whole batch would come again.
 */
export function sqsBatchResponse(failedMessageIds: readonly string[]): { batchItemFailures: { itemIdentifier: string }[] };
