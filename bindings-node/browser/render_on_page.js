// The work of `downscale` where there is no worker for it: the same steps as in `render_in_worker.js`.

export async function renderOnPage({ file, maxWidth, maxHeight, quality, type, background }) {
  let step = 'decode';
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
    step = 'draw';
    const scale = Math.min(1, maxWidth / bitmap.width, maxHeight / bitmap.height);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext('2d');
    if (background !== null) {
      context.fillStyle = background;
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    step = 'encode';
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, quality));
    // iOS gives the memory of a canvas back late unless it is emptied.
    canvas.width = 0;
    return blob === null ? { failed: step } : { blob, scaled: scale < 1 };
  } catch {
    return { failed: step };
  }
}
