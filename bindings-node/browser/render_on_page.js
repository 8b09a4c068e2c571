// The work of `downscale` where there is no worker for it: the same steps as in `render_in_worker.js`.

export async function renderOnPage({ file, maxWidth, maxHeight, quality, type, background }) {
  const canvas = document.createElement('canvas');
  let bitmap = null;
  let step = 'decode';
  try {
    // Upright without being told so, as in the worker.
    bitmap = await createImageBitmap(file);
    step = 'draw';
    const scale = Math.min(1, maxWidth / bitmap.width, maxHeight / bitmap.height);
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    if (!keeps(context, width, height)) return { failed: step };
    if (background !== null) {
      context.fillStyle = background;
      context.fillRect(0, 0, width, height);
    }
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    step = 'encode';
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, quality));
    return blob === null ? { failed: step } : { blob, scaled: scale < 1 };
  } catch {
    return { failed: step };
  } finally {
    bitmap?.close();
    // iOS gives the memory of a canvas back late unless it is emptied.
    canvas.width = 0;
  }
}

// Whether a canvas gives back what is drawn on it. One beyond the browser's limits stays blank without a word, and one
// that is hidden from pages for privacy's sake gives other pixels; a mode that changes them a little does no harm.
function keeps(context, width, height) {
  const side = Math.min(4, width, height);
  context.fillStyle = 'rgb(51, 102, 204)';
  context.fillRect(width - side, height - side, side, side);
  const { data } = context.getImageData(width - side, height - side, side, side);
  context.clearRect(0, 0, width, height);
  return data.every((level, index) => Math.abs(level - [51, 102, 204, 255][index % 4]) < 10);
}
