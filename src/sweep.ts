import { run } from './sweep/run.ts';

await run();
