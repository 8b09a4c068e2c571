// Chromium without a window, as the tests drive it. Without one they are skipped, and say so.

import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { startSite } from './site.mjs';

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
const executablePath = PLACES.find((place) => place && existsSync(place));
const playwright = await import('playwright-core').catch(() => null);

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// In milliseconds, for machines that are slow and busy: no test measures time by it.
const PATIENCE = 60_000;

export const skip = reason();

function reason() {
  if (playwright === null) return 'playwright-core is not installed: npm install';
  return executablePath ? false : 'no Chromium: install the package chromium, or name one by CHROMIUM_PATH';
}

// A group of tests with a browser and a site of their own. `body` gets `inPage(name, async ({ page, site }) => ...)`,
// a test with a fresh page of the site; an error that the page's scripts do not catch fails it.
export function describeInChromium(name, body) {
  describe(name, { skip }, () => {
    let browser;
    let site;
    before(async () => {
      browser = await playwright.chromium.launch({ executablePath, args: ARGUMENTS, timeout: 2 * PATIENCE });
      site = await startSite();
    });
    after(async () => {
      await browser?.close();
      await site?.close();
    });

    const inPage = (title, run) =>
      test(title, { timeout: 3 * PATIENCE }, async (context) => {
        site.clear();
        const page = await browser.newPage();
        page.setDefaultTimeout(PATIENCE);
        const uncaught = [];
        page.on('pageerror', (error) => uncaught.push(error));
        // A header that is the browser's own affair is not set, and noted in the console.
        page.on(
          'console',
          (message) => message.text().startsWith('Refused to set') && uncaught.push(new Error(message.text())),
        );
        await page.addInitScript(preparePage);
        try {
          await page.goto(`${site.url}/`);
          await run({ page, site, context, uncaught });
        } finally {
          await page.close();
        }
        if (uncaught.length > 0) throw uncaught[0];
      });
    body(inPage);
  });
}

// A slow line, in bytes a second. A slow server would not do: the buffers of the system take megabytes at once.
export async function slowLine(page, uploadThroughput) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput,
  });
}

// Until the condition holds; the time of the test is the bound.
export async function until(condition) {
  while (!(await condition())) await pause(10);
}

// In every page: files from base64, how a promise ends as plain data, and time as a test wants it.
function preparePage() {
  window.fileOf = (base64, name = 'photo.jpg', type = 'image/jpeg') =>
    new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type });
  window.outcome = (promise) =>
    promise.then(
      (value) => ({ value }),
      ({ name, code, message, userMessage, httpStatus, details }) => ({
        error: { name, code, message, userMessage, httpStatus, details },
      }),
    );
  // From now on waiting takes no time: it is noted in `window.waits`, and the clocks are put forward. `clocks` are
  // those that notice, as `performance.now` does not while a laptop sleeps.
  window.hurry = (clocks = [performance, Date]) => {
    const { setTimeout } = window;
    let ahead = 0;
    window.waits = [];
    window.setTimeout = (run, milliseconds) => {
      window.waits.push(milliseconds);
      ahead += milliseconds;
      return setTimeout(run);
    };
    for (const clock of clocks) {
      const now = clock.now.bind(clock);
      clock.now = () => now() + ahead;
    }
  };
}
