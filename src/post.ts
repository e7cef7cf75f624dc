/** Only a job with an app of its own has something to remove. After every other job, nothing is loaded. */
const word = process.env['STATE_job'];
if (word && word !== 'none') {
  const { post } = await import('./bundle.ts');
  await post();
}
