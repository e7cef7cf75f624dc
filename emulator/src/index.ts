export { startEmulator } from './server.ts';
export type { Emulator, EmulatorOptions, RecordedRequest } from './server.ts';
export type { OrgFeatures } from './features.ts';
export type { Fault, FaultRequest, Trouble } from './trouble.ts';
export type * from './org.ts';
export type { Unknowns } from './unknowns.ts';
export type { Seed } from './seed/schema.ts';
export { Browser } from './browser.ts';
export type { Person, Visit } from './browser.ts';
