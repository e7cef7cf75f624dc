import { sweep } from './bundle.js';

await sweep();
