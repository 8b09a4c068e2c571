// Renders in a worker that ends with the work, so that an abort stops it at once.

// The worker is a text instead of a function, because helpers that a bundler adds would be missing in the worker, and instead
// of a file, because a file would need a URL. `render_on_page.js` does the same steps on the page.
const SOURCE = `
onmessage = async ({ data: { file, maxWidth, maxHeight, quality, type, background } }) => {
  let step = "decode";
  try {
    // All browsers apply the orientation by default, and not all of them know the option "from-image".
    const bitmap = await createImageBitmap(file);
    step = "draw";
    const scale = Math.min(1, maxWidth / bitmap.width, maxHeight / bitmap.height);
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    const side = Math.min(4, width, height);
    context.fillStyle = "rgb(51, 102, 204)";
    context.fillRect(width - side, height - side, side, side);
    const { data } = context.getImageData(width - side, height - side, side, side);
    context.clearRect(0, 0, width, height);
    const kept = data.every((level, index) => Math.abs(level - [51, 102, 204, 255][index % 4]) < 10);
    if (!kept) throw new Error("drawn in vain");
    if (background !== null) {
      context.fillStyle = background;
      context.fillRect(0, 0, width, height);
    }
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, width, height);
    step = "encode";
    postMessage({ blob: await canvas.convertToBlob({ type, quality }), scaled: scale < 1 });
  } catch {
    postMessage({ failed: step });
  }
};
`;

// The result, or null if the browser has no such workers, or the page's policy forbids them.
export async function renderInWorker(job, signal) {
  if (typeof Worker === 'undefined' || typeof OffscreenCanvas === 'undefined') return null;
  const address = URL.createObjectURL(new Blob([SOURCE], { type: 'text/javascript' }));
  const worker = startWorker(address);
  try {
    const answer = worker && (await answerOf(worker, job, signal));
    // Early browsers with OffscreenCanvas draw nothing in two dimensions on it.
    return answer?.failed === 'draw' ? null : answer;
  } finally {
    worker?.terminate();
    URL.revokeObjectURL(address);
  }
}

// If a policy forbids the worker, or requires its URL to be a trusted type, some browsers throw and others fire an event.
function startWorker(address) {
  try {
    return new Worker(address);
  } catch {
    return null;
  }
}

function answerOf(worker, job, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    const done = (answer) => {
      signal?.removeEventListener('abort', abort);
      resolve(answer);
    };
    signal?.addEventListener('abort', abort, { once: true });
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = (event) => {
      event.preventDefault();
      done(null);
    };
    worker.onmessageerror = () => done(null);
    worker.postMessage(job);
  });
}
