/** The few pieces of DER (ITU-T X.690) that a self-signed certificate is made of. */

export function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

export const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts);

/** A whole number of at least 0, of any size, the most significant byte first. */
export function integer(bytes: Uint8Array): Buffer {
  const [first = 0] = bytes;
  // A leading one bit would make it negative.
  return first >= 0x80 ? der(0x02, Buffer.from([0]), bytes) : der(0x02, bytes);
}

export const bitString = (bytes: Uint8Array): Buffer => der(0x03, Buffer.from([0]), bytes);

/** An object identifier of dotted numbers, as in `2.5.4.3`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(base128)];
  return der(0x06, Buffer.from(bytes));
}

/** A time before 2050, to the second. */
export function utcTime(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(digits.slice(2)));
}

/** The parts of a name (X.520), in the order in which a name lists them. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  countryName: '2.5.4.6',
  stateOrProvinceName: '2.5.4.8',
  localityName: '2.5.4.7',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  commonName: '2.5.4.3',
};

/** A name of these parts; what is no part of a name is left out. */
export function distinguishedName(parts: Readonly<Record<string, unknown>>): Buffer {
  const attributes = Object.entries(ATTRIBUTES).flatMap(([name, identifier]) => {
    const text = parts[name];
    if (typeof text !== 'string' || text === '') return [];
    return [der(0x31, sequence(objectIdentifier(identifier), der(0x0c, Buffer.from(text))))];
  });
  return sequence(...attributes);
}

function base128(number: number): number[] {
  const digits = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) {
    digits.unshift((rest % 128) + 128);
  }
  return digits;
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 + bytes.length, ...bytes]);
}
