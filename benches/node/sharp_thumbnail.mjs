// sharp: JPEG to a narrower JPEG of quality 80, shrinking on load as it does by itself. See peers/script.rs.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import sharp from 'sharp';

const [path, width] = process.argv.slice(2);
const jpeg = readFileSync(path);
sharp.concurrency(1);
sharp.cache(false);

const work = () => sharp(jpeg).rotate().resize(Number(width)).jpeg({ quality: 80 }).toBuffer();

console.log(`sharp ${sharp.versions.sharp}, concurrency 1`);
for await (const line of createInterface({ input: process.stdin })) {
  const start = process.cpuUsage();
  for (let count = Number(line); count > 0; count -= 1) await work();
  const used = process.cpuUsage(start);
  console.log(String((used.user + used.system) * 1000));
}
