import { TOKEN } from '../../__tests__/support/okta.ts';
import { interleaved, median } from '../statistics.ts';
import { ms, targets, type Row } from '../table.ts';
import type { Measurement } from './measurement.ts';

/** What the emulator itself takes with 10,000 apps, of all that is measured. */
export const EMULATOR: Measurement = {
  name: 'the emulator itself, with 10,000 apps',
  rows: async ({ startOrg }): Promise<Row[]> => {
    const org = await startOrg({ apps: 9_999 });
    const [first] = (await org.api('GET', '/api/v1/apps?limit=1')) as { id: string }[];
    const headers = { authorization: `SSWS ${TOKEN}`, accept: 'application/json' };
    const get = (path: string) => async (): Promise<number> => {
      const start = performance.now();
      await (await fetch(org.url + path, { headers })).arrayBuffer();
      return performance.now() - start;
    };
    const measurements = {
      'one app': get(`/api/v1/apps/${first?.id ?? ''}`),
      'search by label': get('/api/v1/apps?q=filler%209999&limit=200'),
      'page of 200': get('/api/v1/apps?limit=200'),
    };
    await interleaved(150, measurements);
    const took = await interleaved(200, measurements);
    return Object.entries(took).map(([what, values]) => ({
      what: `${EMULATOR.name}: ${what}`,
      action: ms(median(values)),
      target: targets(['< 2 ms', median(values) < 2]),
      figures: { emulator: median(values) },
    }));
  },
};
