import * as zlib from 'node:zlib';

/** PNG files, as far as pictures of pages need them. Source of the format: W3C, Portable Network Graphics (Third Edition). */

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const MOST_COLORS = 256;

interface Chunk {
  type: string;
  data: Buffer;
}

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at < png.length;) {
    const end = at + 8 + png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, end) });
    at = end + 4;
  }
  return chunks;
}

function pngOf(chunks: readonly Chunk[]): Buffer {
  const parts = chunks.flatMap(({ type, data }) => {
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(zlib.crc32(body));
    return [length, body, sum];
  });
  return Buffer.concat([SIGNATURE, ...parts]);
}

/** Width of a picture in pixels. */
export function widthOf(png: Buffer): number {
  return chunksOf(png)[0]?.data.readUInt32BE(0) ?? 0;
}

/** The text that a picture carries under a keyword, or `undefined` where it carries none. */
export function textIn(png: Buffer, keyword: string): string | undefined {
  const texts = chunksOf(png).filter(({ type }) => type === 'tEXt');
  const start = `${keyword}\0`;
  const found = texts.map(({ data }) => data.toString('latin1')).find((text) => text.startsWith(start));
  return found?.slice(start.length);
}

/**
 * The same picture at half the size, with 256 colors at most: the most frequent ones stay as they are, and each of the others, which are
 * the edges of letters, becomes the one among those that is nearest.
 *
 * @param png of true color with 8 bits, without transparency, not interlaced, as Chromium's are
 * @param text what the picture is to carry
 */
export function inFewColors(
  png: Buffer,
  [keyword, value]: readonly [keyword: string, value: string],
): Buffer {
  const { width, height, pixels } = pixelsOf(png);
  const counts = new Map<number, number>();
  for (const color of pixels) counts.set(color, (counts.get(color) ?? 0) + 1);
  const colors = [...counts].sort(([, a], [, b]) => b - a).map(([color]) => color);
  const palette = colors.slice(0, MOST_COLORS);
  const index = new Map(colors.map((color, i) => [color, i < MOST_COLORS ? i : nearest(palette, color)]));
  const rows = Buffer.alloc((width + 1) * height);
  pixels.forEach((color, i) => {
    rows[i + Math.floor(i / width) + 1] = index.get(color) ?? 0;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8);
  return pngOf([
    { type: 'IHDR', data: header },
    { type: 'PLTE', data: Buffer.from(palette.flatMap(channels)) },
    { type: 'tEXt', data: Buffer.from(`${keyword}\0${value}`, 'latin1') },
    { type: 'IDAT', data: zlib.deflateSync(rows, { level: 9 }) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ]);
}

function channels(color: number): [red: number, green: number, blue: number] {
  return [color >> 16, (color >> 8) & 255, color & 255];
}

function nearest(palette: readonly number[], color: number): number {
  const [red, green, blue] = channels(color);
  const distances = palette
    .map(channels)
    .map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
  return distances.indexOf(Math.min(...distances));
}

/** The colors of all pixels, row by row, as `0xRRGGBB`. */
function pixelsOf(png: Buffer): { width: number; height: number; pixels: Uint32Array } {
  const chunks = chunksOf(png);
  const header = chunks[0]?.data ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header.toString('hex', 8) !== '0802000000')
    throw new Error('The picture is not of true color with 8 bits.');
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const bytes = unfiltered(zlib.inflateSync(Buffer.concat(packed)), width * 3, height);
  const pixels = Uint32Array.from({ length: width * height }, (_, i) => bytes.readUIntBE(i * 3, 3));
  return { width, height, pixels };
}

/** Undoes the filters: each row of bytes comes after the number of its filter, and says how it differs from what is left and above. */
function unfiltered(rows: Buffer, length: number, height: number): Buffer {
  const bytes = Buffer.alloc(length * height);
  for (let y = 0; y < height; y += 1) {
    const filter = rows[y * (length + 1)] ?? 0;
    for (let x = 0; x < length; x += 1) {
      const at = y * length + x;
      const left = x < 3 ? 0 : (bytes[at - 3] ?? 0);
      const up = y === 0 ? 0 : (bytes[at - length] ?? 0);
      const upLeft = x < 3 || y === 0 ? 0 : (bytes[at - length - 3] ?? 0);
      const guesses = [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)];
      bytes[at] = (rows[at + y + 1] ?? 0) + (guesses[filter] ?? 0);
    }
  }
  return bytes;
}

/** Which of the three is nearest to what they add up to. */
function paeth(left: number, up: number, upLeft: number): number {
  const sum = left + up - upLeft;
  const [a, b, c] = [Math.abs(sum - left), Math.abs(sum - up), Math.abs(sum - upLeft)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}
