// The work of `downscale` in a worker of its own, which ends with it: so an abort stops what is under way.

// Text rather than a function: what a bundler adds to functions would be missing in the worker, and a file of its own
// would have to be found at an address. `render_on_page.js` says the same for a page.
const SOURCE = `
onmessage = async ({ data: { file, maxWidth, maxHeight, quality, type, background } }) => {
  let step = "decode";
  try {
    // Upright without being told so: "from-image" is what all browsers do, and a word that not all of them know.
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

// What was made, or null where the browser has no such workers or the page's policy forbids them.
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

// Where a policy forbids the worker (or wants its address to be a trusted type) some browsers throw, and others send an
// event.
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
