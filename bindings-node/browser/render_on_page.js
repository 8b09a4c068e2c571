// Renders on the page if no worker can: the same steps as in `render_in_worker.js`.

export async function renderOnPage({ file, maxWidth, maxHeight, quality, type, background }) {
  const canvas = document.createElement('canvas');
  let bitmap = null;
  let step = 'decode';
  try {
    // The orientation is applied by default, as in the worker.
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
    // iOS frees the memory of a canvas late unless it is emptied.
    canvas.width = 0;
  }
}

// Tests whether a canvas returns the pixels that were drawn on it. A canvas beyond the browser's limits stays blank without an
// error, and privacy modes return other pixels; modes that change pixels only slightly are accepted.
function keeps(context, width, height) {
  const side = Math.min(4, width, height);
  context.fillStyle = 'rgb(51, 102, 204)';
  context.fillRect(width - side, height - side, side, side);
  const { data } = context.getImageData(width - side, height - side, side, side);
  context.clearRect(0, 0, width, height);
  return data.every((level, index) => Math.abs(level - [51, 102, 204, 255][index % 4]) < 10);
}
