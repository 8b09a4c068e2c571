// sharp: PNG MODE TO QUALITY..., a JPEG for each quality, TO with the quality appended. Mode: `plain` or `mozjpeg`.
import { writeFileSync } from 'node:fs';
import sharp from 'sharp';

const [path, mode, to, ...qualities] = process.argv.slice(2);
for (const quality of qualities.map(Number)) {
  writeFileSync(to + quality, await sharp(path).jpeg({ quality, mozjpeg: mode === 'mozjpeg' }).toBuffer());
}
