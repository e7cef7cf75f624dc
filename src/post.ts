/** Only a job with an app of its own has something to take away. Every other run ends here, before anything is loaded. */
const word = process.env['STATE_job'];
if (word && word !== 'none') {
  const { run } = await import('./end-job.ts');
  await run();
}
