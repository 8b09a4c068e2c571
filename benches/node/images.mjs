// sharp: FILE OUTPUTS, where an output is WIDTHxHEIGHT:FORMAT:QUALITY[:BACKGROUND], shrinking on load as it does by itself.
// With a third argument the pixels of the first output go into that file, and a fourth, `slow`, keeps it from shrinking on
// load. See peers/script.rs.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import sharp from 'sharp';

const [path, outputs, file, slow] = process.argv.slice(2);
const bytes = readFileSync(path);
sharp.concurrency(1);
sharp.cache(false);

const wanted = outputs.split(',').map((word) => {
  const [size, format, quality, background] = word.split(':');
  const [width, height] = size.split('x').map((side) => Number(side) || undefined);
  const box = background ? { fit: 'contain', background } : {};
  // A quality would make a palette of a PNG.
  const options = format === 'png' ? {} : { quality: Number(quality) };
  return { size: { width, height, fastShrinkOnLoad: slow !== 'slow', ...box }, format, options };
});

function make({ size, format, options }) {
  const picture = sharp(bytes).rotate();
  if (size.width) picture.resize(size);
  return (format === 'pixels' ? picture.raw() : picture.toFormat(format, options)).toBuffer();
}

if (file) {
  writeFileSync(file, await make(wanted[0]));
  process.exit();
}
console.log(`sharp ${sharp.versions.sharp}, concurrency 1`);
for await (const line of createInterface({ input: process.stdin })) {
  const start = process.cpuUsage();
  for (let count = Number(line); count > 0; count -= 1) {
    for (const output of wanted) await make(output);
  }
  const used = process.cpuUsage(start);
  console.log(String((used.user + used.system) * 1000));
}
