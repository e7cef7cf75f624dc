/** The middle of the values, which outliers of a busy machine do not move; the mean of the middle two for an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = sorted.slice(
    Math.ceil(sorted.length / 2) - 1,
    Math.floor(sorted.length / 2) + 1,
  );
  return (low + high) / 2;
}

/** Runs each of the measurements in turn, again and again, so that what else the machine does meets all of them alike. */
export async function interleaved<Measurements extends Record<string, () => Promise<unknown>>>(
  rounds: number,
  measurements: Measurements,
): Promise<{ [Name in keyof Measurements]: Awaited<ReturnType<Measurements[Name]>>[] }> {
  const values: Record<string, unknown[]> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries(measurements)) (values[name] ??= []).push(await measure());
  }
  return values as { [Name in keyof Measurements]: Awaited<ReturnType<Measurements[Name]>>[] };
}
