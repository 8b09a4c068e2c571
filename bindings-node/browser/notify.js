// A caller's callback. What it throws is its own fault and is reported as such; the upload goes on.

export function notify(callback, value) {
  try {
    callback?.(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
