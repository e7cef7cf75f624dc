import { sweep } from './bundle.ts';

await sweep();
