// An upload in the page, as the tests call it.

export const TICKET = '/api/upload/presigned-url';
export const CONFIRM = '/api/upload/confirm';

// Uploads a file from the page. The progress is what `onProgress` was told, in its order.
export const uploadIn = (page, bytes, { name = 'cat.jpg', type = 'image/jpeg', ...options } = {}) =>
  page.evaluate(
    async ([base64, name, type, options]) => {
      const { upload } = await import('/presize/index.js');
      const progress = [];
      const onProgress = (step) => progress.push(step);
      const end = await window.outcome(upload(window.fileOf(base64, name, type), { ...options, onProgress }));
      return { ...end, progress };
    },
    [bytes.toString('base64'), name, type, options],
  );
