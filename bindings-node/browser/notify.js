// Calls a callback of the application. What it throws is reported as an unhandled error, and the upload goes on.

export function notify(callback, value) {
  try {
    callback?.(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
