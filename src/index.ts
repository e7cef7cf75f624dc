import { run } from './bundle.ts';

await run();
