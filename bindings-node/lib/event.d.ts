import type { ErrorCode } from './error.js';
import type { UploadAction, UploadOutcome } from './options.js';

/** What happened to an upload, as an entry for a log. It contains no URL and no secret, and no line breaks. Frozen. */
export class UploadEvent {
  private constructor();
  /** When it happened: RFC 3339, in UTC, a whole second. `null` for a time before 1970 or after 9999. */
  readonly timestamp: string | null;
  /** The operation: issuing a ticket, or confirming an upload. */
  readonly action: UploadAction;
  /**
   * The owner of the upload. A refused owner is cut to 60 characters; line breaks and characters that change the direction of
   * text are escaped, such as `\u{2028}`.
   */
  readonly owner: string;
  /** The object's key, where it is known, escaped likewise; one that no object can have is cut. */
  readonly key: string | null;
  /** The size of the file, where it is known: that of the request, or of what was uploaded. */
  readonly bytes: number | null;
  /**
   * The outcome: `"rejected"` if the upload or the request was refused, `"failed"` if something else went wrong.
   */
  readonly outcome: UploadOutcome;
  /** The error's code, where there is one. */
  readonly code: ErrorCode | null;
}
