export { run } from './main.ts';

/** Runs the post step once. Few jobs have something to remove, so that its own code is loaded here and not at every start. */
export async function post(): Promise<void> {
  const { run } = await import('./end-job.ts');
  await run();
}

/** Runs the sweep once. */
export async function sweep(): Promise<void> {
  const { run } = await import('./sweep/run.ts');
  await run();
}
