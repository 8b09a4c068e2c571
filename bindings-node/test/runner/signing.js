'use strict';
// The calls of presign.json, sign_options.json, post_form.json and upload.json.

const assert = require('node:assert');
const presize = require('presize');
const { camel, dateOf, options, outcome, secondsOf, snake } = require('./inputs.js');

const ARGUMENTS = {
  'copy-object': ['copySource'],
  'upload-part': ['uploadId', 'partNumber'],
  'complete-multipart-upload': ['uploadId'],
  'abort-multipart-upload': ['uploadId'],
  'list-parts': ['uploadId'],
};

/** With every stage, and held against the public ways to the same request. */
function presign(given) {
  const presigner = readPresigner(given);
  const { operation, key } = given;
  const named = { ...options(given.options), now: dateOf(given.now) };
  const explain = () => presigner[Symbol.for('presize.explain')](operation, key, named);
  const byStages = outcome(explain);
  const expected = byStages.ok === undefined ? byStages : { ok: show(byStages.ok.request) };
  assert.deepStrictEqual(
    outcome(() => show(presigner.request(operation, key, named))),
    expected,
  );
  const positional = ARGUMENTS[operation] ?? [];
  if (positional.every((name) => Object.hasOwn(named, name))) {
    const rest = { ...named };
    for (const name of positional) delete rest[name];
    const method = operation === 'copy-object' ? 'copy' : camel(operation.replaceAll('-', '_'));
    const call = () => show(presigner[method](key, ...positional.map((name) => named[name]), rest));
    assert.deepStrictEqual(outcome(call), expected);
  }
  const { request, canonicalRequest, stringToSign, signature } = explain();
  return { ...show(request), canonical_request: canonicalRequest, string_to_sign: stringToSign, signature };
}

function show(request) {
  // The headers that the client is told of are those that are signed, neither more nor fewer.
  const signed = new URL(request.url).searchParams.get('X-Amz-SignedHeaders').split(';');
  assert.deepStrictEqual([...Object.keys(request.headers), 'host'].sort(), signed.sort());
  const { method, url, headers, expiresIn, expiresAt } = request;
  return { method, url, headers, expires_in: expiresIn, expires_at: secondsOf(expiresAt) };
}

function signMany(given) {
  const named = { ...options(given.options), now: dateOf(given.now) };
  const signed = readPresigner(given).signMany(given.operation, given.keys, named);
  return { requests: signed.map(({ url, headers }) => ({ url, headers })) };
}

function completeMultipartBody(given) {
  const parts = given.parts.map(({ part_number: number, etag, checksum }) =>
    checksum === undefined
      ? { number, etag }
      : { number, etag, checksumAlgorithm: checksum.algorithm, checksum: checksum.value },
  );
  return { body: presize.completeMultipartBody(parts) };
}

function postForm(given) {
  const form = readPresigner(given).postForm(given.key, { ...options(given.options), now: dateOf(given.now) });
  return {
    url: form.url,
    fields: Object.entries(form.fields),
    policy: Buffer.from(form.fields.policy, 'base64').toString(),
    expires_in: form.expiresIn,
    expires_at: secondsOf(form.expiresAt),
  };
}

function issue(given) {
  return showTicket(issueWith(readUploads(given), given));
}

function issueFromVars(given) {
  return showTicket(issueWith(presize.Uploads.fromEnv(options(given.policy), given.vars), given));
}

/** What is told of it, also where it is refused. */
function issueEvent(given) {
  const events = [];
  outcome(() => issueWith(readUploads(given), given, (event) => events.push(event)));
  assert.strictEqual(events.length, 1);
  assert.ok(events[0] instanceof presize.UploadEvent);
  return { ...events[0] };
}

function policyRules(given) {
  const rules = new presize.UploadPolicy(options(given.policy)).rules();
  assert.ok(rules instanceof presize.ImageRules);
  return { rules: snake(rules) };
}

function readUploads(given) {
  return new presize.Uploads(readPresigner(given), new presize.UploadPolicy(options(given.policy)));
}

function issueWith(uploads, given, onEvent) {
  // The package draws the nonce; a case says what is drawn.
  const drawn = crypto.getRandomValues;
  crypto.getRandomValues = (array) => {
    array.set(Buffer.from(given.nonce, 'hex'));
    return array;
  };
  try {
    return uploads.issue({ ...options(given.request), now: dateOf(given.now), onEvent });
  } finally {
    crypto.getRandomValues = drawn;
  }
}

function showTicket(ticket) {
  return {
    method: ticket.method,
    url: ticket.url,
    headers: ticket.headers,
    fields: Object.entries(ticket.fields),
    key: ticket.key,
    public_url: ticket.publicUrl,
    expires_in: ticket.expiresIn,
    expires_at: secondsOf(ticket.expiresAt),
  };
}

function readPresigner(given) {
  return new presize.Presigner(bucket(given.bucket), credentials(given.credentials));
}

function bucket(given) {
  const made = MAKE[given.kind](given, options(given.options));
  return given.internal === true ? made.internal() : made;
}

const MAKE = {
  s3: ({ region, name }, named) => presize.Bucket.s3(region, name, named),
  access_point: ({ arn }, named) => presize.Bucket.accessPoint(arn, named),
  r2: ({ account, name }, named) => presize.Bucket.r2(account, name, named),
  custom: ({ endpoint, region, name, style }, named) => presize.Bucket.custom(endpoint, region, name, style, named),
};

function credentials(given) {
  if (given.vars !== undefined) return presize.Credentials.fromEnv(given.vars);
  const temporary = {};
  if (given.session_token !== undefined) temporary.sessionToken = given.session_token;
  if (given.expires_at !== undefined) temporary.expiresAt = dateOf(given.expires_at);
  return new presize.Credentials(given.access_key_id, given.secret_access_key, temporary);
}

const CALLS = {
  presign,
  sign_many: signMany,
  content_disposition: (given) => ({ value: presize.contentDisposition(given.disposition, given.filename) }),
  complete_multipart_body: completeMultipartBody,
  parse_upload_id: (given) => ({ upload_id: presize.parseUploadId(given.answer) }),
  post_form: postForm,
  issue,
  issue_from_vars: issueFromVars,
  issue_event: issueEvent,
  policy_rules: policyRules,
};

module.exports = { CALLS, readPresigner, readUploads };
