import type { ErrorCode } from './error.js';
import type { UploadAction, UploadOutcome } from './options.js';

/** What happened to an upload: one line for a log. It holds no URL and nothing secret, and each of its texts is of one line. Frozen. */
export class UploadEvent {
  private constructor();
  /** When it happened: RFC 3339, in UTC, a whole second. `null` for a time before 1970 or after 9999. */
  readonly timestamp: string | null;
  /** What was asked for: a ticket, or that an upload be checked and put where it can be read. */
  readonly action: UploadAction;
  /**
   * Whose upload it is. An owner that is refused is cut to 60 characters; what breaks a line or changes the direction of text
   * is escaped, as `\u{2028}`.
   */
  readonly owner: string;
  /** The object's key, where it is known, escaped likewise; one that no object can have is cut. */
  readonly key: string | null;
  /** The size of the file, where it is known: that of the request, or of what was uploaded. */
  readonly bytes: number | null;
  /**
   * What came of it: `"rejected"`, where the sender can do something about it; `"failed"`, where nothing is known against the
   * upload.
   */
  readonly outcome: UploadOutcome;
  /** The error's code, where there is one. */
  readonly code: ErrorCode | null;
}
