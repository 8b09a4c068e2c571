'use strict';
// The policies of the cases about variants.

const presize = require('presize');
const { options } = require('./inputs.js');

/** A policy as a program would write it: the options of its presets are spelled as in JavaScript too. */
function policy(given) {
  const { presets, ...named } = given.policy;
  if (presets === undefined) return options(named);
  return { ...options(named), presets: isMapping(presets) ? mapValues(presets, spelled) : presets };
}

/** A preset that is no mapping is given as it is. */
function spelled(preset) {
  return isMapping(preset) ? options(preset) : preset;
}

function isMapping(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues(values, call) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, call(value)]));
}

/** Half of the cases make the policy first. */
function variants(given) {
  const named = policy(given);
  return new presize.Variants(Object.keys(named).length % 2 === 0 ? new presize.VariantPolicy(named) : named);
}

module.exports = { mapValues, policy, variants };
