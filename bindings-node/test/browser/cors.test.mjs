// A store whose CORS rules do not let the page send is told from one that cannot be reached.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { describeInChromium, slowLine } from './chromium.mjs';
import { noisePng, vectorImage } from './pictures.mjs';
import { listen, stop } from './site.mjs';
import { uploadIn } from './upload_call.mjs';

const small = await vectorImage('baseline_420.jpg');

describeInChromium('a store that does not answer the page', (inPage) => {
  inPage('has no CORS rules: the error says so, and which are needed', async ({ page, site }) => {
    site.giveTickets();
    site.store.allows = () => false;
    // With the retries that an upload has without an option: none is made.
    const { error } = await uploadIn(page, small);
    assert.equal(error.code, 'cors_refused');
    assert.equal(error.httpStatus, null);
    assert.deepEqual(error.details, { from: 'store', origin: site.url, method: 'PUT', headers: 'content-type' });
    for (const word of [site.url, 'PUT', 'content-type', 'CORS configuration of the bucket', 'AllowedOrigins']) {
      assert.ok(error.message.includes(word), error.message);
    }
    // The question and the probe, twice, since the network may fail for a moment; and nothing that has a body.
    assert.deepEqual(site.store.asked, ['OPTIONS', 'HEAD', 'OPTIONS', 'HEAD']);
    assert.ok(site.store.requests.every(({ method }) => method === 'HEAD'));
  });

  inPage('has rules for other methods', async ({ page, site }) => {
    site.giveTickets();
    site.store.allows = ({ headers }) => headers['access-control-request-method'] === 'GET';
    assert.equal((await uploadIn(page, small)).error.code, 'cors_refused');
  });

  inPage('is asked for a form', async ({ page, site }) => {
    const fields = { key: 'a', policy: 's3cret' };
    site.giveTickets((ticket) => ({ ...ticket, uploadUrl: `${ticket.uploadUrl}?x=s3cret`, method: 'POST', headers: {}, fields }));
    site.store.allows = () => false;
    const probes = [];
    page.on('request', (request) => request.method() === 'HEAD' && probes.push(request.url()));
    const { error } = await uploadIn(page, small);
    assert.deepEqual([error.code, error.details.method], ['cors_refused', 'POST']);
    // Nothing that is signed is repeated.
    assert.ok(probes.length > 0 && probes.every((url) => !url.includes('s3cret')), probes.join());
    assert.ok(!JSON.stringify(error).includes('s3cret'));
  });

  inPage('fails for a moment: the file is sent', async ({ page, site }) => {
    site.giveTickets();
    let times = 0;
    site.store.allows = ({ method }) => {
      times += method === 'OPTIONS' ? 1 : 0;
      if (times === 1 && method === 'OPTIONS') throw new Error('broken off');
      return true;
    };
    const { value } = await uploadIn(page, small, { retries: 0 });
    assert.equal(value?.key, 'uploads/user-7/1');
  });

  inPage('is not there', async ({ page, site }) => {
    const gone = createServer();
    const url = await listen(gone);
    await stop(gone);
    site.giveTickets((ticket) => ({ ...ticket, uploadUrl: `${url}/photos/a` }));
    const { error } = await uploadIn(page, small, { retries: 0 });
    assert.deepEqual([error.code, error.details], ['network_failed', { from: 'store' }]);
  });

  inPage('breaks off in the middle of the file', async ({ page, site }) => {
    site.giveTickets();
    await slowLine(page, 400_000);
    let received = 0;
    site.store.allows = (request) => {
      if (request.method === 'PUT') {
        request.on('data', (piece) => {
          received += piece.length;
          if (received > 300_000) request.socket.destroy();
        });
      }
      return true;
    };
    const { error } = await uploadIn(page, noisePng(1500, 1000), { name: 'a.png', type: 'image/png', retries: 0 });
    assert.equal(error.code, 'network_failed');
    assert.ok(!site.store.asked.includes('HEAD'), site.store.asked.join());
  });
});
