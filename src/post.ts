/** Only a job with an app of its own has something to remove. After every other job, nothing is loaded. */
if (process.env['STATE_job']) {
  const { post } = await import('./bundle.ts');
  await post();
}
