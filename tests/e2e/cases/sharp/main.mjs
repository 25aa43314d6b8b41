// A native addon with shared libraries of its own in a second package, found through the addon's run path.
import sharp from 'sharp';

const pixels = Buffer.alloc(64 * 64 * 3);
for (let i = 0; i < pixels.length; i += 3) pixels.set([i % 251, (i >> 3) % 241, 90], i);
const image = sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } });
await image.clone().resize(32, 16, { fit: 'cover' }).rotate(90).png().toFile('small.png');
const meta = await sharp('small.png').metadata();
console.log(meta.format, meta.width, meta.height, meta.channels);
const { data, info } = await image.clone().greyscale().resize(4, 4).raw().toBuffer({ resolveWithObject: true });
console.log(info, [...data]);
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#0a0"/></svg>';
console.log([...(await sharp(Buffer.from(svg)).raw().toBuffer()).subarray(0, 4)]);
