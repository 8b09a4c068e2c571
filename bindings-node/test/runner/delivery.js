'use strict';
// The calls of delivery.json, delivery_headers.json and placeholder.json.

const assert = require('node:assert');
const presize = require('presize');
const { data, dateOf, options, snake } = require('./inputs.js');
const { mapValues, policy, variants } = require('./variant_policy.js');

function showPolicy(given) {
  const made = new presize.VariantPolicy(policy(given));
  assert.strictEqual(new presize.Variants(made).policy, made);
  const { presets, signingKeys, ...shown } = made;
  assert.ok(Object.isFrozen(presets) && Object.values(presets).every(Object.isFrozen));
  return { policy: { ...snake(shown), presets: mapValues(presets, snake), signing_keys: signingKeys ?? null } };
}

function asked(given) {
  return { accept: given.accept, now: given.now === undefined ? undefined : dateOf(given.now) };
}

function queried(given) {
  return variants(given).fromQuery(given.key, given.query, asked(given));
}

function show(variant) {
  for (const hasAlpha of [false, true]) {
    const format = variant.outputFormat(hasAlpha);
    assert.deepStrictEqual(variant.transformFor(hasAlpha), { ...variant.transform, format });
    assert.strictEqual(variant.headers(hasAlpha)['content-type'], `image/${format}`);
  }
  return {
    ...snake({ ...variant }),
    // What is unset is left out, so that the options are those of `transform`.
    transform: { width: null, height: null, format: null, ...snake(variant.transform) },
    headers: variant.headers(),
    headers_with_alpha: variant.headers(true),
    entity_tag: variant.entityTag('"original"'),
  };
}

function sign(given) {
  const { now } = asked(given);
  return { query: variants(given).sign(given.key, given.query, { expiresIn: given.expires_in, now }) };
}

/** The headers of an answer with a status, or with the error of a query. */
function errorHeaders(given) {
  let error = given.http_status;
  if (error === undefined) {
    assert.throws(
      () => queried(given),
      (thrown) => {
        error = thrown;
        return true;
      },
    );
  }
  return { headers: variants(given).errorHeaders(error) };
}

function notModified(given) {
  const tags = given.if_none_match === '' ? undefined : given.if_none_match;
  return { headers: queried(given).notModified(given.original, tags) };
}

async function render(given) {
  const { image, headers } = await queried(given).render(data(given.image));
  assert.strictEqual(headers['content-type'], image.mediaType);
  return { format: image.format, width: image.width, height: image.height, headers };
}

async function placeholder(given) {
  const made = await presize.placeholder(data(given.image), { ...options(given.options), rules: options(given.rules) });
  const { thumbhash, thumbhashBase64, ...shown } = made;
  assert.strictEqual(thumbhash.toString('base64'), thumbhashBase64);
  const uri = made.dataUri;
  if (uri === null) return { ...snake(shown), thumbhash: thumbhashBase64 };
  const tiny = await presize.decodeDataUri(uri, { minWidth: 1, minHeight: 1 });
  const start = tiny.format === 'jpeg' ? 'data:image/jpeg;base64,/9j/' : 'data:image/png;base64,iVBORw0KGgo';
  return {
    ...snake(shown),
    thumbhash: thumbhashBase64,
    data_uri_starts: uri.slice(0, start.length),
    data_uri_size: [tiny.width, tiny.height],
  };
}

module.exports = {
  variant_policy: showPolicy,
  variant_from_query: (given) => show(queried(given)),
  variant_from_url: (given) => show(variants(given).fromUrl(given.url, asked(given))),
  variant_from_path: (given) => show(variants(given).fromPath(given.path, { accept: given.accept })),
  variant_from_preset: (given) =>
    show(variants(given).fromPreset(given.preset, given.key, { accept: given.accept })),
  sign_variant: sign,
  srcset: (given) => variants(given).srcset(given.key, given.width, given.height, options(given.options)),
  render_variant: render,
  variant_error_headers: errorHeaders,
  variant_not_modified: notModified,
  placeholder,
};
